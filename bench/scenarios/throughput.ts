import type { Bed, Target } from '../bed.ts';
import { median, percentile, type Report } from '../figures.ts';
import type { Ran } from '../load.ts';
import { cpuMs } from '../machine.ts';

const ROUNDS = 3;
const PLAN = { chats: 64, concurrent: 64, nextWhen: 'answered', drainMs: 3_000 } as const;

interface Round {
  readonly perSecond: number;
  readonly ackP50: number;
  readonly ackP99: number;
  /** Processor time of a message, in microseconds. */
  readonly cpu: number;
}

/** What each target did in each round, by its name. */
type Rounds = ReadonlyMap<string, readonly Round[]>;

/** Has the targets answer by turns, so that whatever else the machine does meets all of them. */
export async function compareAnswering(bed: Bed, targets: readonly Target[]): Promise<Rounds> {
  const rounds = new Map<string, Round[]>(targets.map(({ name }) => [name, []]));
  for (const target of targets) await bed.run(target, { ...PLAN, count: 8_000, forMs: 5_000 });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const target of targets) rounds.get(target.name)?.push(await measure(bed, target));
  }
  return rounds;
}

/** The middle one of a target's rounds. */
export function midOf(rounds: Rounds, name: string, field: keyof Round): number {
  return median((rounds.get(name) ?? []).map((one) => one[field]));
}

/** 64 people who each ask again as soon as they have their answer: what is accepted, stored and answered in a second. */
export async function throughput(bed: Bed): Promise<Report> {
  const targets = [await bed.startFloor(), await bed.startDurableFloor(), await bed.startGateway()];
  const rounds = await compareAnswering(bed, targets);
  const of = (name: string, field: keyof Round): number => midOf(rounds, name, field);
  return {
    scenario: 'throughput: 64 at once, each asks again when answered',
    figures: [
      {
        name: 'accepted and answered',
        value: of('gateway', 'perSecond'),
        unit: '/s',
        beside: { name: 'floor', value: of('floor', 'perSecond') },
        budget: { atLeast: 0.8 },
      },
      {
        name: '… beside the durable floor',
        value: of('gateway', 'perSecond'),
        unit: '/s',
        beside: { name: 'durable floor', value: of('durable floor', 'perSecond') },
      },
      {
        name: 'ack p50',
        value: of('gateway', 'ackP50'),
        unit: 'ms',
        beside: { name: 'floor', value: of('floor', 'ackP50') },
      },
      { name: 'ack p99', value: of('gateway', 'ackP99'), unit: 'ms', budget: { atMost: 60 } },
      { name: 'ack p99 of the floor', value: of('floor', 'ackP99'), unit: 'ms', reference: true },
      {
        name: 'processor time a message',
        value: of('gateway', 'cpu'),
        unit: 'µs',
        beside: { name: 'floor', value: of('floor', 'cpu') },
      },
      { name: '… of the durable floor', value: of('durable floor', 'cpu'), unit: 'µs', reference: true },
    ],
  };
}

async function measure(bed: Bed, target: Target): Promise<Round> {
  const before = cpuMs(target.pid) ?? Number.NaN;
  const ran = await bed.run(target, { ...PLAN, count: 12_000, forMs: 2_500 });
  const used = (cpuMs(target.pid) ?? Number.NaN) - before;
  checkComplete(target, ran);
  return {
    perSecond: (ran.answered / ran.answeredInMs) * 1000,
    ackP50: percentile(ran.ackMs, 0.5),
    ackP99: percentile(ran.ackMs, 0.99),
    cpu: (used / ran.answered) * 1000,
  };
}

/** A number that was reached by losing messages is no number. */
export function checkComplete(target: Target, ran: Ran): void {
  if (ran.refused === 0 && ran.answered === ran.acknowledged && ran.answered > 0) return;
  const { sent, acknowledged, refused, answered } = ran;
  throw new Error(`${target.name}: ${JSON.stringify({ sent, acknowledged, refused, answered })}`);
}
