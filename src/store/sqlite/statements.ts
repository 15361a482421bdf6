import type { InsertQueryNode, SelectQueryNode, UpdateQueryNode } from 'kysely';
import {
  type KyselyPlugin,
  OperationNodeTransformer,
  OrActionNode,
  RawNode,
  type RootOperationNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { statementsFile as fileOf } from '../write-statements.ts';

/**
 * What SQLite is asked in words of its own.
 * - Rows are not locked: whoever writes has the whole file.
 * - A write that breaks a rule need not take back what it has done before (`or fail`): its operation fails with it, and all of that is taken
 *   back (`batch.ts`). Otherwise SQLite copies each page that it changes for a write with `returning` or `select`, in case it has to.
 */
class Worded extends OperationNodeTransformer {
  protected override transformSelectQuery(node: SelectQueryNode): SelectQueryNode {
    const { endModifiers: _, ...query } = super.transformSelectQuery(node);
    return query;
  }

  protected override transformInsertQuery(node: InsertQueryNode): InsertQueryNode {
    return { ...super.transformInsertQuery(node), orAction: OrActionNode.create('fail') };
  }

  // Kysely knows of no `update or fail`.
  protected override transformUpdateQuery(node: UpdateQueryNode): UpdateQueryNode {
    const { table, ...query } = super.transformUpdateQuery(node);
    return table ? { ...query, table: RawNode.create(['or fail ', ''], [table]) } : query;
  }
}

const worded: KyselyPlugin = {
  transformQuery: ({ node }) => new Worded().transformNode<RootOperationNode>(node),
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
    plugins: [worded],
  });
}
