import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import { compile } from '../compile.ts';
import type { MigrationScript } from '../migrate.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import type { MigrationTools } from '../migrations/migration.ts';
import { QUERIES } from '../ops.ts';
import type { QueryBuilder } from '../sql.ts';

/*
 * Writes `statements.generated.ts`: every query and migration as SQLite's SQL. Only this file runs Kysely, and only while
 * the program is made: loading it would take a fifth of a second and 20 MB at each start.
 */

/** `autoincrement` keeps a number from being used again after the newest row was removed. */
const RISING: MigrationTools['rising'] = {
  type: 'integer',
  key: (column) => column.primaryKey().autoIncrement(),
  reference: 'integer',
};

export function statementsFile(): string {
  const db = sqliteBuilder();
  const queries = Object.entries(QUERIES).flatMap(([group, members]) =>
    Object.entries(members).map(([name, query]) => [`${group}.${name}`, compile(query, db)] as const),
  );
  return [
    '// Made by statements.ts out of the queries and migrations in ../; not to be edited by hand.',
    `import type { Statement } from '../compile.ts';`,
    `import type { MigrationScript } from '../migrate.ts';`,
    '',
    `export const STATEMENTS: Readonly<Record<string, Statement>> = ${text(Object.fromEntries(queries))};`,
    '',
    `export const SCRIPTS: readonly MigrationScript[] = ${text(scripts(db))};`,
    '',
  ].join('\n');
}

function scripts(db: QueryBuilder): readonly MigrationScript[] {
  return MIGRATIONS.map(({ name, steps }) => ({
    name,
    statements: steps({ schema: db.schema, sql, rising: RISING }).map((step) => step.compile().sql),
  }));
}

function sqliteBuilder(): QueryBuilder {
  return new Kysely({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}

function text(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
