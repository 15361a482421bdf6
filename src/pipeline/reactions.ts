import { turnIdOf } from '../core/keys.ts';
import type { Turn } from '../core/store.ts';
import { hasLeftCompany, tellAgent } from './actions.ts';
import type { PipelineParts, RowOf } from './parts.ts';

/** 👍 or 👎 on an answer counts like the button below it: what came last holds, and taking it off takes back no other. */
export async function rateByReaction(row: RowOf<'reaction'>, parts: PipelineParts, signal: AbortSignal): Promise<void> {
  const { event, seq } = row;
  const turn = await turnShownBy(row, parts, signal);
  if (!turn || (await hasLeftCompany(event, parts))) return;
  const now = parts.clock.now();
  const person = await parts.people.identifyNow(turn.channel, event.from, now);
  const { turns } = parts.store;
  const rating = event.added
    ? await turns.setRating(turn.id, person.id, event.rating, seq, now)
    : await turns.unrate(turn.id, person.id, event.rating, seq, now);
  await tellAgent(turn, event.from, rating, parts, signal);
}

/** The turn that a message is the answer of; undefined for what is none of our answers, or not kept any more. */
async function turnShownBy(
  { channel, event }: RowOf<'reaction'>,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<Turn | undefined> {
  const { store, platforms } = parts;
  const growing = await store.turns.ofMessage(channel, event.message);
  if (growing) return growing;
  // An answer that was whole at once grew on no message: the vendor says what it answers.
  const message = await platforms.get(channel)?.readMessage?.(event.message, signal);
  if (message?.answers === undefined) return undefined;
  const id = turnIdOf({ key: message.answers, to: { ...event.to, channel } });
  const shown = await store.outbox.lastFrameOf(id);
  return shown?.sent?.message === event.message ? store.turns.get(id) : undefined;
}
