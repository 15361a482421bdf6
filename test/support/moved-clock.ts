import type { Clock } from '../../src/core/clock.ts';
import { systemClock } from '../../src/lib/clock.ts';

/** A clock that a test moves on. */
export interface MovedClock extends Clock {
  moveOn(ms: number): void;
}

export function movedClock(): MovedClock {
  let moved = 0;
  return { ...systemClock, now: () => systemClock.now() + moved, moveOn: (ms) => void (moved += ms) };
}
