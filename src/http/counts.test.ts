import { Counter, Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { counter, histogram } from './counts.ts';
import { METRICS, type MetricName } from './metric-list.ts';

const BORDERS = [0.001, 0.5, 10];

describe('numbers that are only added', () => {
  it('are written out as prom-client writes its own counters', async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const count = counter(ours, 'posthouse_vendor_calls_total');
    const other = new Counter({ ...definition('posthouse_vendor_calls_total'), registers: [theirs] });
    for (const labels of [
      ['feishu', 'message.reply', '0'],
      ['feishu', 'a"b\\c', '1'],
      ['feishu', 'message.reply', '0'],
    ]) {
      count(...labels);
      other.labels(...labels).inc();
    }
    expect(await ours.metrics()).toBe(await theirs.metrics());
  });

  it('are written out as prom-client writes its own histograms, borders included', async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const time = histogram(ours, 'posthouse_vendor_call_seconds', BORDERS);
    const other = new Histogram({
      ...definition('posthouse_vendor_call_seconds'),
      buckets: BORDERS,
      registers: [theirs],
    });
    for (const [ms, api] of [
      [0, 'a'],
      [1, 'a'],
      [1.5, 'b'],
      [500, 'a'],
      [60_000, 'a'],
    ] as const) {
      time(ms, 'feishu', api);
      other.labels('feishu', api).observe(ms / 1000);
    }
    expect(await ours.metrics()).toBe(await theirs.metrics());
  });
});

function definition(name: MetricName): { name: string; help: string; labelNames: string[] } {
  return { name, help: METRICS[name].help.en, labelNames: [...METRICS[name].labels] };
}
