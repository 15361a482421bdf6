import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { systemClock } from '../lib/clock.ts';

/** A clock that all processes of one store have in common. */
export interface SharedClock extends Clock {
  stop(): void;
}

const READ_EVERY_MS = 10_000;

/**
 * Goes by the store's time, not by this machine's: leases and the times of retries are compared by other processes, and a machine whose clock
 * is ahead by a minute would hold what it claims for a minute too long.
 *
 * Between two readings it goes by a stopwatch, which nobody sets. A reading counts for as much as it took: what cannot be told from its way
 * to the store and back changes nothing.
 *
 * @param read - Asks the store for its time, in epoch milliseconds.
 */
export async function sharedClock(read: () => Promise<number>, log: Log): Promise<SharedClock> {
  const first = await reading(read);
  let offset = first.offset;

  async function correct(): Promise<void> {
    try {
      const next = await reading(read);
      if (Math.abs(next.offset - offset) > next.doubtMs) offset = next.offset;
    } catch (error) {
      // The stopwatch goes on; whoever needs the store hears of it.
      log.debug('time of the store not read', { error });
    }
  }

  const timer = setInterval(() => void correct(), READ_EVERY_MS);
  timer.unref();
  return {
    now: () => Math.round(performance.now() + offset),
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
    stop: () => clearInterval(timer),
  };
}

/** What to add to the stopwatch, and how far that may be off. */
async function reading(read: () => Promise<number>): Promise<{ readonly offset: number; readonly doubtMs: number }> {
  const before = performance.now();
  const there = await read();
  const doubtMs = (performance.now() - before) / 2;
  return { offset: there - before - doubtMs, doubtMs };
}
