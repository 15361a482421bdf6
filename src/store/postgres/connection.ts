import type { ClientBase } from 'pg';
import { GatewayError } from '../../core/errors.ts';
import { bind, type Slot } from '../compile.ts';
import { QUERIES } from '../ops.ts';
import type { Cell, Prepared, Sql } from '../sql.ts';
import { STATEMENTS } from './statements.generated.ts';
import { type Answered, ask, isNumber, type Named } from './wave.ts';

interface Written extends Named {
  readonly slots: readonly Slot[];
}

type AnyQuery = Prepared<never, unknown>;

const NAMED: ReadonlyMap<AnyQuery, Written> = new Map(
  Object.entries(QUERIES).flatMap(([group, members]) =>
    Object.entries(members).flatMap(([name, query]) => {
      const written = STATEMENTS[`${group}.${name}`];
      return written ? [[query as AnyQuery, { name: `${group}.${name}`, ...written }] as const] : [];
    }),
  ),
);

export const TYPES = {
  getTypeParser: (oid: number) => (isNumber(oid) ? Number : (text: string) => text),
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
    const { tag } = await this.#ask(query, args);
    return Number(tag.slice(tag.lastIndexOf(' ') + 1));
  }

  #ask(query: AnyQuery, args: unknown): Promise<Answered> {
    this.#statements += 1;
    if (this.#statements > this.#mostStatements)
      throw new GatewayError('internal', 'an operation that was said to be one statement has more');
    const written = NAMED.get(query);
    if (!written) throw new GatewayError('internal', 'a query has no statement: make the generated file anew');
    return ask(this.#client, written, bind(written.slots, args as Record<string, Cell>));
  }
}
