import { describe, expect, it } from 'vitest';
import { RightOfWay } from './right-of-way.ts';

describe('the right of way', () => {
  it('is of deliveries while many are on their way', () => {
    const way = new RightOfWay({ now: () => 1000 });
    for (let count = 0; count < 16; count += 1) way.enter();
    expect(way.isTaken).toBe(false);
    way.enter();
    expect(way.isTaken).toBe(true);
    way.leave();
    expect(way.isTaken).toBe(false);
  });

  it('is of nobody while they only wait for a slow disk', () => {
    let now = 1000;
    const loop = { active: 0, idle: 0 };
    const way = new RightOfWay({ now: () => now }, () => ({ ...loop }));
    const after20Ms = (worked: number): boolean => {
      now += 20;
      loop.active += worked;
      loop.idle += 20 - worked;
      return way.isTaken;
    };
    for (let count = 0; count < 40; count += 1) way.enter();
    expect(way.isTaken).toBe(true);
    expect([after20Ms(15), after20Ms(5), after20Ms(9), after20Ms(11)]).toEqual([true, false, false, true]);
    // Nobody has asked for a while: what was long ago does not count.
    now += 60_000;
    expect(way.isTaken).toBe(true);
  });
});
