import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../core/errors.ts';
import { Pauses, TakenOver } from './pauses.ts';

const MINUTE = 60_000;
const after = (pauses: Pauses, error: unknown, times: number): number[] =>
  Array.from({ length: times }, () => Math.round(pauses.next(error)));

describe('the pause before the next connection', () => {
  it('is short after a broken line, and grows to half a minute', () => {
    expect(after(new Pauses(() => 0.5), new Error('closed'), 7)).toEqual(
      [1, 2, 4, 8, 16, 30, 30].map((s) => s * 1_000),
    );
  });

  it('is minutes after the vendor’s no, for somebody has to do something', () => {
    const refusal = new GatewayError('platform_misconfigured', 'wrong secret');
    expect(after(new Pauses(() => 0.5), refusal, 7)).toEqual([1, 2, 4, 8, 16, 30, 30].map((m) => m * MINUTE));
  });

  it('grows each time another program takes the bot over, so that two do not throw each other out for ever', () => {
    const pauses = new Pauses(() => 0.5);
    expect(after(pauses, new TakenOver(), 3)).toEqual([MINUTE, 2 * MINUTE, 4 * MINUTE]);
    pauses.worked(2 * MINUTE);
    expect(after(pauses, new TakenOver(), 1)).toEqual([8 * MINUTE]);
    pauses.worked(20 * MINUTE);
    expect(after(pauses, new TakenOver(), 1)).toEqual([MINUTE]);
  });

  it('begins anew after a connection that worked, not after one that broke at once', () => {
    const pauses = new Pauses(() => 0.5);
    after(pauses, new Error('closed'), 3);
    pauses.worked(5_000);
    expect(after(pauses, new Error('closed'), 1)).toEqual([8_000]);
    pauses.worked(MINUTE);
    expect(after(pauses, new Error('closed'), 1)).toEqual([1_000]);
  });

  it('is spread, so that not all come back at once', () => {
    expect([0, 0.999].map((random) => Math.round(new Pauses(() => random).next(new Error('closed'))))).toEqual([
      750, 1_250,
    ]);
  });
});
