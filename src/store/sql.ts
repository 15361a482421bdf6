import type { Compilable, Kysely } from 'kysely';
import type { Database } from './tables.ts';

/** What a column takes and gives. */
export type Cell = string | number | null;

/** Builds queries; never runs them. */
export type QueryBuilder = Kysely<Database>;

/** A query by its parameters, `Args`, and what it gives, `Row`. Without a `returning` it gives no rows. */
export interface Prepared<Args, Row> {
  readonly build: (db: QueryBuilder, params: Args) => Compilable<Row>;
}

/**
 * One open transaction of an engine; every operation of the store is a function over it. What is asked first runs first. A statement that
 * fails may have done a part of its work, so its operation has to fail with it: all of that is taken back.
 */
export interface Sql {
  all<Args, Row>(query: Prepared<Args, Row>, args: Args): Row[] | Promise<Row[]>;
  /** The only row, or the first; undefined when there is none. */
  one<Args, Row>(query: Prepared<Args, Row>, args: Args): Row | undefined | Promise<Row | undefined>;
  /** Answers how many rows were changed. */
  run<Args>(query: Prepared<Args, unknown>, args: Args): number | Promise<number>;
}

/**
 * The answers of queries that do not build on each other's: asked at once they are one way to a server and back. They run in their order.
 *
 * It waits for all of them, also when one fails: whatever asked once more after that would ask outside of the transaction.
 */
export async function allOf<Work extends readonly unknown[]>(
  work: Work,
): Promise<{ -readonly [Index in keyof Work]: Awaited<Work[Index]> }> {
  // Told below, when the others are through.
  for (const one of work) if (one instanceof Promise) one.catch(() => undefined);
  const values: unknown[] = [];
  let failed: { readonly why: unknown } | undefined;
  for (const one of work) {
    try {
      // What SQLite answers is there.
      values.push(one instanceof Promise ? await one : one);
    } catch (why) {
      failed ??= { why };
    }
  }
  if (failed) throw failed.why;
  return values as { -readonly [Index in keyof Work]: Awaited<Work[Index]> };
}

/**
 * Declares a query. It is built while the program is made, not while it runs: `statements.ts` of each engine writes down
 * its SQL, so that a message costs no building and the gateway need not load the builder.
 *
 * @example prepare((db, p: { lane: string }) => db.selectFrom('inbox').select('seq').where('lane', '=', p.lane))
 */
export function prepare<Args, Row>(build: Prepared<Args, Row>['build']): Prepared<Args, Row> {
  return { build };
}
