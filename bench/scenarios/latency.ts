import type { Bed, Target } from '../bed.ts';
import { median, percentile, type Report } from '../figures.ts';
import { checkComplete } from './throughput.ts';

const PLAN = { chats: 40, perSecond: 20, drainMs: 3_000 } as const;

interface Waits {
  readonly ackMs: ArrayLike<number>;
  /** From the agent's first words leaving to their arrival at the platform. */
  readonly textMs: readonly number[];
}

/** 20 messages a second, what a large company writes: how much later things happen because we stand between. */
export async function latency(bed: Bed): Promise<Report> {
  const floor = await bed.startFloor();
  const gateway = await bed.startGateway();
  for (const target of [floor, gateway]) await warmUp(bed, target);
  const bare = await measure(bed, floor, 4_000);
  // Of fewer, one pause more or less would decide on the hundredth part.
  const whole = await measure(bed, gateway, 20_000);
  // The first words come at once, the rest too late for one message: a card has to be opened for them.
  await bed.far.call('plan', { pieces: 4, everyMs: 250 });
  const streamed = await measure(bed, gateway, 8_000);
  await bed.far.call('plan', { pieces: 8, everyMs: 0 });
  return {
    scenario: 'latency: 20 messages a second',
    figures: [
      { name: 'ack p50', value: median(whole.ackMs), unit: 'ms', budget: { atMost: 2 } },
      { name: 'ack p99', value: percentile(whole.ackMs, 0.99), unit: 'ms', budget: { atMost: 4.5 } },
      { name: 'first text p50, one message', value: median(whole.textMs), unit: 'ms', budget: { atMost: 4 } },
      { name: 'first text p50, streaming card', value: median(streamed.textMs), unit: 'ms', budget: { atMost: 6 } },
      { name: 'ack p50 of the floor', value: median(bare.ackMs), unit: 'ms' },
      { name: 'first text p50 of the floor', value: median(bare.textMs), unit: 'ms' },
    ],
  };
}

/** Until Node has compiled what it runs often: a gateway that has been up for an hour is meant. */
async function warmUp(bed: Bed, target: Target): Promise<void> {
  await bed.run(target, {
    chats: 40,
    concurrent: 16,
    nextWhen: 'answered',
    count: 5_000,
    forMs: 5_000,
    drainMs: 3_000,
  });
}

async function measure(bed: Bed, target: Target, forMs: number): Promise<Waits> {
  const ran = await bed.run(target, { ...PLAN, count: (PLAN.perSecond * forMs) / 1000, forMs });
  checkComplete(target, ran);
  const seen = await bed.far.call('seen');
  return { ackMs: ran.ackMs, textMs: seen.map(([, { firstTokenAt, firstTextAt }]) => firstTextAt - firstTokenAt) };
}
