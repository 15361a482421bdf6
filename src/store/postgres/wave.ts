import { type ClientBase, type Connection, Query } from 'pg';
import type { Cell } from '../sql.ts';

/** What each connection prepares once, under this name. */
export interface Named {
  readonly name: string;
  readonly text: string;
}

export interface Answered {
  readonly rows: readonly Row[];
  /** What the server says it has done (`UPDATE 1`, `COMMIT`). */
  readonly tag: string;
}

type Row = Readonly<Record<string, Cell>>;

interface Column {
  readonly name: string;
  readonly isNumber: boolean;
}

/** int8, numeric and the small numbers: all of ours fit into a double. Everything else is text. */
const NUMBERS: ReadonlySet<number> = new Set([20, 21, 23, 700, 701, 1700]);

export function isNumber(type: number): boolean {
  return NUMBERS.has(type);
}

/** The columns that a statement answers, by its name: told by the server with the first answer, and the same ever after. */
const columnsOf = new Map<string, readonly Column[]>();

/** What is prepared on a connection; after a failure nobody knows of some. */
interface PreparedOn {
  readonly ready: Set<string>;
  readonly inDoubt: Set<string>;
}

const prepared = new WeakMap<Connection, PreparedOn>();

interface Asked {
  readonly statement: Named;
  readonly values: readonly Cell[];
  readonly resolve: (answered: Answered) => void;
  readonly reject: (error: unknown) => void;
}

/** Of a connection, what was asked in this turn and has not left yet. */
const gathering = new WeakMap<ClientBase, Wave>();

/** Asks a statement with whatever else is asked of the connection before this turn's promises are through. */
export function ask(client: ClientBase, statement: Named, values: readonly Cell[] = []): Promise<Answered> {
  let wave = gathering.get(client);
  if (!wave) {
    const begun = new Wave();
    gathering.set(client, (wave = begun));
    // Behind all that goes on with the answers of the wave before, so that what they ask leaves together.
    process.nextTick(() => {
      gathering.delete(client);
      client.query(begun);
    });
  }
  return wave.ask(statement, values);
}

/**
 * Statements that go to the server in one message and are answered in one, in their order. When one fails, the server leaves out those behind it, and
 * all of them fail.
 *
 * The driver by itself ends each statement with a word (`Sync`) upon which the server sends what it has so far, and asks each time what columns come:
 * a call of the system and a waking of the other side for each statement. It is a `Query` to the driver, which sends nothing else into a pipeline.
 */
class Wave extends Query {
  /** Set by the driver, which gives up a wave without an answer. */
  declare callback?: (error: unknown) => void;
  readonly #asked: Asked[] = [];
  readonly #answers: Answered[] = [];
  /** Of the statement whose answer is coming. */
  #rows: Row[] = [];
  #described: readonly Column[] | undefined;
  #newNames: string[] = [];
  #on: PreparedOn = { ready: new Set(), inDoubt: new Set() };

  constructor() {
    super('');
  }

  ask(statement: Named, values: readonly Cell[]): Promise<Answered> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ statement, values, resolve, reject });
    });
  }

  override submit = (connection: Connection): void => {
    this.#on = prepared.get(connection) ?? this.#on;
    prepared.set(connection, this.#on);
    connection.stream.cork();
    for (const asked of this.#asked) this.#send(asked, connection);
    connection.sync();
    connection.stream.uncork();
  };

  #send({ statement: { name, text }, values }: Asked, connection: Connection): void {
    const { ready, inDoubt } = this.#on;
    if (!ready.has(name)) {
      // Closing what is not there is no failure; preparing what is there would be.
      if (inDoubt.delete(name)) connection.close({ type: 'S', name }, true);
      connection.parse({ name, text, types: [] }, true);
      ready.add(name);
      this.#newNames.push(name);
    }
    connection.bind({ statement: name, values: values.map(storable) }, true);
    if (!columnsOf.has(name)) connection.describe({ type: 'P' }, true);
    connection.execute({}, true);
  }

  handleRowDescription({ fields }: { readonly fields: readonly { name: string; dataTypeID: number }[] }): void {
    this.#described = fields.map(({ name, dataTypeID }) => ({ name, isNumber: isNumber(dataTypeID) }));
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const row: Record<string, Cell> = {};
    for (const [index, { name, isNumber }] of this.#columns().entries()) {
      const value = fields[index] ?? null;
      row[name] = isNumber && value !== null ? Number(value) : value;
    }
    this.#rows.push(row);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const name = this.#asked[this.#answers.length]?.statement.name ?? '';
    if (!columnsOf.has(name)) columnsOf.set(name, this.#columns());
    this.#answers.push({ rows: this.#rows, tag: text });
    this.#rows = [];
    this.#described = undefined;
  }

  handleReadyForQuery(): void {
    this.callback?.(null);
    for (const [index, { resolve, reject }] of this.#asked.entries()) {
      const answer = this.#answers[index];
      if (answer) resolve(answer);
      else reject(new Error('connection ended before a statement was answered'));
    }
  }

  handleError(error: unknown): void {
    for (const name of this.#newNames) {
      this.#on.ready.delete(name);
      this.#on.inDoubt.add(name);
    }
    this.callback?.(error);
    for (const { reject } of this.#asked) reject(error);
  }

  #columns(): readonly Column[] {
    if (this.#described) return this.#described;
    return columnsOf.get(this.#asked[this.#answers.length]?.statement.name ?? '') ?? [];
  }
}

/** As it is sent: numbers are texts, and a text cannot hold the character zero. */
export function storable(value: Cell): string | null {
  if (typeof value === 'number') return String(value);
  return value?.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}
