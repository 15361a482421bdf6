import { randomUUID } from 'node:crypto';
import type { Settings } from '../config/settings.ts';
import type { Approval, ApprovalTemplate, FieldValue, FormValues } from '../core/approvals.ts';
import { WordedError } from '../core/errors.ts';
import { type ApprovalId, type ChannelName, id } from '../core/ids.ts';
import { noLog } from '../core/log.ts';
import { noMetrics } from '../core/metrics.ts';
import type { Store } from '../core/store.ts';
import { createGuards } from '../guard/guards.ts';
import { systemClock } from '../lib/clock.ts';
import { type ApprovalDesk, createApprovalDesk } from '../pipeline/approvals/desk.ts';
import { OPERATOR_PURPOSE } from '../pipeline/approvals/purposes.ts';
import { openCallBudgets } from '../queue/call-budgets.ts';
import { FIELD_KINDS, STATES } from './approval-words.ts';
import { unknownChannel } from './channels.ts';
import { type StoreOptions, withStore } from './dead.ts';
import { onePlatform } from './one-platform.ts';
import type { Terminal } from './terminal.ts';

const TIMEOUT_MS = 60_000;

export interface ListOptions extends StoreOptions {
  readonly limit: number;
}

export interface TemplatesOptions extends StoreOptions {
  readonly by: string;
}

export interface StartOptions extends TemplatesOptions {
  readonly field?: readonly string[];
  readonly key?: string;
}

/** Lists what was started here; works beside a running gateway. */
export async function listApprovals(terminal: Terminal, options: ListOptions): Promise<number> {
  return withStore(terminal, options, true, async (store) => {
    const approvals = await store.approvals.list(options.limit);
    if (approvals.length === 0) terminal.out(terminal.say({ zh: '没有审批。', en: 'There are no approvals.' }));
    for (const approval of approvals) terminal.out(lineOf(approval, terminal));
    return 0;
  });
}

function lineOf({ id: name, createdAt, channel, purpose, state, by, instance }: Approval, terminal: Terminal): string {
  const at = new Date(createdAt).toISOString();
  return `${name}  ${at}  ${channel}  ${purpose}  ${terminal.say(STATES[state])}  ${by}  ${instance ?? '-'}`;
}

/** Shows one, with what the vendor says of it now; changes nothing. */
export async function showApproval(terminal: Terminal, name: string, options: StoreOptions): Promise<number> {
  // Looking costs a call, which is counted.
  return withStore(terminal, options, false, async (store, _, settings) => {
    const approval = await store.approvals.get(id<ApprovalId>(name));
    if (!approval)
      throw new WordedError('approval_unknown', {
        zh: `这里没有发起过审批 ${name}；posthouse approvals list 列出全部`,
        en: `no approval ${name} was started here; posthouse approvals list names them`,
      });
    terminal.out(lineOf(approval, terminal));
    if (approval.instance === undefined) return 0;
    return withDesk(store, settings, approval.channel, async (desk, signal) => {
      const { state, decisions, waitingFor } = await desk.read(approval.id, signal);
      const { zh, en } = STATES[state];
      terminal.out(terminal.say({ zh: `平台上的状态：${zh}`, en: `At the platform: ${en}` }));
      for (const { by, decision, at } of decisions)
        terminal.out(`${new Date(at).toISOString()}  ${by}  ${terminal.say(STATES[decision])}`);
      if (waitingFor.length > 0) {
        const people = waitingFor.join(', ');
        terminal.out(terminal.say({ zh: `等待：${people}`, en: `Waiting for: ${people}` }));
      }
    });
  });
}

/** Lists the templates of a channel with the fields that can be filled. */
export async function listTemplates(terminal: Terminal, channel: string, options: TemplatesOptions): Promise<number> {
  return withStore(terminal, options, false, async (store, _, settings) =>
    withDesk(store, settings, id(channel), async (desk, signal) => {
      const templates = await desk.templates(id(channel), id(options.by), signal);
      if (templates.length === 0) terminal.out(terminal.say(NO_TEMPLATES));
      for (const { code, name } of templates) {
        terminal.out(`${code}  ${name}`);
        for (const line of fieldLines(await desk.template(id(channel), code, signal), terminal))
          terminal.out(`  ${line}`);
      }
    }),
  );
}

const NO_TEMPLATES = {
  zh: '没有可用的模板；飞书用 FEISHU_APPROVAL_CODES、企业微信用 WECOM_APPROVAL_TEMPLATES 列出。',
  en: 'There are no templates; name them with FEISHU_APPROVAL_CODES at Feishu, WECOM_APPROVAL_TEMPLATES at WeCom.',
};

function fieldLines({ fields }: ApprovalTemplate, terminal: Terminal): readonly string[] {
  return fields.map(({ label, kind, required, options = [] }) => {
    const choices = options.length > 0 ? `  ${options.map((option) => option.label).join(' | ')}` : '';
    return `${required ? '*' : ' '} ${label}  (${terminal.say(FIELD_KINDS[kind])})${choices}`;
  });
}

/** Starts one by hand; its end is noted and told to nobody. A running gateway hears of it as of any other. */
export async function startApproval(
  terminal: Terminal,
  channel: string,
  template: string,
  options: StartOptions,
): Promise<number> {
  return withStore(terminal, options, false, async (store, _, settings) =>
    withDesk(store, settings, id(channel), async (desk, signal) => {
      const form = await desk.template(id(channel), id(template), signal);
      const wish = {
        purpose: OPERATOR_PURPOSE,
        key: options.key ?? randomUUID(),
        subject: null,
        channel: id<ChannelName>(channel),
        template: form.code,
        values: valuesOf(options.field ?? [], form),
        by: id<Approval['by']>(options.by),
      };
      terminal.out(lineOf(await desk.start(wish, signal), terminal));
    }),
  );
}

/** `Label=value` each; fields of several choices take them with commas between, ranges two dates. */
function valuesOf(fields: readonly string[], { fields: known }: ApprovalTemplate): FormValues {
  const values: Record<string, FieldValue> = {};
  for (const field of fields) {
    const cut = field.indexOf('=');
    const [name, value] = [field.slice(0, cut).trim(), field.slice(cut + 1)];
    if (cut < 1)
      throw new WordedError('approval_form_invalid', {
        zh: `字段应写成“名称=值”，而不是“${field}”`,
        en: `a field is given as Label=value, not as "${field}"`,
      });
    const kind = known.find(({ id: fieldId, label }) => fieldId === name || label === name)?.kind;
    values[name] = kind === undefined ? value : valueFor(kind, value);
  }
  return values;
}

function valueFor(kind: ApprovalTemplate['fields'][number]['kind'], value: string): FieldValue {
  const parts = value.split(',').map((part) => part.trim());
  if (kind === 'choices' || kind === 'people' || kind === 'departments') return parts;
  if (kind !== 'date-range') return value;
  const [from = '', to = ''] = parts;
  return { from, to };
}

async function withDesk(
  store: Store,
  settings: Settings,
  name: ChannelName,
  work: (desk: ApprovalDesk, signal: AbortSignal) => Promise<void>,
): Promise<number> {
  const channel = settings.channels.find((one) => one.name === name);
  if (!channel) throw unknownChannel(name, settings);
  const budgets = await openCallBudgets({ store: store.calls, clock: systemClock, log: noLog });
  const platform = onePlatform(channel, settings, budgets.of(name));
  try {
    const platforms = new Map([[name, platform]]);
    const guards = createGuards(settings.privacy);
    const parts = { store, platforms, guards, clock: systemClock, log: noLog, metrics: noMetrics };
    const desk = createApprovalDesk(parts);
    await work(desk, AbortSignal.timeout(TIMEOUT_MS));
    return 0;
  } finally {
    await platform.close?.();
    await budgets.stop();
  }
}
