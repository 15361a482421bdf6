import type { Bed, Target } from '../bed.ts';
import type { Vendor } from '../deliveries.ts';
import { type Figure, median, percentile } from '../figures.ts';
import { cpuMs } from '../machine.ts';
import { checkComplete } from './throughput.ts';

/** A way by which a vendor brings its messages. */
export interface Way {
  /** As its figures are headed. */
  readonly name: string;
  readonly vendor: Vendor;
  /** By the vendor's long connection; a webhook without. */
  readonly byLine?: true;
}

const FEISHU: Way = { name: 'Feishu', vendor: 'feishu' };

const ROUNDS = 3;
const BUSY = { chats: 64, concurrent: 64, nextWhen: 'answered', drainMs: 3_000 } as const;
const CALM = { chats: 40, perSecond: 20, drainMs: 3_000 } as const;
const CALM_MS = 10_000;

interface Round {
  readonly perSecond: number;
  readonly ackP99: number;
  /** Processor time of a message, in microseconds. */
  readonly cpu: number;
}

interface Measured {
  readonly way: Way;
  readonly target: Target;
  readonly rounds: Round[];
  /** At 20 messages a second. */
  calmMs: ArrayLike<number>;
}

/** Each way beside Feishu's webhook: the same questions and answers, one message each, by turns, so that whatever else the machine does meets all. */
export async function besideFeishu(bed: Bed, ways: readonly Way[]): Promise<Figure[]> {
  const all: Measured[] = [];
  for (const way of [FEISHU, ...ways]) {
    const { vendor, byLine } = way;
    const target = await bed.startGateway({ vendor, ...(byLine && { byLine }) });
    all.push({ way, target, rounds: [], calmMs: [] });
  }
  for (const one of all) await bed.run(one.target, { ...BUSY, ...wayOf(one), count: 8_000, forMs: 5_000 });
  for (let round = 0; round < ROUNDS; round += 1) for (const one of all) one.rounds.push(await busy(bed, one));
  for (const one of all) one.calmMs = await calm(bed, one);
  const [feishu, ...others] = all as [Measured, ...Measured[]];
  return [
    { name: 'ack p99 of Feishu', value: mid(feishu, 'ackP99'), unit: 'ms', reference: true },
    { name: '… at 20 messages/s', value: percentile(feishu.calmMs, 0.99), unit: 'ms', reference: true },
    ...others.flatMap((one) => figuresOf(one, feishu)),
  ];
}

function figuresOf(one: Measured, feishu: Measured): Figure[] {
  const { name } = one.way;
  const beside = (value: number): { name: string; value: number } => ({ name: FEISHU.name, value });
  return [
    {
      name: `${name}: accepted and answered`,
      value: mid(one, 'perSecond'),
      unit: '/s',
      beside: beside(mid(feishu, 'perSecond')),
      budget: { atLeast: 0.8 },
    },
    {
      name: `${name}: processor time a message`,
      value: mid(one, 'cpu'),
      unit: 'µs',
      beside: beside(mid(feishu, 'cpu')),
    },
    // WeCom acknowledges nothing to a bot, nor a bot to WeCom.
    ...(one.way.vendor === 'wecom-bot' ? [] : ackFiguresOf(one, feishu)),
  ];
}

function ackFiguresOf(one: Measured, feishu: Measured): Figure[] {
  const { name } = one.way;
  return [
    { name: `${name}: ack p99`, value: mid(one, 'ackP99'), unit: 'ms', budget: { atMost: 60 } },
    {
      name: `${name}: ack p50 at 20 messages/s`,
      value: median(one.calmMs),
      unit: 'ms',
      beside: { name: FEISHU.name, value: median(feishu.calmMs) },
    },
    { name: `${name}: ack p99 at 20 messages/s`, value: percentile(one.calmMs, 0.99), unit: 'ms' },
  ];
}

function mid({ rounds }: Measured, field: keyof Round): number {
  return median(rounds.map((one) => one[field]));
}

function wayOf({ way: { vendor, byLine } }: Measured): Pick<Way, 'vendor' | 'byLine'> {
  return { vendor, ...(byLine && { byLine }) };
}

async function busy(bed: Bed, one: Measured): Promise<Round> {
  const before = cpuMs(one.target.pid) ?? Number.NaN;
  const ran = await bed.run(one.target, { ...BUSY, ...wayOf(one), count: 12_000, forMs: 2_500 });
  const used = (cpuMs(one.target.pid) ?? Number.NaN) - before;
  checkComplete(one.target, ran);
  return {
    perSecond: (ran.answered / ran.answeredInMs) * 1000,
    ackP99: percentile(ran.ackMs, 0.99),
    cpu: (used / ran.answered) * 1000,
  };
}

async function calm(bed: Bed, one: Measured): Promise<ArrayLike<number>> {
  const count = (CALM.perSecond * CALM_MS) / 1000;
  const ran = await bed.run(one.target, { ...CALM, ...wayOf(one), count, forMs: CALM_MS });
  checkComplete(one.target, ran);
  return ran.ackMs;
}
