import type { Bed } from '../bed.ts';
import type { Report } from '../figures.ts';
import { compareAnswering, midOf } from './throughput.ts';

/** The same as `throughput`, beside a bot of the vendor's own SDK instead of the floor: it keeps nothing of what it has acknowledged. */
export async function sdk(bed: Bed): Promise<Report> {
  const rounds = await compareAnswering(bed, [await bed.startSdk(), await bed.startGateway()]);
  return {
    scenario:
      'beside the vendor’s SDK (dispatcher and client, nothing stored): 64 at once, each asks again when answered',
    figures: [
      {
        name: 'accepted and answered',
        value: midOf(rounds, 'gateway', 'perSecond'),
        unit: '/s',
        beside: { name: 'SDK', value: midOf(rounds, 'sdk', 'perSecond') },
      },
      {
        name: 'ack p99',
        value: midOf(rounds, 'gateway', 'ackP99'),
        unit: 'ms',
        beside: { name: 'SDK', value: midOf(rounds, 'sdk', 'ackP99') },
      },
      {
        name: 'processor time a message',
        value: midOf(rounds, 'gateway', 'cpu'),
        unit: 'µs',
        beside: { name: 'SDK', value: midOf(rounds, 'sdk', 'cpu') },
      },
    ],
  };
}
