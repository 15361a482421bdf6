import { describe, expect, it } from 'vitest';
import { GatewayError } from '../core/errors.ts';
import { backoffMs, retryAt } from './backoff.ts';

describe('waiting before another try', () => {
  it('doubles from a quarter to half a second up to five minutes', () => {
    expect([1, 2, 3, 20].map((attempts) => backoffMs(attempts, 0))).toEqual([250, 500, 1000, 150_000]);
    expect(backoffMs(20, 1)).toBe(300_000);
  });

  it('is never shorter than the vendor asked for', () => expect(backoffMs(1, 0, 9_000)).toBe(9_000));
});

describe('whether to try again', () => {
  const fails = (code: ConstructorParameters<typeof GatewayError>[0], retryAfterMs?: number) =>
    new GatewayError(code, 'test', retryAfterMs === undefined ? {} : { retryAfterMs });

  it('gives up at once what cannot succeed', () =>
    expect(retryAt(fails('platform_rejected'), 1, 5, 0, 0)).toBeUndefined());
  it('comes back after a passing fault', () =>
    expect(retryAt(fails('platform_unavailable'), 1, 5, 1000, 0)).toBe(1250));
  it('gives up a fault that does not pass', () =>
    expect(retryAt(fails('platform_unavailable'), 5, 5, 0, 0)).toBeUndefined());
  it('comes back when a vendor that throttles said so, however often', () =>
    expect(retryAt(fails('platform_throttled', 700), 6, 5, 0, 0)).toBeGreaterThan(700));
});
