import type { Bed, Target } from '../bed.ts';
import type { Vendor } from '../deliveries.ts';
import { median, percentile, type Report } from '../figures.ts';
import { checkComplete } from './throughput.ts';

const ROUNDS = 3;
const BUSY = { chats: 64, concurrent: 64, nextWhen: 'answered', drainMs: 3_000 } as const;
const CALM = { chats: 40, perSecond: 20, drainMs: 3_000 } as const;
const CALM_MS = 5_000;

interface Round {
  readonly perSecond: number;
  readonly ackP99: number;
}

/** The way of a message of a WeCom app beside that of Feishu: the same questions and answers, one message each. */
export async function wecom(bed: Bed): Promise<Report> {
  const targets = {
    feishu: await bed.startGateway(),
    wecom: await bed.startGateway({ vendor: 'wecom' }),
  };
  const vendors: readonly Vendor[] = ['feishu', 'wecom'];
  const rounds: Record<Vendor, Round[]> = { feishu: [], wecom: [] };
  for (const vendor of vendors) await bed.run(targets[vendor], { ...BUSY, vendor, count: 8_000, forMs: 5_000 });
  // By turns, so that whatever else the machine does meets both.
  for (let round = 0; round < ROUNDS; round += 1)
    for (const vendor of vendors) rounds[vendor].push(await busy(bed, targets[vendor], vendor));
  const [there, here] = [await calm(bed, targets.feishu, 'feishu'), await calm(bed, targets.wecom, 'wecom')];
  const of = (vendor: Vendor, field: keyof Round): number => median(rounds[vendor].map((one) => one[field]));
  return {
    scenario: 'wecom: the webhook of an app beside Feishu’s',
    figures: [
      {
        name: 'accepted and answered',
        value: of('wecom', 'perSecond'),
        unit: '/s',
        beside: { name: 'Feishu', value: of('feishu', 'perSecond') },
        budget: { atLeast: 0.8 },
      },
      { name: 'ack p99', value: of('wecom', 'ackP99'), unit: 'ms', budget: { atMost: 60 } },
      { name: 'ack p99 of Feishu', value: of('feishu', 'ackP99'), unit: 'ms' },
      {
        name: 'ack p50 at 20 messages/s',
        value: median(here),
        unit: 'ms',
        beside: { name: 'Feishu', value: median(there) },
      },
    ],
  };
}

async function busy(bed: Bed, target: Target, vendor: Vendor): Promise<Round> {
  const ran = await bed.run(target, { ...BUSY, vendor, count: 12_000, forMs: 2_500 });
  checkComplete(target, ran);
  return { perSecond: (ran.answered / ran.answeredInMs) * 1000, ackP99: percentile(ran.ackMs, 0.99) };
}

async function calm(bed: Bed, target: Target, vendor: Vendor): Promise<ArrayLike<number>> {
  const ran = await bed.run(target, { ...CALM, vendor, count: (CALM.perSecond * CALM_MS) / 1000, forMs: CALM_MS });
  checkComplete(target, ran);
  return ran.ackMs;
}
