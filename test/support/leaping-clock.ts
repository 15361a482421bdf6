import type { StandInClock } from '../../src/simulator/dify/clock.ts';

interface Wait {
  readonly at: number;
  readonly run: () => void;
}

/**
 * Time that leaps to the next thing that is waited for, one a turn of the loop: minutes of silence take no time, and a busy machine changes
 * nothing about what happens in them. For scripts that end by themselves; who has to react in between has no time to.
 */
export function leapingClock(): StandInClock {
  const waits = new Set<Wait>();
  let now = 1_700_000_000_000;
  let isLeaping = false;

  function leap(): void {
    const [next] = [...waits].toSorted((a, b) => a.at - b.at);
    isLeaping = next !== undefined;
    if (!next) return;
    waits.delete(next);
    now = Math.max(now, next.at);
    next.run();
    setImmediate(leap);
  }

  return {
    now: () => now,
    after(ms, run) {
      const wait = { at: now + ms, run };
      waits.add(wait);
      if (!isLeaping) setImmediate(leap);
      isLeaping = true;
      return () => void waits.delete(wait);
    },
  };
}
