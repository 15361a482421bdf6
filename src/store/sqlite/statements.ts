import type { SelectQueryNode } from 'kysely';
import {
  type KyselyPlugin,
  OperationNodeTransformer,
  type RootOperationNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { statementsFile as fileOf } from '../write-statements.ts';

/** Rows are not locked here: whoever writes has the whole file. */
class WithoutRowLocks extends OperationNodeTransformer {
  protected override transformSelectQuery(node: SelectQueryNode): SelectQueryNode {
    const { endModifiers: _, ...query } = super.transformSelectQuery(node);
    return query;
  }
}

const withoutRowLocks: KyselyPlugin = {
  transformQuery: ({ node }) => new WithoutRowLocks().transformNode<RootOperationNode>(node),
  transformResult: async ({ result }) => result,
};

export function statementsFile(): string {
  return fileOf({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    // `autoincrement` keeps a number from being used again after the newest row was removed.
    rising: {
      type: 'integer',
      key: (column) => column.primaryKey().autoIncrement(),
      reference: 'integer',
    },
    plugins: [withoutRowLocks],
  });
}
