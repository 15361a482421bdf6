import { describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';

describe('the system clock', () => {
  it('tells epoch milliseconds', () => expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000));

  it('sleeps for the time asked', async () => {
    const before = performance.now();
    await systemClock.sleep(20);
    expect(performance.now() - before).toBeGreaterThanOrEqual(18);
  });

  it('wakes up at once with the reason of an abort', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const asleep = systemClock.sleep(60_000, abort.signal);
    abort.abort(reason);
    await expect(asleep).rejects.toBe(reason);
  });

  it('does not fall asleep when it was aborted before', async () => {
    const reason = new Error('before');
    await expect(systemClock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
