import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type Cell, type CompiledQuery, compile, type Prepared, type QueryBuilder, type Sql } from '../sql.ts';
import { sqliteBuilder } from './builder.ts';

export interface SqliteFile {
  /** Its path. */
  readonly file: string;
  /** Opens what is there and changes nothing; works beside a running gateway. */
  readonly readOnly: boolean;
  /** How long a transaction waits for another program's, in milliseconds. */
  readonly busyTimeoutMs: number;
}

interface Statement {
  readonly query: CompiledQuery;
  readonly statement: StatementSync;
}

/** One SQLite file. Each query is built and prepared once. */
export class SqliteDatabase implements Sql {
  readonly file: string;
  readonly #builder: QueryBuilder = sqliteBuilder();
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<Prepared<never, unknown>, Statement>();
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #savepoint: StatementSync;
  readonly #release: StatementSync;

  constructor({ file, readOnly, busyTimeoutMs }: SqliteFile) {
    this.file = file;
    this.#connection = new DatabaseSync(file, { readOnly, timeout: busyTimeoutMs });
    // Every commit is on the disk before it is answered: that is what an acknowledgement promises.
    this.#connection.exec('pragma synchronous = full');
    this.#begin = this.#connection.prepare(readOnly ? 'begin' : 'begin immediate');
    this.#commit = this.#connection.prepare('commit');
    this.#savepoint = this.#connection.prepare('savepoint op');
    this.#release = this.#connection.prepare('release op');
  }

  all<Args, Row>(query: Prepared<Args, Row>, args: Args): Row[] {
    const { statement, query: compiled } = this.#prepared(query);
    return statement.all(...compiled.bind(args as Record<string, Cell>)) as Row[];
  }

  one<Args, Row>(query: Prepared<Args, Row>, args: Args): Row | undefined {
    const { statement, query: compiled } = this.#prepared(query);
    return statement.get(...compiled.bind(args as Record<string, Cell>)) as Row | undefined;
  }

  run<Args>(query: Prepared<Args, unknown>, args: Args): number {
    const { statement, query: compiled } = this.#prepared(query);
    return Number(statement.run(...compiled.bind(args as Record<string, Cell>)).changes);
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

  #prepared<Args, Row>(query: Prepared<Args, Row>): Statement {
    const known = this.#statements.get(query);
    if (known) return known;
    const compiled = compile(query, this.#builder);
    const made = { query: compiled, statement: this.#connection.prepare(compiled.text) };
    this.#statements.set(query, made);
    return made;
  }
}
