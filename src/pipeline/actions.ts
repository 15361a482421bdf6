import type { Rating } from '../core/agent.ts';
import { assertNever, toGatewayError } from '../core/errors.ts';
import type { CardActionEvent, MessageEvent, RatedReason, RatedWhy, ReplyAddress, Sender } from '../core/event.ts';
import { type EventKey, id, type MessageId } from '../core/ids.ts';
import type { Lang } from '../core/lang.ts';
import type { ActionAnswer, ButtonValue } from '../core/reply.ts';
import type { NewInboxRow, Turn } from '../core/store.ts';
import { say, type TextKey } from '../core/text.ts';
import { rowFor } from './accept-row.ts';
import { parseButton } from './button.ts';
import { inGuard } from './guarding.ts';
import { type PipelineParts, type RowOf, traceOf } from './parts.ts';
import { isAnswer, showAnswer, tellAsker } from './push-answers.ts';
import { stopTurn } from './stop-turn.ts';

/** A pressed button of ours, with the turn it stands under. */
interface Press {
  readonly value: ButtonValue;
  readonly turn: Turn;
  /** Pressed by the person who asked. */
  readonly byAsker: boolean;
  /** Pressed by somebody who has left the company. */
  readonly hasLeft: boolean;
}

/**
 * What the person sees who pressed a button, from what is stored: no agent and no vendor is asked. What the press sets going is stored before
 * it is answered and done afterwards, once however often the press is delivered.
 */
export async function answerAction(event: CardActionEvent, parts: PipelineParts): Promise<ActionAnswer> {
  if (isAnswer(event)) return stored(event, { act: 'answer' }, () => showAnswer(event, parts), parts);
  const press = await readPress(event, parts);
  if (typeof press === 'string') return unreadable(press, event);
  const { turn, value } = press;
  const refusal = refusalOf(press);
  if (refusal) return refusal;
  return stored(event, { act: value.act, turn: turn.id }, (seq) => show(event, press, seq, parts), parts);
}

/** Stores a press, and shows what it has done. */
async function stored(
  event: CardActionEvent,
  { act, ...more }: { readonly act: string; readonly turn?: Turn['id'] },
  look: (seq: number) => Promise<ActionAnswer>,
  parts: PipelineParts,
): Promise<ActionAnswer> {
  await parts.scopes.ready();
  const row = rowFor(event, parts);
  const [accepted] = await parts.store.inbox.accept([row], parts.clock.now());
  const duplicate = accepted?.duplicate === true;
  parts.metrics.event(event.to.channel, event.kind, duplicate);
  parts.tracer.step({ ...traceOf(event), ...more }, duplicate ? 'duplicate' : 'stored', { act });
  const answer = await look(accepted?.seq ?? 0);
  if (!duplicate) parts.wake(row.lane);
  return answer;
}

/**
 * The same for a press that came as an event, on a platform that shows the answer by a call of its own. Never fails: what the press sets
 * going does not depend on it.
 *
 * @returns What was to be shown; undefined where nothing is, or could be found out.
 */
export async function showPress(
  row: RowOf<'card-action'>,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<ActionAnswer | undefined> {
  const platform = parts.platforms.get(row.channel);
  if (!platform?.answerAction) return undefined;
  let answer: ActionAnswer | undefined;
  try {
    answer = await answerTo(row, parts);
    await platform.answerAction(row.event, answer, signal);
  } catch (error) {
    if (!signal.aborted) parts.log.warn('press not answered', { channel: row.channel, error: toGatewayError(error) });
  }
  return answer;
}

/** What it sets going at the vendor's comes after what is shown: whoever is brought in may have the last word. */
export async function followPress(
  row: RowOf<'card-action'>,
  shown: Promise<ActionAnswer | undefined>,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const platform = parts.platforms.get(row.channel);
  if (!platform?.followPress) return;
  await platform.followPress(row.event, (await shown) ?? (await answerTo(row, parts)), signal);
}

async function answerTo({ event, seq }: RowOf<'card-action'>, parts: PipelineParts): Promise<ActionAnswer> {
  if (isAnswer(event)) return showAnswer(event, parts);
  const press = await readPress(event, parts);
  if (typeof press === 'string') return unreadable(press, event);
  return refusalOf(press) ?? (await show(event, press, seq, parts));
}

function unreadable(why: 'unknown' | 'expired', event: CardActionEvent): ActionAnswer {
  return toast('warning', why === 'unknown' ? 'toastUnknown' : 'toastExpired', event.from.lang ?? 'zh');
}

/** What a press is answered with that must not, or cannot, do anything. */
function refusalOf({ turn, value, byAsker, hasLeft }: Press): ActionAnswer | undefined {
  if (hasLeft) return toast('warning', 'shutOut', turn.lang);
  const isTheirs = value.act === 'up' || value.act === 'down' || value.act === 'ask';
  if (!isTheirs && !byAsker) return toast('warning', 'toastNotYours', turn.lang);
  if (value.act === 'stop' && turn.state !== 'running') return toast('info', 'toastAlreadyOver', turn.lang);
  return undefined;
}

async function readPress(event: CardActionEvent, parts: PipelineParts): Promise<Press | 'unknown' | 'expired'> {
  const value = parseButton(event.value);
  if (!value) return 'unknown';
  const turn = await parts.store.turns.get(value.turn);
  // A value that was carried over to another chat is as good as forged.
  if (!turn || turn.channel !== event.to.channel || turn.to.chat !== event.to.chat) return 'expired';
  if (value.act === 'ask' && turn.suggested[value.index ?? -1] === undefined) return 'expired';
  const hasLeft = await hasLeftCompany(event, parts);
  return { value, turn, byAsker: turn.asker.account === event.from.account, hasLeft };
}

/** As stored: whoever waits for what a press shows does not wait for a directory. */
export async function hasLeftCompany({ to, from }: Pick<CardActionEvent, 'to' | 'from'>, { store }: PipelineParts) {
  return (await store.people.find(to.channel, from.account))?.hasLeft === true;
}

async function show(event: CardActionEvent, press: Press, seq: number, parts: PipelineParts): Promise<ActionAnswer> {
  const { value, turn } = press;
  switch (value.act) {
    case 'up':
    case 'down':
      return showRating(event, turn, value.act, seq, parts);
    case 'stop':
      return toast('info', 'toastStopping', turn.lang);
    case 'regenerate':
      return toast('info', 'toastRegenerating', turn.lang);
    case 'ask':
      return toast('info', 'toastAsked', turn.lang);
    default:
      return assertNever(value.act);
  }
}

async function showRating(
  event: CardActionEvent,
  turn: Turn,
  pressed: 'up' | 'down',
  seq: number,
  parts: PipelineParts,
): Promise<ActionAnswer> {
  const now = parts.clock.now();
  const person = await parts.people.identifyNow(event.to.channel, event.from, now);
  const rating = await parts.store.turns.rate(turn.id, person.id, pressed, seq, now);
  const text = rating === 'none' ? 'toastWithdrawn' : rating === 'up' ? 'toastUp' : 'toastDown';
  const answer = toast('success', text, turn.lang);
  // The card shows the asker's rating; what others think of it is counted and not shown.
  if (turn.asker.account !== event.from.account) return answer;
  const row = await parts.store.outbox.lastFrameOf(turn.id);
  if (row?.message.kind !== 'frame') return answer;
  const frame = { ...row.message.frame, rating };
  await parts.store.outbox.revise(row.seq, { ...row.message, frame });
  return { ...answer, frame };
}

function toast(kind: NonNullable<ActionAnswer['toast']>['kind'], key: TextKey, lang: Lang): ActionAnswer {
  return { toast: { kind, text: say(lang, key), lang } };
}

/** Does what a press sets going. Safe to run twice. @returns Events that follow from it. */
export async function act(
  row: RowOf<'card-action'>,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<readonly NewInboxRow[]> {
  if (isAnswer(row.event)) {
    await tellAsker(row, parts, signal);
    return [];
  }
  const press = await readPress(row.event, parts);
  if (typeof press === 'string' || refusalOf(press)) return [];
  const { value, turn } = press;
  switch (value.act) {
    case 'stop':
      await stopTurn(turn.id, parts);
      return [];
    case 'up':
    case 'down':
      await rate(row, turn, value.act, parts, signal);
      return [];
    case 'regenerate':
      return again(row, turn, parts);
    case 'ask':
      await parts.scopes.ready();
      return [rowFor(suggestedQuestion(row.event, turn, value.index ?? 0), parts)];
    default:
      return assertNever(value.act);
  }
}

async function rate(
  row: RowOf<'card-action'>,
  turn: Turn,
  pressed: 'up' | 'down',
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const now = parts.clock.now();
  const person = await parts.people.identifyNow(turn.channel, row.event.from, now);
  const rating = await parts.store.turns.rate(turn.id, person.id, pressed, row.seq, now);
  await tellAgent(turn, row.event.from, rating, parts, signal);
}

/** What the vendor says a person thinks of an answer; there is no press to take back. */
export async function rateAs(row: RowOf<'rated'>, parts: PipelineParts, signal: AbortSignal): Promise<void> {
  const { event } = row;
  const turn = await parts.store.turns.get(event.turn);
  if (!turn || turn.channel !== event.to.channel || turn.to.chat !== event.to.chat) return;
  if (await hasLeftCompany(event, parts)) return;
  const now = parts.clock.now();
  const person = await parts.people.identifyNow(turn.channel, event.from, now);
  const rating = await parts.store.turns.setRating(turn.id, person.id, event.rating, row.seq, now);
  await tellAgent(turn, event.from, rating, parts, signal, event.why && whyInWords(event.why, turn, parts));
}

const REASONS = {
  irrelevant: 'ratedIrrelevant',
  incomplete: 'ratedIncomplete',
  wrong: 'ratedWrong',
  'misread-data': 'ratedMisreadData',
} as const satisfies Record<RatedReason, TextKey>;

/** For the agent, so without what it must not have. */
function whyInWords({ reasons, words = '' }: RatedWhy, { lang, to, agent }: Turn, parts: PipelineParts): string {
  const own = inGuard(to, parts, agent).mask(words.slice(0, MAX_WHY_CHARS), { form: 'plain', lang }).text;
  const named = reasons.map((reason) => say(lang, REASONS[reason])).join(lang === 'zh' ? '；' : '; ');
  return [named, own.trim()].filter((part) => part !== '').join('\n');
}

const MAX_WHY_CHARS = 2_000;

/** The agent keeps one rating an answer: the asker's. */
export async function tellAgent(
  turn: Turn,
  from: Sender,
  rating: Rating,
  parts: PipelineParts,
  signal: AbortSignal,
  why?: string,
): Promise<void> {
  const agent = parts.agents.get(turn.agent)?.agent;
  if (turn.asker.account !== from.account || !turn.run || !agent?.rate) return;
  await agent.rate(turn.run, rating, signal, why === '' ? undefined : why);
}

/** The same question once more, in the same dialogue: agents have no other way of doing it again. */
async function again(row: RowOf<'card-action'>, turn: Turn, parts: PipelineParts): Promise<readonly NewInboxRow[]> {
  const asked = await parts.store.inbox.get(turn.seq);
  if (asked?.event.kind !== 'message') return [];
  const key = id<EventKey>(`${turn.id}+${row.event.key}`);
  const to = answeredBy(row.event, asked.event.to);
  const event: MessageEvent = { ...asked.event, key, to, at: row.event.at, pressed: true };
  return [{ channel: asked.channel, event, lane: asked.lane }];
}

/** What the vendor gave for answering the question is used up; for what follows from a press it gave something with the press. */
function answeredBy({ to }: CardActionEvent, address: ReplyAddress): ReplyAddress {
  const { handle: _, ...place } = address;
  return to.handle ? { ...place, handle: to.handle } : place;
}

/** A pressed suggestion is a question of the one who pressed it. */
function suggestedQuestion(event: CardActionEvent, turn: Turn, index: number): MessageEvent {
  const key = id<EventKey>(`ask+${event.key}`);
  const { message: _, ...chat } = answeredBy(event, turn.to);
  return {
    kind: 'message',
    key,
    at: event.at,
    from: event.from,
    to: turn.to.kind === 'group' ? { ...chat, message: event.message } : chat,
    message: id<MessageId>(key),
    parts: [{ kind: 'text', text: turn.suggested[index] ?? '' }],
    addressed: true,
    pressed: true,
    suggested: true,
  };
}
