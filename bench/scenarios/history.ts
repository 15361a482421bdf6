import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Bed, Target } from '../bed.ts';
import type { Report } from '../figures.ts';
import { cpuMs, newFolder, removeFolder } from '../machine.ts';
import { storeWork } from '../store-work.ts';
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
  const [workFew = 0, workMany = 0] = await storeWork(folders);
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
      {
        name: 'of it the store’s, alone',
        value: workMany,
        unit: 'µs',
        beside: { name: 'with 1,000', value: workFew },
        note: `${(workMany - workFew).toFixed(1)} µs a message`,
      },
    ],
  };
}

/** Microseconds of processor time a message. */
async function measure(bed: Bed, target: Target): Promise<number> {
  const before = cpuMs(target.pid) ?? Number.NaN;
  const ran = await bed.run(target, { ...PLAN, count: 2_000, forMs: 5_000 });
  checkComplete(target, ran);
  return (((cpuMs(target.pid) ?? Number.NaN) - before) / ran.answered) * 1000;
}

/** A folder with a store that has seen so many messages, all done within the last days. */
async function withHistory(bed: Bed, rows: number): Promise<string> {
  const folder = newFolder();
  await bed.stop(await bed.startGateway({ folder }));
  const db = new DatabaseSync(join(folder, 'posthouse.db'));
  db.exec('pragma synchronous = off; pragma cache_size = -3000000; begin');
  // The indexes are made anew behind the rows: one by one, ten million of them would find their places for an hour.
  const indexes = db.prepare(`select name, sql from sqlite_schema where tbl_name = 'inbox' and type = 'index'`).all();
  for (const { name } of indexes) db.exec(`drop index ${String(name)}`);
  const body = JSON.stringify({ kind: 'message', parts: [{ kind: 'text', text: 'An old question. '.repeat(10) }] });
  db.prepare(
    `insert into inbox (channel, event_key, lane, message, state, attempts, due_at, arrived_at, finished_at, body)
     with recursive old(n) as (select 1 union all select n + 1 from old where n < ?)
     select 'feishu', 'om_' || lower(hex(randomblob(16))), '["direct","feishu","oc_' || (n % 5000) || '"]', null,
            'done', 1, ?2 - n, ?2 - n, ?2 - n, ?3 from old`,
  ).run(rows, Date.now(), body);
  for (const { sql } of indexes) db.exec(String(sql));
  db.exec('commit; pragma wal_checkpoint(truncate)');
  db.close();
  return folder;
}
