import { systemClock } from '../lib/clock.ts';

/** The simulator's time; the gateway's own clock fits, so that both can be turned by one hand. */
export interface SimClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted before. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Runs `run` after `ms`, unless it is called off.
 * @returns Calls it off; harmless when it has run.
 */
export function after(clock: SimClock, ms: number, run: () => void): () => void {
  if (clock === systemClock) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  }
  const controller = new AbortController();
  clock.sleep(ms, controller.signal).then(run, () => undefined);
  return () => controller.abort();
}

/** A clock that stands still until it is turned. */
export interface ManualClock extends SimClock {
  /** Wakes, in order, everyone whose time comes; lets what they start settle in between. */
  advance(ms: number): Promise<void>;
}

/** Lets what has been started go as far as it can without waiting. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export function manualClock(start = 1_700_000_000_000): ManualClock {
  let now = start;
  const sleepers = new Set<Sleeper>();
  const next = (until: number): Sleeper | undefined => {
    let first: Sleeper | undefined;
    for (const sleeper of sleepers) {
      if (sleeper.at <= until && (first === undefined || sleeper.at < first.at)) first = sleeper;
    }
    return first;
  };
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper: Sleeper = {
          at: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        const abandon = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason instanceof Error ? signal.reason : new Error('sleep was called off'));
        };
        if (signal?.aborted === true) return abandon();
        signal?.addEventListener('abort', abandon, { once: true });
        sleepers.add(sleeper);
      }),
    async advance(ms) {
      await settle();
      const until = now + ms;
      for (let sleeper = next(until); sleeper !== undefined; sleeper = next(until)) {
        now = Math.max(now, sleeper.at);
        sleeper.wake();
        await settle();
      }
      now = until;
    },
  };
}
