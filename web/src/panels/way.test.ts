import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../../src/simulator/contract.ts';
import { firstTextMs, wayOf } from './way.ts';

function events(...steps: readonly (readonly [string, number])[]): TraceEvent[] {
  return steps.map(([step, at]) => ({ key: 'k', step, at }));
}

describe('the way of a message', () => {
  it('takes frames together and keeps the order of the other steps', () => {
    const way = wayOf('k', events(['received', 0], ['stored', 2], ['frame', 10], ['frame', 30], ['final', 31]));
    expect(way.steps).toEqual([
      { name: 'received', ms: undefined, count: 1 },
      { name: 'stored', ms: 2, count: 1 },
      { name: 'frame', ms: 28, count: 2 },
      { name: 'final', ms: 1, count: 1 },
    ]);
  });

  it('takes the gateway’s own measure where it gives one', () => {
    const way = wayOf('k', [{ key: 'k', step: 'received', at: 5, ms: 0.9 }]);
    expect(way.steps[0]?.ms).toBe(0.9);
  });

  it('runs until it is delivered or has failed', () => {
    expect(wayOf('k', events(['received', 0])).state).toBe('running');
    expect(wayOf('k', events(['received', 0], ['delivered', 7]))).toMatchObject({ state: 'done', totalMs: 7 });
    expect(wayOf('k', events(['received', 0], ['failed', 7])).state).toBe('failed');
  });

  it('is not prolonged by a redelivery that is noted later', () => {
    const way = wayOf('k', events(['received', 0], ['done', 7], ['received', 3_000], ['duplicate', 3_001]));
    expect(way).toMatchObject({ state: 'done', totalMs: 7 });
    expect(way.steps.map((step) => step.ms)).toEqual([undefined, 7, undefined, 1]);
  });

  it('runs again when it is taken up after a restart', () => {
    expect(wayOf('k', events(['received', 0], ['failed', 7], ['claimed', 9])).state).toBe('running');
  });

  it('names the button that was pressed', () => {
    expect(wayOf('k', [{ key: 'k', step: 'stored', at: 0, detail: { act: 'up' } }]).act).toBe('up');
  });

  it('tells how long the first text took', () => {
    expect(firstTextMs(events(['received', 10], ['first-text', 222]))).toBe(212);
    expect(firstTextMs(events(['received', 10]))).toBeUndefined();
  });
});
