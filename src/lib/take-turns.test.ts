import { describe, expect, it } from 'vitest';
import { RateLimiter } from './rate-limiter.ts';
import { takeTurns } from './take-turns.ts';

const clock = { now: () => 0, sleep: () => new Promise<void>(() => undefined) };
const { signal } = new AbortController();
const tooLong = (ms: number): Error => new Error(`in ${ms} ms`);

describe('waiting for one’s turn', () => {
  it('is told to come back when it would be long, and then no limit is touched', async () => {
    const [full, free] = [new RateLimiter([{ limit: 1, windowMs: 60_000 }], clock), new RateLimiter([], clock)];
    const turn = { priority: 'final', signal } as const;
    await takeTurns([full, free], turn, tooLong);
    const other = new RateLimiter([{ limit: 1, windowMs: 60_000 }], clock);
    await expect(takeTurns([other, full], turn, tooLong)).rejects.toThrow('in 60000 ms');
    expect(other.waitMs('final')).toBe(0);
  });

  it('counts a wait that is known without the limits, and lets decoration wait for nothing', async () => {
    const free = new RateLimiter([], clock);
    await expect(takeTurns([free], { priority: 'final', signal }, tooLong, 10_001)).rejects.toThrow('in 10001 ms');
    await expect(takeTurns([free], { priority: 'decoration', signal }, tooLong, 1)).rejects.toThrow('in 1 ms');
    await takeTurns([free], { priority: 'update', signal }, tooLong, 2_000);
  });
});
