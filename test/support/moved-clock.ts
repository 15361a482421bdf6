import type { Clock } from '../../src/core/clock.ts';
import { systemClock } from '../../src/lib/clock.ts';

/** A clock that a test moves on. */
export function movedClock(): Clock & { moveOn(ms: number): void } {
  let moved = 0;
  return { ...systemClock, now: () => systemClock.now() + moved, moveOn: (ms) => void (moved += ms) };
}
