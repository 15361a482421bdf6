import { type ClientBase, Query, type QueryResult } from 'pg';
import { GatewayError } from '../../core/errors.ts';
import { bind, type Slot } from '../compile.ts';
import { QUERIES } from '../ops.ts';
import type { Cell, Prepared, Sql } from '../sql.ts';
import { STATEMENTS } from './statements.generated.ts';

interface Named {
  readonly name: string;
  readonly text: string;
  readonly slots: readonly Slot[];
}

type AnyQuery = Prepared<never, unknown>;

const NAMED: ReadonlyMap<AnyQuery, Named> = new Map(
  Object.entries(QUERIES).flatMap(([group, members]) =>
    Object.entries(members).flatMap(([name, query]) => {
      const written = STATEMENTS[`${group}.${name}`];
      return written ? [[query as AnyQuery, { name: `${group}.${name}`, ...written }] as const] : [];
    }),
  ),
);

/** int8, numeric and the small numbers: all of ours fit into a double. Everything else is text. */
const NUMBERS: ReadonlySet<number> = new Set([20, 21, 23, 700, 701, 1700]);

export const TYPES = {
  getTypeParser: (oid: number) => (NUMBERS.has(oid) ? Number : (text: string) => text),
};

/** The queries of an operation on one connection. Each statement is prepared once a connection, when it is first used. */
export class PgSql implements Sql {
  readonly #client: ClientBase;
  readonly #mostStatements: number;
  #statements = 0;

  /** @param mostStatements - So many an operation may run here: without a transaction around them they do not belong together. */
  constructor(client: ClientBase, mostStatements = Number.POSITIVE_INFINITY) {
    this.#client = client;
    this.#mostStatements = mostStatements;
  }

  async all<Args, Row>(query: Prepared<Args, Row>, args: Args): Promise<Row[]> {
    return (await this.#ask(query, args)).rows as Row[];
  }

  async one<Args, Row>(query: Prepared<Args, Row>, args: Args): Promise<Row | undefined> {
    return (await this.#ask(query, args)).rows[0] as Row | undefined;
  }

  async run<Args>(query: Prepared<Args, unknown>, args: Args): Promise<number> {
    return (await this.#ask(query, args)).rowCount ?? 0;
  }

  #ask(query: AnyQuery, args: unknown) {
    this.#statements += 1;
    if (this.#statements > this.#mostStatements)
      throw new GatewayError('internal', 'an operation that was said to be one statement has more');
    const named = NAMED.get(query);
    if (!named) throw new GatewayError('internal', 'a query has no statement: make the generated file anew');
    const values = bind(named.slots, args as Record<string, Cell>).map(storable);
    return askNamed(this.#client, named, values);
  }
}

/** Asks by a prepared statement's name. The driver's own way copies what it is given, by descriptors: a tenth of what a short query costs here. */
export function askNamed(
  client: ClientBase,
  { name, text }: { readonly name: string; readonly text: string },
  values: Cell[],
): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    const query = new Query(text, values, (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
    client.query(Object.assign(query, { name }));
  });
}

/** A text here cannot hold the character zero. */
export function storable(value: Cell): Cell {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}
