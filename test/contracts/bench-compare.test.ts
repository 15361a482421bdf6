import { describe, expect, it } from 'vitest';
import { bestOf, compared } from '../../bench/compare.ts';
import { type Figure, isKept, type Report } from '../../bench/figures.ts';

const rate = (value: number): Figure => ({
  name: 'answered',
  value,
  unit: '/s',
  beside: { name: 'floor', value: 1_000 },
  budget: { atLeast: 0.8 },
});
const wait = (value: number): Figure => ({ name: 'ack p99', value, unit: 'ms', budget: { atMost: 60 } });
const memory = (value: number): Figure => ({ name: 'memory', value, unit: 'MB' });
const report = (...figures: Figure[]): Report => ({ scenario: 'throughput', figures });

describe('a comparison with another revision', () => {
  it('takes the best of several rounds, whichever way a figure is better', () => {
    const best = bestOf([report(rate(400), wait(20)), report(rate(500), wait(30))]);
    expect(best.figures.map(({ value }) => value)).toEqual([500, 20]);
  });

  it('fails what has become worse by more than two runs differ, and nothing else', () => {
    const before = report(rate(1_000), wait(20), memory(100));
    const verdicts = (now: Report): unknown[] => compared('v1', now, before).figures.map(isKept);
    expect(verdicts(report(rate(900), wait(22), memory(110)))).toEqual([true, true, true]);
    expect(verdicts(report(rate(800), wait(24), memory(120)))).toEqual([false, false, false]);
    expect(verdicts(report(rate(2_000), wait(2), memory(10)))).toEqual([true, true, true]);
  });

  it('judges a loss where there was none', () => {
    const lost = (value: number): Figure => ({ name: 'lost', value, unit: '' });
    expect(compared('v1', report(lost(3)), report(lost(0))).figures.map(isKept)).toEqual([false]);
    expect(compared('v1', report(lost(0)), report(lost(0))).figures.map(isKept)).toEqual([undefined]);
  });

  it('leaves out what was not measured there, and what is not of the gateway', () => {
    const floor: Figure = { name: 'of the floor', value: 1, unit: 'ms', reference: true };
    expect(compared('v1', report(rate(1), memory(1), floor), report(rate(1), floor)).figures).toHaveLength(1);
  });
});
