import { describe, expect, it } from 'vitest';
import { createQuiet } from './quiet.ts';

describe('keeping quiet about what repeats itself', () => {
  it('tells the first of a kind, then one a minute with how many were held back', () => {
    let now = 0;
    const quiet = createQuiet(() => now);
    expect([quiet('forged'), quiet('forged'), quiet('forged')]).toEqual([0, undefined, undefined]);
    now = 60_000;
    expect(quiet('forged')).toBe(2);
    expect(quiet('forged')).toBeUndefined();
  });

  it('keeps kinds apart', () => {
    const quiet = createQuiet(() => 0);
    expect([quiet('forged'), quiet('stale')]).toEqual([0, 0]);
  });

  it('remembers only so many kinds', () => {
    const quiet = createQuiet(() => 0);
    for (let kind = 0; kind < 10_000; kind += 1) expect(quiet(String(kind))).toBe(0);
  });
});
