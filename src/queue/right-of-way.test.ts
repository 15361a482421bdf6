import { describe, expect, it } from 'vitest';
import { RightOfWay } from './right-of-way.ts';

/** A loop and a clock that a test moves on. */
function setUp() {
  let now = 1000;
  const loop = { active: 0, idle: 0 };
  const way = new RightOfWay({ now: () => now }, () => ({ ...loop }));
  return {
    way,
    /** @param worked - Milliseconds of those that the loop has worked. */
    passes(ms: number, worked: number): boolean {
      now += ms;
      loop.active += worked;
      loop.idle += ms - worked;
      return way.isTaken;
    },
    /** Deliveries that come and stay on their way. */
    come(count: number): void {
      for (let one = 0; one < count; one += 1) way.enter();
    },
    /** They are stored, all at once. */
    stored(count: number): void {
      for (let one = 0; one < count; one += 1) way.leave();
    },
  };
}

describe('the right of way', () => {
  it('is of deliveries while many are on their way, and in the moments in between in which a group of them is stored', () => {
    const { way, come, stored } = setUp();
    come(16);
    expect(way.isTaken).toBe(false);
    come(48);
    expect(way.isTaken).toBe(true);
    stored(64);
    expect(way.isTaken).toBe(true);
    for (let group = 0; group < 8; group += 1) {
      come(8);
      stored(8);
    }
    expect(way.isTaken).toBe(false);
  });

  it('is given back when no more come', () => {
    const { come, stored, passes } = setUp();
    come(64);
    stored(64);
    expect(passes(20, 20)).toBe(true);
    expect(passes(20, 20)).toBe(false);
    come(1);
    expect(passes(1, 1)).toBe(false);
  });

  it('is of nobody while they only wait for a slow disk', () => {
    const { come, passes } = setUp();
    const after20Ms = (worked: number): boolean => {
      come(1);
      return passes(20, worked);
    };
    come(64);
    expect(passes(1, 1)).toBe(true);
    expect([after20Ms(15), after20Ms(5), after20Ms(7), after20Ms(9)]).toEqual([true, false, false, true]);
    // Nobody has asked for a while: what was long ago does not count.
    come(1);
    expect(passes(60_000, 0)).toBe(true);
  });
});
