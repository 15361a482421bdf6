import { afterEach, describe, expect, it, vi } from 'vitest';
import { noLog } from '../core/log.ts';
import { type SharedClock, sharedClock } from './shared-clock.ts';

const HOUR = 3_600_000;

describe('the clock that processes of one store share', () => {
  let clock: SharedClock | undefined;
  afterEach(() => {
    clock?.stop();
    vi.useRealTimers();
  });

  it('tells the time of the store, whatever this machine believes', async () => {
    clock = await sharedClock(async () => Date.now() + HOUR, noLog);
    expect(Math.abs(clock.now() - Date.now() - HOUR)).toBeLessThan(500);
  });

  it('does not follow somebody who sets the clock of this machine', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    const time = 1_800_000_000_000;
    clock = await sharedClock(async () => time, noLog);
    vi.setSystemTime(Date.now() + 2 * 60_000);
    expect(Math.abs(clock.now() - time)).toBeLessThan(1_000);
  });

  it('follows the store when that is set, and goes on by itself while it cannot be read', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let time = 1_800_000_000_000;
    let isAway = false;
    clock = await sharedClock(async () => {
      if (isAway) throw new Error('away');
      return time;
    }, noLog);
    time += HOUR;
    isAway = true;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(Math.abs(clock.now() - time + HOUR)).toBeLessThan(1_000);
    isAway = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(Math.abs(clock.now() - time)).toBeLessThan(1_000);
  });

  it('changes nothing for what may be the way to the store and back', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'setTimeout'] });
    let tookMs = 0;
    let ahead = 0;
    clock = await sharedClock(async () => {
      vi.advanceTimersByTime(tookMs);
      return 1_000_000 + performance.now() + ahead;
    }, noLog);
    const before = clock.now() - performance.now();
    tookMs = 400;
    ahead = -150;
    vi.advanceTimersByTime(10_000);
    await Promise.resolve();
    expect(clock.now() - performance.now()).toBeCloseTo(before, -1);
  });
});
