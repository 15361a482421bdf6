import type { Bed } from '../bed.ts';
import { percentile, type Report } from '../figures.ts';
import type { Ran } from '../load.ts';

const PLAN = { chats: 5_000, concurrent: 64, nextWhen: 'acknowledged' } as const;

/** The agent answers nobody, and messages come as fast as they are acknowledged: how many that are in a second. */
export async function burst(bed: Bed): Promise<Report> {
  const echo = await bed.startEcho();
  await bed.run(echo, { ...PLAN, count: 20_000, forMs: 1_000, drainMs: 0 });
  const bare = await bed.run(echo, { ...PLAN, count: 60_000, forMs: 2_000, drainMs: 0 });
  await bed.stop(echo);

  const floor = await bed.startMuteFloor();
  await bed.run(floor, { ...PLAN, count: 3_000, forMs: 1_000, drainMs: 0 });
  const least = await bed.run(floor, { ...PLAN, count: 30_000, forMs: 3_000, drainMs: 0 });
  await bed.stop(floor);

  const gateway = await bed.startGateway();
  const warmUp = await bed.run(gateway, { ...PLAN, count: 3_000, forMs: 1_000, drainMs: 20_000 });
  await bed.far.call('hold');
  const run = bed.run(gateway, { ...PLAN, count: 30_000, forMs: 3_000, drainMs: 30_000 });
  setTimeout(() => void bed.far.call('release'), 3_500);
  const ran = await run;
  const acks = rateOf(ran);
  return {
    scenario: 'burst: acknowledged while the answers queue',
    figures: [
      {
        name: 'acknowledged',
        value: acks,
        unit: '/s',
        beside: { name: 'echo', value: rateOf(bare) },
        budget: { atLeast: 0.25 },
      },
      {
        name: '… beside a durable floor that answers nobody',
        value: acks,
        unit: '/s',
        beside: { name: 'floor', value: rateOf(least) },
      },
      {
        name: '… that floor',
        value: rateOf(least),
        unit: '/s',
        beside: { name: 'echo', value: rateOf(bare) },
        reference: true,
      },
      { name: 'ack p99', value: percentile(ran.ackMs, 0.99), unit: 'ms' },
      {
        name: 'not answered in the end',
        value: ran.acknowledged - ran.answered + warmUp.acknowledged - warmUp.answered,
        unit: `of ${ran.acknowledged + warmUp.acknowledged}`,
        budget: { atMost: 0 },
      },
    ],
  };
}

function rateOf({ acknowledged, ackedInMs }: Ran): number {
  return (acknowledged / ackedInMs) * 1000;
}
