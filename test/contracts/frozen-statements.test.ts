import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MigrationScript } from '../../src/store/migrate.ts';
import { SCRIPTS as POSTGRES_SCRIPTS } from '../../src/store/postgres/statements.generated.ts';
import { SCRIPTS as SQLITE_SCRIPTS } from '../../src/store/sqlite/statements.generated.ts';
import { frozenVersions, refusedByPostgres, refusedBySqlite } from '../support/frozen-statements.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { describeWith } from '../support/requirements.ts';

/*
 * What a released version asks of its store is frozen (`scripts/freeze-statements.mjs`, docs/operations.md) and asked of the newest schema: its processes go on while
 * the next version's start. Before the first release two states of the past stand for it.
 */

const VERSIONS = frozenVersions();

/** Changes that a migration must not make, with a statement of the oldest frozen version that each of them breaks. */
const BREAKING = [
  { change: 'alter table inbox rename column holder to owner', breaks: 'inbox.claim' },
  { change: 'alter table outbox drop column code', breaks: 'outbox.retry' },
  { change: 'alter table accounts rename to members', breaks: 'people.find' },
  { change: 'drop index inbox_key', breaks: 'inbox.insert' },
] as const;
/** SQLite would only take such a column with a default. */
const DEMANDING = { change: 'alter table inbox add column tenant text not null', breaks: 'inbox.insert' } as const;

describe('what an older version asks of SQLite', () => {
  it.each(VERSIONS)('is taken by the newest schema ($name)', ({ sqlite }) => {
    const db = newest();
    expect(refusedBySqlite(db, sqlite.statements)).toEqual([]);
    db.close();
  });

  it.each(BREAKING)('would not be after `$change`', ({ change, breaks }) => {
    const db = newest();
    db.exec(change);
    expect(refusedBySqlite(db, VERSIONS[0]?.sqlite.statements ?? {})).toContainEqual(expect.stringContaining(breaks));
    db.close();
  });
});

describeWith('PostgreSQL', 'what an older version asks of PostgreSQL', (programs) => {
  let server: PostgresServer;
  let client: Client;

  beforeAll(async () => {
    server = await startPostgres(programs);
    client = new Client({ connectionString: await server.database() });
    await client.connect();
    for (const { statements } of POSTGRES_SCRIPTS) for (const statement of statements) await client.query(statement);
  });
  afterAll(async () => {
    await client?.end();
    await server?.close();
  });

  it.each(VERSIONS)('is taken by the newest schema ($name)', async ({ postgres }) => {
    expect(await refusedByPostgres(client, postgres.statements)).toEqual([]);
  });

  it.each([...BREAKING, DEMANDING])('would not be after `$change`', async ({ change, breaks }) => {
    const other = new Client({ connectionString: await server.database() });
    await other.connect();
    for (const { statements } of POSTGRES_SCRIPTS) for (const statement of statements) await other.query(statement);
    await other.query(change);
    const refused = await refusedByPostgres(other, VERSIONS[0]?.postgres.statements ?? {});
    await other.end();
    expect(refused).toContainEqual(expect.stringContaining(breaks));
  });
});

describe('a migration that a version was released with', () => {
  it.each(VERSIONS)('stays as it was ($name)', ({ sqlite, postgres }) => {
    expect(SQLITE_SCRIPTS.slice(0, sqlite.migrations.length)).toEqual(sqlite.migrations);
    expect(POSTGRES_SCRIPTS.slice(0, postgres.migrations.length)).toEqual(postgres.migrations);
  });

  it('is frozen with each release', () => {
    const changelog = readFileSync(join(import.meta.dirname, '../../CHANGELOG.md'), 'utf8');
    const released = [...changelog.matchAll(/^## (\d+\.\d+\.\d+)/gm)].map(([, version]) => version);
    const frozen = new Set(VERSIONS.map(({ name }) => name));
    expect(released.filter((version) => !frozen.has(version ?? ''))).toEqual([]);
  });
});

function newest(): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  apply(db, SQLITE_SCRIPTS);
  return db;
}

function apply(db: DatabaseSync, scripts: readonly MigrationScript[]): void {
  for (const { statements } of scripts) for (const statement of statements) db.exec(statement);
}
