import type { Bed } from '../bed.ts';
import { median, percentile, type Report } from '../figures.ts';
import { peakRssMb } from '../machine.ts';

const STREAMS = 1_000;

/** A thousand answers grow at once, ten pieces a second each for eight seconds; their people asked within five seconds. */
export async function streams(bed: Bed): Promise<Report> {
  const gateway = await bed.startGateway();
  await bed.run(gateway, {
    chats: 200,
    concurrent: 16,
    nextWhen: 'answered',
    count: 600,
    forMs: 1_500,
    drainMs: 3_000,
  });
  await bed.far.call('plan', { pieces: 80, everyMs: 100 });
  const ran = await bed.run(gateway, {
    chats: STREAMS,
    count: STREAMS,
    perSecond: STREAMS / 5,
    forMs: 10_000,
    drainMs: 15_000,
  });
  await bed.far.call('plan', { pieces: 8, everyMs: 0 });
  const seen = (await bed.far.call('seen')).map(([, one]) => one);
  const landed = seen.filter(({ finalAt }) => finalAt > 0);
  const afterEnd = landed.map(({ endAt, finalAt }) => finalAt - endAt);
  const calls = seen.reduce((sum, one) => sum + one.calls, 0);
  return {
    scenario: 'streams: 1,000 conversations at once',
    figures: [
      { name: 'lost final frames', value: STREAMS - landed.length, unit: `of ${STREAMS}`, budget: { atMost: 0 } },
      { name: 'final frame p99 after the end', value: percentile(afterEnd, 0.99), unit: 'ms', budget: { atMost: 500 } },
      { name: 'final frame p50 after the end', value: median(afterEnd), unit: 'ms' },
      { name: 'peak memory', value: peakRssMb(gateway.pid) ?? Number.NaN, unit: 'MB', budget: { atMost: 200 } },
      { name: 'calls to the platform', value: calls / STREAMS, unit: 'each', note: `${ran.answered} answered` },
      { name: 'first text p50', value: median(landed.map((one) => one.firstTextAt - one.firstTokenAt)), unit: 'ms' },
      { name: 'most at once', value: mostAtOnce(seen), unit: 'streams' },
    ],
  };
}

function mostAtOnce(seen: readonly { readonly askedAt: number; readonly endAt: number }[]): number {
  const changes = seen.flatMap(({ askedAt, endAt }) => [
    { at: askedAt, by: 1 },
    { at: endAt, by: -1 },
  ]);
  let now = 0;
  let most = 0;
  for (const { by } of changes.sort((one, other) => one.at - other.at)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
