import type { MessageEvent, ReplyAddress } from '../core/event.ts';
import type { AgentName } from '../core/ids.ts';
import { turnIdOf } from '../core/keys.ts';
import type { Lang } from '../core/lang.ts';
import type { Person } from '../core/people-store.ts';
import type { Asker, Decision, Feature, RightKind, Used } from '../core/rights.ts';
import { say } from '../core/text.ts';
import { countersOf, endOfPeriod, shownTime } from '../rights/quotas.ts';
import type { Rulebook } from '../rights/rulebook.ts';
import type { PipelineParts } from './parts.ts';
import { askerAt, standingOf } from './route.ts';

/** Who wants something, where, and in which language she reads why not. */
export interface Petitioner {
  readonly person: Person;
  readonly to: ReplyAddress;
  readonly lang: Lang;
}

/** Why something is not done, as a person reads it. */
export interface Refusal {
  readonly kind: 'refused';
  readonly text: string;
  /** Roles that she may ask for. */
  readonly roles: readonly string[];
}

/** What a question may go on with. */
export interface Permission {
  readonly kind: 'allowed';
  /** Tokens are to be counted at its end. */
  readonly counted: boolean;
  /** She is to be told that little is left. */
  readonly note?: string;
}

/** Somebody who cannot ask for access or read the help is at a dead end. */
const ALWAYS: ReadonlySet<string> = new Set(['help', 'access', 'grant', 'refuse', 'stop', 'whoami', 'lang']);

type Parts = Pick<PipelineParts, 'rights' | 'store' | 'platforms' | 'agents' | 'directory' | 'clock' | 'log'>;

/** Whether somebody may use something; noted where there are rules. @returns undefined when she may. */
export async function refusalFor(
  petitioner: Petitioner,
  kind: RightKind,
  name: string,
  parts: Parts,
): Promise<Refusal | undefined> {
  if (kind === 'command' && ALWAYS.has(name)) return undefined;
  const book = await parts.rights.book();
  const asker = askerAt(petitioner, await standingOf(parts, petitioner.person), parts);
  return refuse(book.decide(asker, kind, name, parts.clock.now()), { petitioner, asker, book, kind, name }, parts);
}

/** Whether she may use it, for a list of what there is; not noted. */
export async function mayUse(petitioner: Petitioner, kind: RightKind, name: string, parts: Parts): Promise<boolean> {
  const book = await parts.rights.book();
  const asker = askerAt(petitioner, await standingOf(parts, petitioner.person), parts);
  return book.decide(asker, kind, name, parts.clock.now()).allowed;
}

/** Whether a question may be asked; counts it, once however often it is tried. */
export async function authorize(
  event: MessageEvent,
  petitioner: Petitioner,
  agent: AgentName,
  parts: Parts,
): Promise<Permission | Refusal> {
  const book = await parts.rights.book();
  const asker = askerAt(petitioner, await standingOf(parts, petitioner.person), parts);
  const now = parts.clock.now();
  const wanted: readonly (readonly [RightKind, string])[] = [
    ['agent', agent],
    ...featuresIn(event).map((feature) => ['feature', feature] as const),
  ];
  for (const [kind, name] of wanted) {
    const refusal = refuse(book.decide(asker, kind, name, now), { petitioner, asker, book, kind, name }, parts);
    if (refusal) return refusal;
  }
  return count(event, { petitioner, asker, book }, now, parts);
}

function featuresIn({ parts, key, pressed }: MessageEvent): readonly Feature[] {
  const hasFile = parts.some((part) => 'file' in part);
  // A question that is asked again has the key of the turn that answered it first, and of the press.
  const isAgain = pressed === true && /^t[A-Za-z0-9]{24}\+/.test(key);
  return [...(hasFile ? (['files'] as const) : []), ...(isAgain ? (['regenerate'] as const) : [])];
}

interface Case {
  readonly petitioner: Petitioner;
  readonly asker: Asker;
  readonly book: Rulebook;
  readonly kind: RightKind;
  readonly name: string;
}

function refuse(decision: Decision, asked: Case, parts: Parts): Refusal | undefined {
  const { asker, book, kind, name } = asked;
  if (!book.isEmpty || !decision.allowed) {
    const why = decision.role === undefined ? decision.why : `${decision.why} ${decision.role}`;
    const { person, channel } = asker;
    note({ at: parts.clock.now(), person, channel, right: `${kind}:${name}`, allowed: decision.allowed, why }, parts);
  }
  return decision.allowed ? undefined : sentenceFor(decision, asked, parts);
}

/** Nobody waits for the log. */
function note(decision: Parameters<Parts['store']['rights']['note']>[0], { store, log }: Parts): void {
  store.rights.note(decision).catch((error: unknown) => log.warn('decision not noted', { error }));
}

function sentenceFor(decision: Decision & { allowed: false }, asked: Case, parts: Parts): Refusal {
  const { lang } = asked.petitioner;
  const { roles } = decision;
  if (decision.why === 'left') return { kind: 'refused', text: say(lang, 'shutOut'), roles: [] };
  const what = nameOf(asked, parts);
  if (decision.why === 'denied') return { kind: 'refused', text: say(lang, 'rightsDenied', { what }), roles: [] };
  const [first] = roles;
  const text =
    first === undefined ? say(lang, 'rightsMissing', { what }) : say(lang, 'rightsAskable', { what, role: first });
  return { kind: 'refused', text, roles };
}

function nameOf({ kind, name, petitioner: { lang } }: Case, { agents }: Parts): string {
  if (kind === 'command') return `/${name}`;
  if (kind === 'feature') return say(lang, name === 'files' ? 'featureFiles' : 'featureRegenerate');
  return agents.get(name as AgentName)?.agent.title ?? name;
}

async function count(
  event: MessageEvent,
  { petitioner, asker, book }: Omit<Case, 'kind' | 'name'>,
  now: number,
  parts: Parts,
): Promise<Permission | Refusal> {
  const counters = countersOf(book.quotasOf(asker, now), asker, now);
  if (counters.length === 0) return { kind: 'allowed', counted: false };
  const taken = await parts.store.rights.take(turnIdOf(event), asker.person, counters, now);
  if (taken.kind === 'over') return used(taken.used, petitioner, now);
  const [warned] = taken.warned;
  if (!warned) return { kind: 'allowed', counted: true };
  return { kind: 'allowed', counted: true, note: warning(warned, counters, petitioner, now) };
}

/** Says when it is there again. */
function used({ owner, period }: Used, { lang }: Petitioner, now: number): Refusal {
  const per = perOf(period);
  const end = endOfPeriod(per, now);
  const roles: readonly string[] = [];
  if (per === 'minute') {
    const seconds = String(Math.max(1, Math.ceil((end - now) / 1000)));
    return { kind: 'refused', text: say(lang, 'quotaRate', { seconds }), roles };
  }
  const words = { when: shownTime(end) };
  const isShared = owner.startsWith('department:');
  const key = isShared ? 'quotaOverDepartment' : per === 'day' ? 'quotaOverDay' : 'quotaOverMonth';
  return { kind: 'refused', text: say(lang, key, words), roles };
}

function warning(
  { owner, period, messages, tokens }: Used,
  counters: ReturnType<typeof countersOf>,
  { lang }: Petitioner,
  now: number,
): string {
  const counter = counters.find((one) => one.owner === owner && one.period === period && one.warnAt !== undefined);
  const when = shownTime(endOfPeriod(perOf(period), now));
  if (counter?.messages !== undefined) {
    return say(lang, 'quotaWarnMessages', { left: String(Math.max(0, counter.messages - messages)), when });
  }
  return say(lang, 'quotaWarnTokens', { left: String(Math.max(0, (counter?.tokens ?? 0) - tokens)), when });
}

function perOf(period: string): 'minute' | 'day' | 'month' {
  return period.startsWith('minute') ? 'minute' : period.startsWith('day') ? 'day' : 'month';
}
