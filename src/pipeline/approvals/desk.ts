import { fillForm } from '../../core/approval-form.ts';
import type {
  Approval,
  ApprovalPort,
  ApprovalReading,
  ApprovalStep,
  ApprovalTemplate,
  FormEntry,
  FormValues,
  StartApproval,
} from '../../core/approvals.ts';
import type { Clock } from '../../core/clock.ts';
import { GatewayError, toGatewayError } from '../../core/errors.ts';
import type { AccountId, ApprovalId, ApprovalInstance, ChannelName, PersonId, TemplateCode } from '../../core/ids.ts';
import { approvalIdOf } from '../../core/keys.ts';
import type { Log } from '../../core/log.ts';
import type { Metrics } from '../../core/metrics.ts';
import type { Platform } from '../../core/platform.ts';
import type { ApprovalStore } from '../../core/store.ts';
import type { Guard } from '../../guard/guard.ts';
import type { Guards } from '../../guard/guards.ts';
import { askingToo } from '../../lib/last-look.ts';
import { Recent } from '../../lib/recent.ts';
import { outGuard } from '../guarding.ts';

/** What somebody wants approved. */
export interface ApprovalWish {
  /** Who is called at its end: the name of a registered purpose. */
  readonly purpose: string;
  /** Within the purpose: the same key is the same approval, however often it is asked for. */
  readonly key: string;
  /** What the purpose wants to find again at the end; JSON, no secrets. */
  readonly subject: unknown;
  readonly channel: ChannelName;
  readonly template: TemplateCode;
  readonly values: FormValues;
  /** In whose name, on that channel. */
  readonly by: AccountId;
  readonly person?: PersonId;
  /** Absent where the template says who decides. */
  readonly approvers?: readonly ApprovalStep[];
}

/** Asks people for approval, on whatever platform. */
export interface ApprovalDesk {
  /** Channels that have approvals at all. */
  readonly channels: readonly ChannelName[];
  templates(channel: ChannelName, by: AccountId, signal: AbortSignal): ReturnType<ApprovalPort['templates']>;
  template(channel: ChannelName, code: TemplateCode, signal: AbortSignal): Promise<ApprovalTemplate>;
  /**
   * Starts an approval, once for each key: asked again it answers the one that is there, also after a crash between the vendor's
   * yes and our note of it.
   *
   * @throws {GatewayError} `approval_form_invalid`, `approval_template_unknown`, `approval_unsupported`; `approval_pending` while
   *   somebody else starts the same one; what the platform throws.
   */
  start(wish: ApprovalWish, signal: AbortSignal): Promise<Approval>;
  /** How it stands at the vendor now; changes nothing. @throws {GatewayError} `approval_unknown`. */
  read(approval: ApprovalId, signal: AbortSignal): Promise<ApprovalReading>;
  /** Takes it back in the name of whoever asked. @throws {GatewayError} `approval_unsupported`, `approval_closed`. */
  cancel(approval: ApprovalId, remark: string, signal: AbortSignal): Promise<void>;
}

export interface DeskParts {
  readonly store: { readonly approvals: ApprovalStore };
  readonly platforms: ReadonlyMap<ChannelName, Platform>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'approval'>;
  /** What goes to a platform passes it. */
  readonly guards: Guards;
  /** Whether somebody will be there to be told; absent where the gateway that runs beside knows. */
  readonly isPurpose?: (name: string) => boolean;
}

/** Longer than a start with all its calls; whoever has it then has died. */
const START_WITHIN_MS = 2 * 60_000;
/** The vendors' clocks and ours differ. */
const CLOCKS_DIFFER_MS = 60_000;

/** Forms seldom change; each look at one is a call that some vendors count. */
const TEMPLATE_MS = 5 * 60_000;
const TEMPLATES = 500;

export function createApprovalDesk(given: DeskParts): ApprovalDesk {
  const { platforms, store, clock } = given;
  const forms: Forms = new Recent({ max: TEMPLATES, ttl: TEMPLATE_MS, perf: { now: () => clock.now() } });
  const parts = { ...given, forms };
  return {
    get channels() {
      return [...platforms.values()].filter(({ approvals }) => approvals).map(({ channel }) => channel);
    },
    templates: async (channel, by, signal) => portOf(parts, channel).templates(by, signal),
    template: async (channel, code, signal) => portOf(parts, channel).template(code, signal),
    start: (wish, signal) => start(wish, parts, signal),
    async read(approvalId, signal) {
      const { channel, instance } = await startedOne(store.approvals, approvalId);
      return portOf(parts, channel).read(instance, signal);
    },
    async cancel(approvalId, remark, signal) {
      const { channel, instance, by } = await startedOne(store.approvals, approvalId);
      const port = portOf(parts, channel);
      if (!port.cancel) throw unsupported(channel, 'taking an approval back');
      await port.cancel({ instance, by, remark }, signal);
    },
  };
}

type Forms = Recent<string, ApprovalTemplate>;

async function templateOf(
  { channel, template }: ApprovalWish,
  parts: DeskParts & { readonly forms: Forms },
  signal: AbortSignal,
): Promise<ApprovalTemplate> {
  const name = JSON.stringify([channel, template]);
  const known = parts.forms.get(name) ?? (await portOf(parts, channel).template(template, signal));
  parts.forms.set(name, known);
  return known;
}

async function start(
  wish: ApprovalWish,
  parts: DeskParts & { readonly forms: Forms },
  signal: AbortSignal,
): Promise<Approval> {
  const { store, clock, metrics, log } = parts;
  const id = approvalIdOf(wish.purpose, wish.key);
  const known = await store.approvals.get(id);
  if (known && known.state !== 'starting' && known.state !== 'failed') return known;
  if (parts.isPurpose?.(wish.purpose) === false) {
    throw new GatewayError('approval_purpose_unknown', `nothing is registered for ${wish.purpose}`);
  }
  const port = portOf(parts, wish.channel);
  const filled = fillForm(await templateOf(wish, parts, signal), wish.values);
  const form = filled.map((entry) => masked(entry, outGuard(wish, parts)));
  const { purpose, subject, channel, template, by, person } = wish;
  const wanted = { id, purpose, subject, channel, template, by, ...(person !== undefined && { person }) };
  const now = clock.now();
  const until = now + START_WITHIN_MS;
  const { approval, mine, inDoubt } = await store.approvals.begin(wanted, until, now);
  if (!mine) return alreadyThere(approval);

  const request: StartApproval = { template, form, by, key: id, ...(wish.approvers && { approvers: wish.approvers }) };
  const isOurs = () => clock.now() < until;
  const ours = askingToo(signal, isOurs);
  let asked = false;
  try {
    const before = inDoubt ? await startedBefore(approval, request, port, parts, ours) : undefined;
    asked = before === undefined;
    const instance = before ?? (await port.start(request, ours));
    await store.approvals.started(id, instance);
    metrics.approval(channel, 'started');
    log.info(before === undefined ? 'approval started' : 'approval found again', { approval: id, channel, purpose });
    return (await store.approvals.get(id)) ?? approval;
  } catch (thrown) {
    const error = toGatewayError(thrown);
    metrics.approval(channel, 'start-failed');
    // What did not fit may have been checked against a form of before.
    parts.forms.clear();
    // A store that is away keeps it as it is: the next who asks finds it in doubt when the claim has run out. Then it is not ours to note, either.
    if (error.code !== 'store_unavailable' && isOurs()) {
      // What could not be looked for stays in doubt, however final the refusal was.
      const isFinal = asked && error.failure.retry === 'never';
      await store.approvals.notStarted(id, isFinal ? error.code : undefined);
    }
    throw error;
  }
}

/** Whoever decides reads what was written, and what must not leave does not. */
function masked(entry: FormEntry, guard: Guard): FormEntry {
  if (entry.value.kind !== 'text') return entry;
  return { ...entry, value: { kind: 'text', text: guard.mask(entry.value.text).text } };
}

function alreadyThere(approval: Approval): Approval {
  if (approval.state !== 'starting') return approval;
  throw new GatewayError('approval_pending', 'the same approval is being started at this moment', {
    retryAfterMs: START_WITHIN_MS,
  });
}

/** The one that an interrupted try has left at the vendor, where the vendor knows no key: the oldest alike that is nobody's. */
async function startedBefore(
  { channel, createdAt }: Approval,
  request: StartApproval,
  port: ApprovalPort,
  { store }: DeskParts,
  signal: AbortSignal,
): Promise<ApprovalInstance | undefined> {
  for (const instance of (await port.find?.(request, createdAt - CLOCKS_DIFFER_MS, signal)) ?? []) {
    if ((await store.approvals.ofInstance(channel, instance)) === undefined) return instance;
  }
  return undefined;
}

async function startedOne(
  store: ApprovalStore,
  id: ApprovalId,
): Promise<Approval & { readonly instance: ApprovalInstance }> {
  const approval = await store.get(id);
  if (approval?.instance === undefined)
    throw new GatewayError('approval_unknown', `no approval ${id} was started here`);
  return { ...approval, instance: approval.instance };
}

function portOf({ platforms }: DeskParts, channel: ChannelName): ApprovalPort {
  const platform = platforms.get(channel);
  if (!platform) throw new GatewayError('channel_unknown', `no channel ${channel}`);
  if (!platform.approvals) throw unsupported(channel, 'approvals');
  return platform.approvals;
}

function unsupported(channel: ChannelName, what: string): GatewayError {
  return new GatewayError('approval_unsupported', `${channel}: ${what} cannot be done through the platform’s API`);
}
