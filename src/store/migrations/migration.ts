import type { ColumnBuilderCallback, Compilable, SchemaModule, sql } from 'kysely';

/**
 * One step of the schema. A released one stays as it is: a mistake in it is mended by the next.
 *
 * A step only adds: tables, indexes, columns that may be empty or have a default. On PostgreSQL gateways of the version before go on
 * working while it is applied and after it. What a version no longer uses is taken away by the one after it.
 */
export interface Migration {
  /** `0001-first-tables`; rising. */
  readonly name: string;
  readonly steps: (tools: MigrationTools) => readonly Compilable[];
}

export interface MigrationTools {
  readonly schema: SchemaModule;
  readonly sql: typeof sql;
  /** Where the engines differ: a number that the database gives, rising and never used twice. */
  readonly rising: {
    readonly type: 'integer' | 'bigint';
    readonly key: ColumnBuilderCallback;
    /** The type of a column that holds such a number. */
    readonly reference: 'integer' | 'bigint';
  };
}
