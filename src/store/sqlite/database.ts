import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { GatewayError } from '../../core/errors.ts';
import { bind, type Slot } from '../compile.ts';
import { QUERIES } from '../ops.ts';
import type { Cell, Prepared, Sql } from '../sql.ts';
import { STATEMENTS } from './statements.generated.ts';

export interface SqliteFile {
  /** Its path. */
  readonly file: string;
  /** Opens what is there and changes nothing; works beside a running gateway. */
  readonly readOnly: boolean;
  /** How long a transaction waits for another program's, in milliseconds. */
  readonly busyTimeoutMs: number;
}

interface Ready {
  readonly statement: StatementSync;
  readonly slots: readonly Slot[];
}

type AnyQuery = Prepared<never, unknown>;

const NAMES: ReadonlyMap<AnyQuery, string> = new Map(
  Object.entries(QUERIES).flatMap(([group, members]) =>
    Object.entries(members).map(([name, query]) => [query as AnyQuery, `${group}.${name}`] as const),
  ),
);

/** One SQLite file. Each statement is prepared once, when it is first used. */
export class SqliteDatabase implements Sql {
  readonly file: string;
  readonly readOnly: boolean;
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<AnyQuery, Ready>();
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #savepoint: StatementSync;
  readonly #release: StatementSync;

  constructor({ file, readOnly, busyTimeoutMs }: SqliteFile) {
    this.file = file;
    this.readOnly = readOnly;
    this.#connection = new DatabaseSync(file, { readOnly, timeout: busyTimeoutMs });
    // Every commit is on the disk before it is answered: that is what an acknowledgement promises.
    this.#connection.exec('pragma synchronous = full');
    // Four times SQLite's own: pages that change all the time are copied into the file less often, and fewer commits wait for that.
    if (!readOnly) this.#connection.exec('pragma wal_autocheckpoint = 4000');
    // Pages kept for taking a part of a transaction back: over 64 KB of them, which a single answer has, would become a file in /var/tmp.
    this.#connection.exec('pragma temp_store = memory');
    this.#begin = this.#connection.prepare(readOnly ? 'begin' : 'begin immediate');
    this.#commit = this.#connection.prepare('commit');
    this.#savepoint = this.#connection.prepare('savepoint op');
    this.#release = this.#connection.prepare('release op');
  }

  all<Args, Row>(query: Prepared<Args, Row>, args: Args): Row[] {
    const { statement, slots } = this.#ready(query);
    return statement.all(...bind(slots, args as Record<string, Cell>)) as Row[];
  }

  one<Args, Row>(query: Prepared<Args, Row>, args: Args): Row | undefined {
    const { statement, slots } = this.#ready(query);
    return statement.get(...bind(slots, args as Record<string, Cell>)) as Row | undefined;
  }

  run<Args>(query: Prepared<Args, unknown>, args: Args): number {
    const { statement, slots } = this.#ready(query);
    return Number(statement.run(...bind(slots, args as Record<string, Cell>)).changes);
  }

  /** Runs SQL as it stands, for the schema. */
  exec(text: string): void {
    this.#connection.exec(text);
  }

  /** The first column of the first row of SQL as it stands. */
  peek(text: string): unknown {
    const row = this.#connection.prepare(text).get();
    return row && Object.values(row)[0];
  }

  begin(): void {
    this.#begin.run();
  }

  commit(): void {
    this.#commit.run();
  }

  rollback(): void {
    // After some failures SQLite has rolled back by itself.
    if (this.#connection.isTransaction) this.#connection.exec('rollback');
  }

  /** Undoes everything and begins anew. */
  takeBack(): void {
    this.rollback();
    this.begin();
  }

  /** Begins a part of the transaction that can be taken back on its own. */
  beginPart(): void {
    this.#savepoint.run();
  }

  endPart(): void {
    this.#release.run();
  }

  takePartBack(): void {
    this.#connection.exec('rollback to op; release op');
  }

  close(): void {
    this.#connection.close();
  }

  #ready(query: AnyQuery): Ready {
    const known = this.#statements.get(query);
    if (known) return known;
    const name = NAMES.get(query) ?? '';
    const written = STATEMENTS[name];
    if (!written)
      throw new GatewayError('internal', `the query ${name} has no statement: make the generated file anew`);
    const ready = { statement: this.#connection.prepare(written.text), slots: written.slots };
    this.#statements.set(query, ready);
    return ready;
  }
}
