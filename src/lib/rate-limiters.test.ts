import { describe, expect, it } from 'vitest';
import { RateLimiters } from './rate-limiters.ts';
import { Recent } from './recent.ts';

const clock = { now: () => 0, sleep: () => Promise.resolve() };
const windows = [{ limit: 1, windowMs: 1_000 }];
const { signal } = new AbortController();

describe('limits by name', () => {
  it('hold for each name by itself', async () => {
    const limiters = new RateLimiters({ windows, clock });
    await limiters.of('a').acquire('final', signal);
    expect([limiters.of('a').waitMs('final'), limiters.of('b').waitMs('final')]).toEqual([1_000, 0]);
  });

  it('are forgotten where what keeps them forgets', async () => {
    const limiters = new RateLimiters({ windows, clock, known: new Recent({ max: 1 }) });
    await limiters.of('a').acquire('final', signal);
    limiters.of('b');
    expect(limiters.of('a').waitMs('final')).toBe(0);
  });
});
