import type { OutboxRow, TurnEnd } from '../core/store.ts';
import type { PipelineParts } from './parts.ts';

/** Ends a turn and lets the question go on that waited for it in another lane of the same dialogue. */
export async function closeTurn(
  end: TurnEnd,
  now: number,
  parts: Pick<PipelineParts, 'store' | 'wake'>,
): Promise<readonly OutboxRow[]> {
  const { replies, next } = await parts.store.turns.end(end, now);
  if (next !== undefined) parts.wake(next);
  return replies;
}
