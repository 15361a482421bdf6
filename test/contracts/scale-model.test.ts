import { describe, expect, it } from 'vitest';
import { CHOSEN, groupCommit, MEASURED, needsOf, queue } from '../../bench/scale-model.ts';
import { growthPicture } from '../../bench/scale-picture.ts';

describe('the queues of the scale model', () => {
  it('hold whoever comes as long as theory says (one server: mean 1 / (rate − arrivals), p99 4.6 times that)', () => {
    const times = queue({ perSecond: 70, serviceMs: 10, servers: 1, seed: 7 });
    const mean = 1_000 / (100 - 70);
    expect(meanOf(times) / mean).toBeCloseTo(1, 0.9);
    expect(p99Of(times) / (mean * Math.log(100))).toBeCloseTo(1, 0.7);
  });

  it('hold nobody where there are servers enough', () => {
    const times = queue({ perSecond: 100, serviceMs: 10, servers: 64, seed: 7 });
    expect(meanOf(times)).toBeCloseTo(10, 0);
  });

  it('let a write to the disk carry all who came: between one and two writes are waited for, however many they are', () => {
    expect(meanOf(groupCommit({ perSecond: 10, commitMs: 1, seed: 7 }))).toBeCloseTo(1, 1);
    const crowd = groupCommit({ perSecond: 100_000, commitMs: 1, seed: 7 });
    expect(meanOf(crowd)).toBeCloseTo(1.5, 1);
    expect(Math.max(...crowd)).toBeLessThanOrEqual(2);
  });
});

describe('what the scale model says is needed', () => {
  it('rises with the messages', () => {
    const [few, many] = [needsOf(1_000), needsOf(100_000)];
    for (const name of ['gateways', 'workers', 'stores', 'redises', 'apps', 'streams', 'diskTb'] as const) {
      expect(many[name], name).toBeGreaterThan(few[name]);
    }
  });

  it('rises with what a message costs', () => {
    const dear = needsOf(10_000, { ...MEASURED, pieceUs: MEASURED.pieceUs * 1.5 });
    expect(dear.workers).toBeGreaterThan(needsOf(10_000).workers * 1.2);
  });

  it('is refused where an acknowledgement would come too late', () => {
    expect(() => needsOf(1_000, MEASURED, { ...CHOSEN, commitMs: 80 })).toThrow('too full');
  });

  it('has a picture', () => {
    const picture = growthPicture([needsOf(1_000)]);
    expect(picture.match(/<text/g)?.length).toBe(picture.match(/<\/text>/g)?.length);
    expect(picture).toContain('1,000');
  });
});

function meanOf(values: Float64Array): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

function p99Of(values: Float64Array): number {
  return values.toSorted()[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN;
}
