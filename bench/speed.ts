import { median } from './figures.ts';

const FOR_MS = 600;

/** How much text goes through some work, in MB of UTF-8 a second. */
export function speed(input: string, work: () => unknown): number {
  return Buffer.byteLength(input) / 1e6 / (msEach(work) / 1000);
}

/** The median of as many runs as fit into the time, after as long a warm-up. */
export function msEach(work: () => unknown): number {
  const times: number[] = [];
  for (const isMeasured of [false, true]) {
    const until = performance.now() + FOR_MS;
    while (performance.now() < until) {
      const startedAt = performance.now();
      work();
      if (isMeasured) times.push(performance.now() - startedAt);
    }
  }
  return median(times);
}
