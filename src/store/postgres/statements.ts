import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { statementsFile as fileOf } from '../write-statements.ts';

export function statementsFile(): string {
  return fileOf({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    // `by default`, not `always`: a store that is moved here brings its numbers along.
    rising: {
      type: 'bigint',
      key: (column) => column.primaryKey().generatedByDefaultAsIdentity(),
      reference: 'bigint',
    },
  });
}
