import { join } from 'node:path';
import type { Bed, Target } from '../bed.ts';
import type { Figure, Report } from '../figures.ts';
import { cpuMs, newFolder, removeFolder } from '../machine.ts';
import { fillSqlite } from '../old-rows.ts';
import { storeWork, type Work } from '../store-work.ts';
import { checkComplete } from './throughput.ts';

const FEW = 1_000;
const ROUNDS = 6;
const PLAN = { chats: 64, concurrent: 32, nextWhen: 'answered', drainMs: 3_000 } as const;

/**
 * What a message costs with a short history and with a long one: two gateways, by turns.
 *
 * @param rows - Of the long history; 10,000,000 take some minutes and 7 GB.
 */
export async function history(bed: Bed, rows = 1_000_000): Promise<Report> {
  const folders = [await withHistory(bed, FEW), await withHistory(bed, rows)] as const;
  const [workFew, workMany] = await storeWork(folders);
  const few = await bed.startGateway({ folder: folders[0] });
  const many = await bed.startGateway({ folder: folders[1] });
  const cost = { few: [] as number[], many: [] as number[] };
  for (const target of [few, many]) await bed.run(target, { ...PLAN, count: 6_000, forMs: 6_000 });
  for (let round = 0; round < ROUNDS; round += 1) {
    // The one that goes first changes: what the machine does in between shall not always meet the same.
    const order = round % 2 === 0 ? (['few', 'many'] as const) : (['many', 'few'] as const);
    for (const name of order) cost[name].push(await measure(bed, name === 'few' ? few : many));
  }
  for (const target of [few, many]) await bed.stop(target);
  for (const folder of folders) removeFolder(folder);
  return {
    scenario: `history: ${rows.toLocaleString('en')} old messages in the inbox against 1,000`,
    figures: [
      {
        name: 'processor time a message',
        // The least of all rounds: whatever else the machine does can only add to it.
        value: Math.min(...cost.many),
        unit: 'µs',
        beside: { name: 'with 1,000', value: Math.min(...cost.few) },
        budget: { atMost: 1.05 },
      },
      ...storeFigures(workMany, workFew),
    ],
  };
}

function storeFigures(many: Work | undefined, few: Work | undefined): readonly Figure[] {
  const beside = (field: keyof Work) => ({
    value: many?.[field] ?? Number.NaN,
    beside: { name: 'with 1,000', value: few?.[field] ?? Number.NaN },
  });
  return [
    { name: 'of it the store’s, alone', ...beside('cpu'), unit: 'µs' },
    { name: '… pages read from the system’s cache', ...beside('read'), unit: 'a message' },
    { name: '… pages written', ...beside('written'), unit: 'a message' },
  ];
}

/** Microseconds of processor time a message. */
async function measure(bed: Bed, target: Target): Promise<number> {
  const before = cpuMs(target.pid) ?? Number.NaN;
  const ran = await bed.run(target, { ...PLAN, count: 2_000, forMs: 5_000 });
  checkComplete(target, ran);
  return (((cpuMs(target.pid) ?? Number.NaN) - before) / ran.answered) * 1000;
}

/** A folder with a store that has seen so many messages. */
async function withHistory(bed: Bed, rows: number): Promise<string> {
  const folder = newFolder();
  await bed.stop(await bed.startGateway({ folder }));
  fillSqlite(join(folder, 'posthouse.db'), rows);
  return folder;
}
