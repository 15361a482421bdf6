import type { Rating } from '../core/agent.ts';
import type { TurnId } from '../core/ids.ts';
import { turnSendKey } from '../core/keys.ts';
import { say } from '../core/text.ts';
import type { Answer } from '../replies/answer.ts';
import { noticeMessage } from './notice.ts';
import type { PipelineParts } from './parts.ts';
import type { TurnContext } from './turn-context.ts';

/** Longest wait for suggestions; the agent makes them on demand, and absence is normal. */
const SUGGEST_WITHIN_MS = 8_000;
/** Most turns that wait for suggestions at once; decoration must not hold memory under load. */
const MAX_WAITING = 100;
const MOST_SUGGESTIONS = 4;

let waiting = 0;

/**
 * Asks the agent what one may ask next and adds it to the answer that is on the screen, or sends it behind that, without holding up the
 * conversation. Decoration: when it fails or the gateway stops, the answer stays as it is.
 */
export function suggestLater(context: TurnContext, answer: Answer, parts: PipelineParts): void {
  const { agent, platform } = context;
  const { buttons, suggestsApart } = platform.can;
  const possible = agent.suggest !== undefined && buttons && (platform.update !== undefined || suggestsApart === true);
  if (!possible || agent.suggests === false || answer.run === undefined || waiting >= MAX_WAITING) return;
  waiting += 1;
  suggest(context, answer, parts)
    .catch((error: unknown) => parts.log.warn('no suggestions', { turn: context.turn.id, agent: agent.name, error }))
    .finally(() => {
      waiting -= 1;
    });
}

async function suggest(context: TurnContext, answer: Answer, parts: PipelineParts): Promise<void> {
  const { agent, platform, turn } = context;
  const signal = AbortSignal.timeout(SUGGEST_WITHIN_MS);
  const questions = (await agent.suggest?.(answer.run ?? { user: '' }, signal)) ?? [];
  if (questions.length === 0) return;
  const suggested = questions.slice(0, MOST_SUGGESTIONS);
  await parts.store.turns.suggest(turn.id, suggested);
  if (platform.update === undefined) return sendApart(context, suggested, answer, parts, signal);
  const shown = suggested.map((question) => answer.masked(question));
  let rating: Rating | undefined;
  do {
    rating = await show(context, shown, parts, signal);
    // A rating that was pressed meanwhile was answered at once with a card of its own, and this look has come over it.
  } while (rating !== undefined && rating !== (await ratingOf(turn.id, parts)));
}

/** @returns The rating that the card shows now; undefined when there is no card to change. */
async function show(
  { platform, turn }: TurnContext,
  suggested: readonly string[],
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<Rating | undefined> {
  const row = await parts.store.outbox.lastFrameOf(turn.id);
  if (row?.sent?.message === undefined || row.message.kind !== 'frame') return undefined;
  const rating = await ratingOf(turn.id, parts);
  const message = { ...row.message, frame: { ...row.message.frame, suggested, rating } };
  await parts.store.outbox.revise(row.seq, message);
  const key = turnSendKey(turn.id, 's');
  await platform.update?.(row.sent, { ...message, key }, { signal, save: async () => undefined });
  return rating;
}

async function ratingOf(turn: TurnId, { store }: PipelineParts): Promise<Rating> {
  return (await store.turns.get(turn))?.rating ?? 'none';
}

async function sendApart(
  { platform, turn, lang }: TurnContext,
  suggested: readonly string[],
  answer: Answer,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const key = turnSendKey(turn.id, 's');
  const notice = { to: turn.to, key, text: say(lang, 'askNext'), lang, turn: turn.id, suggested, agent: turn.agent };
  await platform.send(noticeMessage(notice, parts, answer.restorer), { signal, save: async () => undefined });
}
