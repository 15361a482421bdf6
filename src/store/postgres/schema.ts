import type { ClientBase } from 'pg';
import { GatewayError, WordedError } from '../../core/errors.ts';
import { type MigrationScript, migrationQueries, missingFrom } from '../migrate.ts';
import { PgSql } from './connection.ts';
import { SCRIPTS } from './statements.generated.ts';

/** Taken by whoever changes the schema; any number that nobody else uses in the same database. */
const SCHEMA_LOCK = 8_787_001;

/**
 * Brings a database to this version's schema. Of many processes that start at once one does it and the others wait. It takes place
 * under the eyes of running gateways of the version before, which go on: see `migrations/migration.ts`.
 */
export async function bringUpToDate(client: ClientBase): Promise<void> {
  await expectUtf8(client);
  if ((await missing(client)).length === 0) return;
  await client.query(`select pg_advisory_lock(${SCHEMA_LOCK})`);
  try {
    for (const script of await missing(client)) await apply(client, script);
  } finally {
    await client.query(`select pg_advisory_unlock(${SCHEMA_LOCK})`);
  }
}

/** @throws {GatewayError} `config_invalid` when the database lacks something of this version's schema. */
export async function expectUpToDate(client: ClientBase): Promise<void> {
  if ((await missing(client)).length === 0) return;
  throw new GatewayError('config_invalid', 'the store is new or of an older version; run `posthouse migrate`');
}

/** What a gateway of this version would add to the database. */
export async function missing(client: ClientBase): Promise<readonly MigrationScript[]> {
  const found = await client.query(`select to_regclass('migrations') is not null as there`);
  const isThere = (found.rows as readonly { readonly there: string }[])[0]?.there === 't';
  const applied = isThere ? await new PgSql(client).all(migrationQueries.applied, {}) : [];
  // A newer version that has been here already has left what we need: that is how versions follow each other without a stop.
  const known = applied.map(({ name }) => name).filter((name) => SCRIPTS.some((script) => script.name === name));
  return missingFrom(known, SCRIPTS);
}

async function apply(client: ClientBase, { name, statements }: MigrationScript): Promise<void> {
  try {
    await client.query('begin');
    for (const statement of statements) await client.query(statement);
    await new PgSql(client).run(migrationQueries.note, { name, now: Date.now() });
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** @throws {GatewayError} `config_invalid` for an encoding that does not hold everything people write. */
export async function expectUtf8(client: ClientBase): Promise<void> {
  const { rows } = await client.query('show server_encoding');
  const encoding = (rows as readonly { readonly server_encoding: string }[])[0]?.server_encoding;
  if (encoding === 'UTF8') return;
  throw new WordedError('config_invalid', {
    zh: `数据库的编码是 ${encoding ?? '其他编码'}；请用 UTF8 新建一个`,
    en: `the database is encoded in ${encoding ?? 'something else'}; create one in UTF8`,
  });
}
