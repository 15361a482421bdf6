import type { Bed } from '../bed.ts';
import type { AnswerPlan } from '../far-dify.ts';
import type { Seen } from '../far-record.ts';
import { type Figure, median, percentile, type Report } from '../figures.ts';
import { cpuMs, peakRssMb } from '../machine.ts';

interface Crowd {
  readonly streams: number;
  /** Their people ask within this long. */
  readonly withinMs: number;
  readonly answer: AnswerPlan;
  /** How long the last answers are waited for. */
  readonly drainMs: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly vendorLimits?: true;
}

interface Streamed {
  readonly figures: readonly Figure[];
  readonly mostAtOnce: number;
  /** From the first question to the last one at the agent, in milliseconds. */
  readonly admittedMs: number;
  /** The most calls to one of the vendor's APIs in a second, and in a minute. */
  readonly busiest: { readonly second: number; readonly minute: number };
}

/** A thousand answers grow at once, ten pieces a second each for eight seconds; their people asked within five seconds. */
export async function streams(bed: Bed): Promise<Report> {
  const { figures, mostAtOnce } = await stream(bed, {
    streams: 1_000,
    withinMs: 5_000,
    answer: { pieces: 80, everyMs: 100 },
    drainMs: 15_000,
  });
  return {
    scenario: 'streams: 1,000 conversations at once',
    figures: [
      ...withBudgets(figures, { 'final frame p99 after the end': 500, 'peak memory': 200 }),
      { name: 'most at once', value: mostAtOnce, unit: 'streams' },
    ],
  };
}

/** So slowly that stand-in and load leave something of two cores: what limits is pieces a second, not streams. */
const SLOW = { pieces: 36, everyMs: 1_000 };

/** Five thousand, once with as many places as there are by default, so that most of them wait in the store, and once all at the same time. */
export async function streams5000(bed: Bed): Promise<Report> {
  const crowd = { streams: 5_000, withinMs: 10_000, answer: SLOW, drainMs: 90_000 };
  const some = await stream(bed, { ...crowd, answer: { pieces: 12, everyMs: 1_000 } });
  const all = await stream(bed, { ...crowd, env: { WORK_MAX_ACTIVE: '5000', DIFY_MAX_CONCURRENT: '5000' } });
  return {
    scenario: 'streams-5000: 5,000 conversations that ask within ten seconds',
    figures: [
      ...named('2,000 places', some),
      { name: '2,000 places: most at once', value: some.mostAtOnce, unit: 'streams', budget: { atMost: 2_000 } },
      { name: '2,000 places: all asked after', value: some.admittedMs, unit: 'ms' },
      ...named('5,000 places', all),
      { name: '5,000 places: most at once', value: all.mostAtOnce, unit: 'streams', budget: { atLeast: 4_900 } },
      { name: '5,000 places: all asked after', value: all.admittedMs, unit: 'ms' },
    ],
  };
}

/** The vendor's own limits kept (50 a second and 1,000 a minute for an API), as on its public service: how many answers can grow, and what the last frame waits. */
export async function streamsLimited(bed: Bed): Promise<Report> {
  const { figures, mostAtOnce, busiest } = await stream(bed, {
    streams: 400,
    withinMs: 8_000,
    answer: { pieces: 100, everyMs: 200 },
    drainMs: 90_000,
    vendorLimits: true,
  });
  return {
    scenario: 'streams-limited: 400 conversations at once within the vendor’s limits',
    figures: [
      ...withBudgets(figures, {}),
      { name: 'most at once', value: mostAtOnce, unit: 'streams' },
      { name: 'busiest second of an API', value: busiest.second, unit: 'calls', budget: { atMost: 50 } },
      { name: 'busiest minute of an API', value: busiest.minute, unit: 'calls', budget: { atMost: 1_000 } },
    ],
  };
}

async function stream(bed: Bed, crowd: Crowd): Promise<Streamed> {
  const { env, vendorLimits } = crowd;
  const gateway = await bed.startGateway({ ...(env && { env }), ...(vendorLimits && { vendorLimits }) });
  // Until Node has compiled what it runs often; few enough for a minute's limit.
  const warmUp = {
    chats: 200,
    concurrent: 16,
    nextWhen: 'answered',
    count: 600,
    forMs: 1_500,
    drainMs: 3_000,
  } as const;
  if (!vendorLimits) await bed.run(gateway, warmUp);
  await bed.far.call('plan', crowd.answer);
  const before = cpuMs(gateway.pid) ?? Number.NaN;
  const ran = await bed.run(gateway, {
    chats: crowd.streams,
    count: crowd.streams,
    perSecond: crowd.streams / (crowd.withinMs / 1000),
    forMs: crowd.withinMs * 2,
    drainMs: crowd.drainMs,
  });
  const used = (cpuMs(gateway.pid) ?? Number.NaN) - before;
  await bed.far.call('plan', { pieces: 8, everyMs: 0 });
  const seen = (await bed.far.call('seen')).map(([, one]) => one);
  const busiest = await bed.far.call('busiest');
  const peakMb = peakRssMb(gateway.pid) ?? Number.NaN;
  await bed.stop(gateway);
  return {
    figures: figuresOf(crowd, seen, { answered: ran.answered, usedMs: used, peakMb }),
    mostAtOnce: mostAtOnce(seen),
    admittedMs: lastOf(seen.map((one) => one.askedAt)) - Math.min(...seen.map((one) => one.askedAt)),
    busiest,
  };
}

interface Used {
  readonly answered: number;
  readonly usedMs: number;
  readonly peakMb: number;
}

function figuresOf({ streams: count, answer }: Crowd, seen: readonly Seen[], used: Used): readonly Figure[] {
  const landed = seen.filter(({ finalAt }) => finalAt > 0);
  const afterEnd = landed.map(({ endAt, finalAt }) => finalAt - endAt);
  const calls = seen.reduce((sum, one) => sum + one.calls, 0);
  const pieces = count * answer.pieces;
  return [
    { name: 'lost final frames', value: count - landed.length, unit: `of ${count}`, budget: { atMost: 0 } },
    { name: 'final frame p99 after the end', value: percentile(afterEnd, 0.99), unit: 'ms' },
    { name: 'final frame p50 after the end', value: median(afterEnd), unit: 'ms' },
    { name: 'peak memory', value: used.peakMb, unit: 'MB' },
    { name: 'calls to the platform', value: calls / count, unit: 'each', note: `${used.answered} answered` },
    { name: 'first text p50', value: median(landed.map((one) => one.firstTextAt - one.firstTokenAt)), unit: 'ms' },
    { name: 'processor time a piece', value: (used.usedMs * 1000) / pieces, unit: 'µs', note: `of ${pieces} pieces` },
  ];
}

function withBudgets(figures: readonly Figure[], most: Readonly<Record<string, number>>): readonly Figure[] {
  return figures.map((figure) => {
    const atMost = most[figure.name];
    return atMost === undefined ? figure : { ...figure, budget: { atMost } };
  });
}

function named(places: string, { figures }: Streamed): readonly Figure[] {
  return figures.map((figure) => ({ ...figure, name: `${places}: ${figure.name}` }));
}

function lastOf(times: readonly number[]): number {
  return times.reduce((last, time) => Math.max(last, time), 0);
}

function mostAtOnce(seen: readonly Seen[]): number {
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
