/** Fills the inbox of a store with messages of the past, all of them done within the last days. */
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';

const BODY = JSON.stringify({ kind: 'message', parts: [{ kind: 'text', text: 'An old question. '.repeat(10) }] });
const COLUMNS = 'channel, event_key, lane, message, state, attempts, due_at, arrived_at, finished_at, body';
/** People of the past. */
const CHATS = 5000;

/** A key of the past, anywhere among the others. */
const ANYWHERE = 'lower(hex(randomblob(16)))';
/** One that lies with twice the chance at the end of all keys, and never at their beginning. */
const UNEVENLY = `printf('%02x', max(abs(random()) % 256, abs(random()) % 256)) || lower(hex(randomblob(15)))`;
/** For each row that is there. */
const REMOVED = 0.19;

/**
 * The pages of an index whose keys come and go at random are filled from seven tenths to whole, some 85 percent of all (measured with keys that came one by one for two and
 * a half times as long as they were kept). One that is made behind its rows is packed, and the next key in each page would split it: so there have been
 * more rows, and where those are gone is room.
 *
 * @param file - Of a store that no gateway works on.
 */
export function fillSqlite(file: string, rows: number): void {
  const db = new DatabaseSync(file);
  db.exec('pragma synchronous = off; pragma cache_size = -3000000; begin');
  // The indexes are made anew behind the rows: one by one, ten million of them would find their places for an hour.
  const indexes = db.prepare(`select name, sql from sqlite_schema where tbl_name = 'inbox' and type = 'index'`).all();
  for (const { name } of indexes) db.exec(`drop index ${String(name)}`);
  const { lastInsertRowid: removed } = insertOld(db, Math.round(rows * REMOVED), UNEVENLY, '');
  insertOld(db, rows, ANYWHERE, BODY);
  for (const { sql } of indexes) db.exec(String(sql));
  db.prepare('delete from inbox where seq <= ?').run(removed);
  db.exec('commit; pragma wal_checkpoint(truncate)');
  db.close();
}

function insertOld(db: DatabaseSync, rows: number, key: string, body: string) {
  const insert = `insert into inbox (${COLUMNS})
     with recursive old(n) as (select 1 union all select n + 1 from old where n < ?)
     select 'feishu', 'om_' || ${key}, '["direct","feishu","oc_' || (n % ${CHATS}) || '"]', null,
            'done', 1, ?2 - n, ?2 - n, ?2 - n, ?3 from old`;
  return db.prepare(insert).run(rows, Date.now(), body);
}

/** @param url - Of a database with the store's tables. */
export async function fillPostgres(url: string, rows: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows: indexes } = await client.query<{ name: string; sql: string }>(
    `select indexname as name, indexdef as sql from pg_indexes where tablename = 'inbox' and indexname <> 'inbox_pkey'`,
  );
  await client.query(`set synchronous_commit = off; set maintenance_work_mem = '1GB'`);
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  await client.query(
    `insert into inbox (${COLUMNS})
     select 'feishu', 'om_' || replace(gen_random_uuid()::text, '-', ''), '["direct","feishu","oc_' || (n % ${CHATS}) || '"]', null,
            'done', 1, $1::bigint - n, $1::bigint - n, $1::bigint - n, $2 from generate_series(1, $3::bigint) as old(n)`,
    [Date.now(), BODY, rows],
  );
  for (const { sql } of indexes) await client.query(sql);
  await client.query('vacuum (analyze) inbox');
  await client.query('checkpoint');
  await client.end();
}
