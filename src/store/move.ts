import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { GatewayError, WordedError } from '../core/errors.ts';
import type { InLanguages } from '../core/lang.ts';
import { fileOf, isPostgres, placeName } from './place.ts';
import { driverAddress } from './postgres/address.ts';
import { TYPES } from './postgres/connection.ts';
import { readPgError } from './postgres/failures.ts';
import { bringUpToDate as makeSchema } from './postgres/schema.ts';
import { storable } from './postgres/wave.ts';
import type { Cell } from './sql.ts';
import { SqliteDatabase } from './sqlite/database.ts';
import { readSqliteError } from './sqlite/failures.ts';
import { StoreLock } from './sqlite/lock.ts';
import { bringUpToDate, expectUpToDate, isStore } from './sqlite/schema.ts';

/** How many rows of a table there are on either side. */
export interface MovedTable {
  readonly table: string;
  readonly from: number;
  readonly to: number;
}

/** The server takes 65,535 values in one statement. */
const MOST_VALUES = 30_000;
const MOST_ROWS = 500;

/**
 * Copies a SQLite store into an empty PostgreSQL database, all of it or nothing, and counts on both sides. The file stays as it is.
 *
 * @param dryRun - Looks at both and copies nothing.
 * @throws {GatewayError} `store_locked` while a gateway works on the file; `config_invalid` for places that do not fit or a database that is not
 *   empty; `store_unavailable`.
 */
export async function moveStore(from: string, to: string, dryRun: boolean): Promise<readonly MovedTable[]> {
  if (isPostgres(from) || !isPostgres(to)) {
    throw new WordedError('config_invalid', {
      zh: '存储只能从 SQLite 文件迁到 postgres: 地址',
      en: 'a store moves from a SQLite file to a postgres: URL',
    });
  }
  const file = fileOf(from);
  prepareSource(file, dryRun);
  const lock = StoreLock.take(file);
  const client = new Client({
    connectionString: driverAddress(to),
    types: TYPES,
    application_name: 'posthouse migrate',
  });
  const source = new DatabaseSync(file, { readOnly: true });
  try {
    await client.connect();
    return await (dryRun ? lookAtBoth(source, client) : copyAll(source, client));
  } catch (error) {
    throw readPgError(error, placeName(to));
  } finally {
    source.close();
    lock.free();
    await client.end().catch(() => undefined);
  }
}

/** Both sides have this version's schema. A file that holds no store is left alone: it is a misspelt name, not an empty store. */
function prepareSource(file: string, dryRun: boolean): void {
  if (!existsSync(file)) throw notAStore({ zh: `没有文件 ${file}`, en: `there is no file ${file}` });
  try {
    const db = new SqliteDatabase({ file, readOnly: dryRun, busyTimeoutMs: 5_000 });
    try {
      if (!isStore(db))
        throw notAStore({ zh: `${file} 不是 Posthouse 的存储`, en: `${file} is no store of Posthouse` });
      if (dryRun) expectUpToDate(db);
      else bringUpToDate(db);
    } finally {
      db.close();
    }
  } catch (error) {
    throw readSqliteError(error, file);
  }
}

function notAStore({ zh, en }: InLanguages): WordedError {
  return new WordedError('config_invalid', { zh: `${zh}；请检查 --from`, en: `${en}; check --from` });
}

async function lookAtBoth(source: DatabaseSync, client: Client): Promise<readonly MovedTable[]> {
  const tables: MovedTable[] = [];
  for (const table of tablesOf(source)) {
    const { rows } = await client.query('select to_regclass($1) is not null as there', [table]);
    const isThere = (rows as readonly { readonly there: string }[])[0]?.there === 't';
    tables.push({ table, from: countIn(source, table), to: isThere ? await countAt(client, table) : 0 });
  }
  return tables;
}

async function copyAll(source: DatabaseSync, client: Client): Promise<readonly MovedTable[]> {
  await makeSchema(client);
  await client.query('begin isolation level read committed');
  const tables: MovedTable[] = [];
  for (const table of tablesOf(source)) {
    await client.query(`lock table "${table}" in access exclusive mode`);
    if ((await countAt(client, table)) > 0) {
      throw new WordedError('config_invalid', {
        zh: `数据库中的表 ${table} 不是空的；请指定空数据库`,
        en: `the table ${table} of the database is not empty; name an empty database`,
      });
    }
    await copyTable(source, client, table);
    tables.push({ table, from: countIn(source, table), to: await countAt(client, table) });
  }
  const short = tables.find((one) => one.from !== one.to);
  if (short) throw new GatewayError('internal', `${short.to} of ${short.from} rows of ${short.table} have arrived`);
  await client.query('commit');
  return tables;
}

async function copyTable(source: DatabaseSync, client: Client, table: string): Promise<void> {
  const columns = source
    .prepare(`select name from pragma_table_info('${table}')`)
    .all()
    .map((row) => String(row['name']));
  const most = Math.min(MOST_ROWS, Math.floor(MOST_VALUES / columns.length));
  let rows: Cell[][] = [];
  const flush = async (): Promise<void> => {
    if (rows.length === 0) return;
    const places = rows.map(
      (row, index) => `(${row.map((_, at) => `$${index * columns.length + at + 1}`).join(', ')})`,
    );
    const names = columns.map((name) => `"${name}"`).join(', ');
    await client.query(`insert into "${table}" (${names}) values ${places.join(', ')}`, rows.flat().map(storable));
    rows = [];
  };
  for (const row of source.prepare(`select * from "${table}"`).iterate()) {
    rows.push(columns.map((name) => row[name] as Cell));
    if (rows.length === most) await flush();
  }
  await flush();
  await goOnCounting(source, client, table);
}

/** Numbers that were given once are not given again, also those of rows that are gone. */
async function goOnCounting(source: DatabaseSync, client: Client, table: string): Promise<void> {
  const last = source.prepare('select seq from sqlite_sequence where name = ?').get(table)?.['seq'];
  if (typeof last !== 'number' || last === 0) return;
  await client.query(`select setval(pg_get_serial_sequence('"${table}"', 'seq'), $1)`, [last]);
}

function tablesOf(source: DatabaseSync): readonly string[] {
  return source
    .prepare(
      `select name from sqlite_schema where type = 'table' and name not like 'sqlite%' and name <> 'migrations' order by name`,
    )
    .all()
    .map((row) => String(row['name']));
}

function countIn(source: DatabaseSync, table: string): number {
  return Number(source.prepare(`select count(*) as count from "${table}"`).get()?.['count']);
}

async function countAt(client: Client, table: string): Promise<number> {
  const { rows } = await client.query(`select count(*) as count from "${table}"`);
  return (rows as readonly { readonly count: number }[])[0]?.count ?? 0;
}
