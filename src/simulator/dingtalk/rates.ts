import type { SimClock } from '../clock.ts';

/** How often something may be done. */
export interface Rates {
  /** Off: nothing is counted and nothing refused. */
  on: boolean;
  /** Whether there was room for one more in the last `ms`; then it is counted. */
  take(key: string, limit: number, ms: number): boolean;
  clear(): void;
}

/** Above this many subjects those that have been still for a minute go. */
const MANY = 20_000;
const STILL_MS = 60_000;

export function createRates(clock: SimClock): Rates {
  const subjects = new Map<string, number[]>();
  const sweep = (now: number): void => {
    for (const [key, times] of subjects) if ((times.at(-1) ?? 0) <= now - STILL_MS) subjects.delete(key);
  };
  const rates: Rates = {
    on: true,
    take(key, limit, ms) {
      if (!rates.on) return true;
      const now = clock.now();
      let times = subjects.get(key);
      if (times === undefined) {
        if (subjects.size >= MANY) sweep(now);
        times = [];
        subjects.set(key, times);
      }
      const oldest = times[times.length - limit];
      if (times.length >= limit && oldest !== undefined && oldest > now - ms) return false;
      times.push(now);
      if (times.length > 2 * limit) times.splice(0, times.length - limit);
      return true;
    },
    clear: () => subjects.clear(),
  };
  return rates;
}
