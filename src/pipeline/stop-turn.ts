import type { TurnId } from '../core/ids.ts';
import type { PipelineParts } from './parts.ts';

/** Ends a turn wherever it is: here, with its next try, or with the next process that finds it. False when it is over already. */
export async function stopTurn(
  turn: TurnId,
  { store, running, remind, clock }: Pick<PipelineParts, 'store' | 'running' | 'remind' | 'clock'>,
): Promise<boolean> {
  const now = clock.now();
  const isToEnd = await store.turns.stop(turn, 'stopped', now);
  running.byTurn(turn)?.stop('stopped');
  if (isToEnd) remind(now);
  return isToEnd;
}
