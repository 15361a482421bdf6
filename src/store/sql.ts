import type { Compilable, Kysely } from 'kysely';
import type { Database } from './tables.ts';

/** What a column takes and gives. */
export type Cell = string | number | null;

/** Builds queries; never runs them. */
export type QueryBuilder = Kysely<Database>;

/**
 * A query that is built once for each engine and then only bound. `Args` names its parameters, `Row` is what it gives.
 * Statements without a `returning` give no rows.
 */
export interface Prepared<Args, Row> {
  readonly build: (db: QueryBuilder, params: Args) => Compilable<Row>;
}

/** A query as the engine's SQL. */
export interface CompiledQuery {
  readonly text: string;
  /** The values in the order of their placeholders. */
  bind(args: Readonly<Record<string, Cell>>): Cell[];
}

/** One open transaction of an engine; every operation of the store is a function over it. */
export interface Sql {
  all<Args, Row>(query: Prepared<Args, Row>, args: Args): Row[] | Promise<Row[]>;
  /** The only row, or the first; undefined when there is none. */
  one<Args, Row>(query: Prepared<Args, Row>, args: Args): Row | undefined | Promise<Row | undefined>;
  /** Answers how many rows were changed. */
  run<Args>(query: Prepared<Args, unknown>, args: Args): number | Promise<number>;
}

/**
 * Declares a query. `params.lane` puts a parameter of that name into it.
 *
 * @example prepare((db, p: { lane: string }) => db.selectFrom('inbox').select('seq').where('lane', '=', p.lane))
 */
export function prepare<Args, Row>(build: Prepared<Args, Row>['build']): Prepared<Args, Row> {
  return { build };
}

/** Builds a query's text with an engine's own builder, and remembers where each parameter went. */
export function compile<Args, Row>(query: Prepared<Args, Row>, db: QueryBuilder): CompiledQuery {
  const { sql, parameters } = query.build(db, MARKERS as Args).compile();
  const slots = parameters.map((value) => (value instanceof Marker ? value : new Constant(value as Cell)));
  return { text: sql, bind: (args) => slots.map((slot) => slot.valueIn(args)) };
}

/** Stands in a query where an argument goes. */
class Marker {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  valueIn(args: Readonly<Record<string, Cell>>): Cell {
    return args[this.#name] ?? null;
  }
}

class Constant {
  readonly #value: Cell;

  constructor(value: Cell) {
    this.#value = value;
  }

  valueIn(): Cell {
    return this.#value;
  }
}

const MARKERS: unknown = new Proxy({}, { get: (_, name) => new Marker(String(name)) });
