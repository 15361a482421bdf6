import { type Dialect, DummyDriver, Kysely, type KyselyPlugin, sql } from 'kysely';
import { compile } from './compile.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { MigrationTools } from './migrations/migration.ts';
import { QUERIES } from './ops.ts';
import type { QueryBuilder } from './sql.ts';

/*
 * Writes an engine's `statements.generated.ts`: every query and migration in its SQL. Only this file and each engine's
 * `statements.ts` run Kysely, and only while the program is made: loading it would take a fifth of a second and 20 MB at each start.
 */

/** What makes an engine's SQL. */
export interface StatementWriter {
  readonly dialect: Omit<Dialect, 'createDriver'>;
  readonly rising: MigrationTools['rising'];
  readonly plugins?: readonly KyselyPlugin[];
}

export function statementsFile({ dialect, rising, plugins = [] }: StatementWriter): string {
  const db: QueryBuilder = new Kysely({
    dialect: {
      createAdapter: () => dialect.createAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (builder) => dialect.createIntrospector(builder),
      createQueryCompiler: () => dialect.createQueryCompiler(),
    },
    plugins: [...plugins],
  });
  const queries = Object.entries(QUERIES).flatMap(([group, members]) =>
    Object.entries(members).map(([name, query]) => [`${group}.${name}`, compile(query, db)] as const),
  );
  const scripts = MIGRATIONS.map(({ name, steps }) => ({
    name,
    statements: steps({ schema: db.schema, sql, rising }).map((step) => step.compile().sql),
  }));
  return [
    '// Made by statements.ts out of the queries and migrations in ../; not to be edited by hand.',
    `import type { Statement } from '../compile.ts';`,
    `import type { MigrationScript } from '../migrate.ts';`,
    '',
    `export const STATEMENTS: Readonly<Record<string, Statement>> = ${text(Object.fromEntries(queries))};`,
    '',
    `export const SCRIPTS: readonly MigrationScript[] = ${text(scripts)};`,
    '',
  ].join('\n');
}

function text(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
