import { setTimeout as pause } from 'node:timers/promises';
import type { Bed } from '../bed.ts';
import { median, type Report } from '../figures.ts';
import { partsOfRssMb, rssMb } from '../machine.ts';

const STARTS = 4;
const IDLE_MS = 2_000;

/** From nothing to ready, and what it holds when nothing happens. The first start, on a cold cache, is not counted. */
export async function start(bed: Bed): Promise<Report> {
  const readyMs: number[] = [];
  let memory = Number.NaN;
  let parts: ReturnType<typeof partsOfRssMb>;
  for (let round = 0; round < STARTS; round += 1) {
    const gateway = await bed.startGateway();
    if (round > 0) readyMs.push(gateway.readyMs);
    if (round === STARTS - 1) {
      await pause(IDLE_MS);
      memory = rssMb(gateway.pid) ?? Number.NaN;
      parts = partsOfRssMb(gateway.pid);
    }
    await bed.stop(gateway);
  }
  return {
    scenario: 'start and rest',
    figures: [
      { name: 'start to ready', value: median(readyMs), unit: 'ms', budget: { atMost: 1_000 } },
      { name: 'memory at rest', value: memory, unit: 'MB', budget: { atMost: 90 } },
      { name: '… without pages of files', value: parts?.own ?? Number.NaN, unit: 'MB' },
      { name: '… pages of files by their share', value: parts?.share ?? Number.NaN, unit: 'MB' },
    ],
  };
}
