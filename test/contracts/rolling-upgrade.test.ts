import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCRIPTS } from '../../src/store/postgres/statements.generated.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { describeWith } from '../support/requirements.ts';

interface Column {
  readonly type: string;
  readonly nullable: boolean;
  /** Filled without a word of whoever inserts a row. */
  readonly filled: boolean;
}

/** What a gateway of a version relies on: its tables and columns, and what may stand in a row. */
interface Schema {
  readonly columns: ReadonlyMap<string, Column>;
  /** Unique indexes, by what they hold. */
  readonly unique: ReadonlySet<string>;
}

/**
 * While a new version starts, processes of the version before go on with the schema it has left, and may be started again. So each step
 * may only add what they need not know of.
 */
describeWith('PostgreSQL', 'a gateway of the version before', (programs) => {
  let server: PostgresServer;
  let client: Client;
  const schemas: Schema[] = [];

  beforeAll(async () => {
    server = await startPostgres(programs);
    client = new Client({ connectionString: await server.database() });
    await client.connect();
    for (const { statements } of SCRIPTS) {
      for (const statement of statements) await client.query(statement);
      schemas.push(await readSchema(client));
    }
  });
  afterAll(async () => {
    await client?.end();
    await server?.close();
  });

  describe.each(SCRIPTS.slice(1).map(({ name }, index) => ({ name, index })))('beside $name', ({ index }) => {
    const steps = () => [schemas[index] as Schema, schemas[index + 1] as Schema] as const;

    it('finds every table and column as it was', () => {
      const [before, after] = steps();
      const changed = [...before.columns].filter(
        ([name, column]) =>
          JSON.stringify({ ...column, nullable: true }) !==
          JSON.stringify({ ...after.columns.get(name), nullable: true }),
      );
      expect(changed.map(([name]) => name)).toEqual([]);
    });

    it('can store what it has always stored', () => {
      const [before, after] = steps();
      const known = new Set([...before.columns.keys()].map(tableOf));
      const demanded = [...after.columns].filter(([name, { nullable, filled }]) => {
        const was = before.columns.get(name);
        return known.has(tableOf(name)) && !nullable && (was === undefined ? !filled : was.nullable);
      });
      expect(demanded.map(([name]) => name)).toEqual([]);
    });

    it('meets no new rule that its rows could break', () => {
      const [before, after] = steps();
      const known = new Set([...before.columns.keys()].map(tableOf));
      const fresh = [...after.unique].filter((rule) => !before.unique.has(rule) && known.has(tableOf(rule)));
      expect(fresh.filter((rule) => !(rule in KEPT_BEFORE))).toEqual([]);
    });
  });
});

/** Rules that came later, with why rows of the version before keep them too. */
const KEPT_BEFORE: Readonly<Record<string, string>> = {
  'turns.turns_of_session': 'a session was always one lane’s, and a lane has one turn that runs',
};

function tableOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}

async function readSchema(client: Client): Promise<Schema> {
  const columns = await client.query<{ name: string; type: string; nullable: boolean; filled: boolean }>(
    `select table_name || '.' || column_name as name, data_type as type, is_nullable = 'YES' as nullable,
            column_default is not null or is_identity = 'YES' as filled
     from information_schema.columns where table_schema = 'public'`,
  );
  const unique = await client.query<{ rule: string }>(
    `select tablename || '.' || indexname as rule from pg_indexes where schemaname = 'public' and indexdef like 'CREATE UNIQUE%'`,
  );
  return {
    columns: new Map(columns.rows.map(({ name, ...column }) => [name, column])),
    unique: new Set(unique.rows.map(({ rule }) => rule)),
  };
}
