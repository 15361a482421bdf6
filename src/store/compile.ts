import type { Cell, Prepared, QueryBuilder } from './sql.ts';

/** A query in an engine's SQL. */
export interface Statement {
  readonly text: string;
  /** What each placeholder stands for, in their order: the name of a parameter, or `[value]` for a constant. */
  readonly slots: readonly Slot[];
}

export type Slot = string | readonly [Cell];

/** Builds a query with an engine's own builder, and notes where each parameter went. */
export function compile<Args, Row>(query: Prepared<Args, Row>, db: QueryBuilder): Statement {
  const { sql, parameters } = query.build(db, MARKERS as Args).compile();
  return { text: sql, slots: parameters.map((value) => (value instanceof Marker ? value.name : [value as Cell])) };
}

/** The values of a statement's placeholders. */
export function bind(slots: readonly Slot[], args: Readonly<Record<string, Cell>>): Cell[] {
  return slots.map((slot) => (typeof slot === 'string' ? (args[slot] ?? null) : slot[0]));
}

/** Stands in a query where an argument goes. */
class Marker {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const MARKERS: unknown = new Proxy({}, { get: (_, name) => new Marker(String(name)) });
