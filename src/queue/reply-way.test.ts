import { describe, expect, it } from 'vitest';
import { wayAt } from './reply-way.ts';

const PLAN = { calls: 5_000, pushes: 0, fewUpdatesFrom: 0.5, messagesFrom: 0.75, pace: 'month' } as const;
/** Noon in China; June has 30 days, so 125 calls a day may go into showing, the last 42 of them slowly. */
const june = (day: number) => Date.parse(`2026-06-${String(day).padStart(2, '0')}T12:00:00+08:00`);
const at = (day: number, spent: number) => wayAt(PLAN, spent, june(day));

describe('the way of answering over a month', () => {
  it('is slower and then plain at the end of a busy day, and streams again on the next', () => {
    expect([at(1, 83), at(1, 84), at(1, 124), at(1, 125)]).toEqual(['stream', 'few', 'few', 'message']);
    expect([at(2, 125), at(2, 209), at(2, 250)]).toEqual(['stream', 'few', 'message']);
  });

  it('lets a busy day use what quiet ones have left', () => {
    expect([at(8, 0), at(8, 957), at(8, 959), at(8, 1_000)]).toEqual(['stream', 'stream', 'few', 'message']);
  });

  it('makes a day pay for what one before it has overdrawn', () => {
    expect([at(2, 400), at(3, 400), at(4, 400)]).toEqual(['message', 'message', 'stream']);
  });

  it('has cards on the last day, and keeps the rest for what else there is to call', () => {
    expect([at(30, 3_709), at(30, 3_750)]).toEqual(['few', 'message']);
    expect(at(30, 3_600)).toBe('stream');
  });

  it('turns at midnight in China', () => {
    expect(wayAt(PLAN, 130, Date.parse('2026-06-01T15:59:59Z'))).toBe('message');
    expect(wayAt(PLAN, 130, Date.parse('2026-06-01T16:00:00Z'))).toBe('stream');
  });

  it('goes by the whole month where nobody wants it paced', () => {
    const free = { ...PLAN, pace: 'none' } as const;
    expect([2_499, 2_500, 3_750].map((spent) => wayAt(free, spent, june(1)))).toEqual(['stream', 'few', 'message']);
    expect(wayAt({ ...PLAN, calls: 0 }, 1e9, june(1))).toBe('stream');
  });
});
