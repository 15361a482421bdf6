import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig, Pool, type PoolClient } from 'pg';
import { GatewayError } from '../../core/errors.ts';
import { type Engine, OPS, type OpAnswer, type OpArgs, type OpName } from '../ops.ts';
import { placeName } from '../place.ts';
import type { Sql } from '../sql.ts';
import { driverAddress } from './address.ts';
import { beginAlone, CONDUCT, type Conduct } from './conduct.ts';
import { PgSql, TYPES } from './connection.ts';
import { readPgError, troubleOf, unavailable } from './failures.ts';
import { bringUpToDate, expectUpToDate } from './schema.ts';

export interface PostgresPlace {
  /** `postgres://user:password@host:5432/name` */
  readonly url: string;
  /** Looks at what is there and changes nothing. */
  readonly readOnly: boolean;
  /** Most connections of this process. */
  readonly connections: number;
}

/** How long a call waits for a connection: less than vendors wait for an acknowledgement, so that they hear of it and deliver again. */
const CONNECT_MS = 2_000;
/** Somebody outside waits for these; whatever else finds all connections taken waits again, for giving up would make more work of it. */
const HASTY: ReadonlySet<OpName> = new Set<OpName>(['inbox.accept']);
/** A statement of ours takes milliseconds; one that takes so long waits for something that does not come. */
const STATEMENT_MS = 10_000;
/** What has no answer by then never will: the server would have ended it, so the network in between has lost the connection. */
const ANSWER_MS = 12_000;
/** A process that is paused within a transaction lets go of what it has locked after so long; far less than a lease. */
const IDLE_IN_TRANSACTION_MS = 3_000;
const MOST_TRIES = 5;

type AnyOp = (sql: Sql, ...args: readonly unknown[]) => Promise<unknown>;

/** PostgreSQL, for as many processes at once as there are. What they must not do at the same time stands in `conduct.ts`. */
export class PostgresEngine implements Engine {
  readonly #pool: Pool;
  readonly #config: ClientConfig;
  readonly #where: string;
  readonly #running = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  private constructor({ url, readOnly, connections }: PostgresPlace) {
    this.#where = placeName(url);
    this.#config = {
      connectionString: driverAddress(url),
      connectionTimeoutMillis: CONNECT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      application_name: 'posthouse',
      keepAlive: true,
      types: TYPES,
      pipeline: true,
      ...(readOnly && { options: '-c default_transaction_read_only=on' }),
    };
    this.#pool = new Pool({
      ...this.#config,
      max: connections,
      idleTimeoutMillis: 60_000,
      statement_timeout: STATEMENT_MS,
      query_timeout: ANSWER_MS,
    });
    // A connection that breaks while nobody asks anything is no failure: the next call opens another.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** @throws {GatewayError} `store_unavailable`, or `config_invalid` when the server will not have us. */
  static async open(place: PostgresPlace): Promise<PostgresEngine> {
    const engine = new PostgresEngine(place);
    try {
      await engine.#prepare(place.readOnly);
      return engine;
    } catch (error) {
      await engine.#pool.end();
      throw readPgError(error, engine.#where);
    }
  }

  call<Name extends OpName>(name: Name, ...args: OpArgs<Name>): Promise<OpAnswer<Name>> {
    if (this.#closed) return Promise.reject(unavailable(this.#where, 'it is closed'));
    const answer = this.#try(name, args) as Promise<OpAnswer<Name>>;
    const settled = answer.then(
      () => undefined,
      () => undefined,
    );
    this.#running.add(settled);
    void settled.then(() => this.#running.delete(settled));
    return answer;
  }

  /** Everybody works here; what a dead process held is free when its lease ends. */
  async own(): Promise<boolean> {
    return false;
  }

  async time(): Promise<number> {
    const { rows } = await this.#pool
      .query<{ now: number }>('select (extract(epoch from clock_timestamp()) * 1000)::float8 as now')
      .catch((error: unknown) => {
        throw readPgError(error, this.#where);
      });
    return rows[0]?.now ?? Number.NaN;
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all(this.#running).then(() => this.#pool.end());
    return this.#closed;
  }

  async #prepare(readOnly: boolean): Promise<void> {
    // The schema of a large store takes its time: on this connection nothing is hurried.
    const client = new Client(this.#config);
    // What breaks it is told by the statement that is under way.
    client.on('error', () => undefined);
    try {
      await client.connect();
      if (readOnly) await expectUpToDate(client);
      else await bringUpToDate(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async #try(name: OpName, args: readonly unknown[]): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.#once(name, args);
      if (outcome.kind === 'done') return outcome.value;
      if (outcome.kind === 'failed' || tries === MOST_TRIES) throw readPgError(outcome.error, this.#where);
      // Not all of those who stood in each other's way at the same time again.
      await sleep(Math.random() * 10 * 2 ** tries);
    }
  }

  async #once(name: OpName, args: readonly unknown[]): Promise<Outcome> {
    let client: PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      return { kind: isCrowded(error) && !HASTY.has(name) ? 'again' : 'failed', error };
    }
    const run = new Run(client, name, args);
    const outcome = await run.outcome();
    client.release(run.broken);
    return outcome;
  }
}

/** The pool has no words of its own but these for a call that found all connections taken. */
function isCrowded(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('timeout exceeded when trying to connect');
}

type Outcome =
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** It has certainly not happened, and may on another try. */
  | { readonly kind: 'again'; readonly error: unknown };

/** One try of one operation on one connection. */
class Run {
  readonly #client: PoolClient;
  readonly #name: OpName;
  readonly #args: readonly unknown[];
  /** From the moment on at which the server may have made it last, nobody knows what a broken connection has left. */
  #decided = false;
  /** The connection is of no more use. */
  broken = false;

  constructor(client: PoolClient, name: OpName, args: readonly unknown[]) {
    this.#client = client;
    this.#name = name;
    this.#args = args;
  }

  async outcome(): Promise<Outcome> {
    const conduct = CONDUCT[this.#name] as Conduct<OpName>;
    try {
      return { kind: 'done', value: await (conduct.kind === 'alone' ? this.#alone(conduct) : this.#plain(conduct)) };
    } catch (error) {
      return this.#failed(error, conduct);
    }
  }

  async #alone(conduct: Conduct<OpName> & { kind: 'alone' }): Promise<unknown> {
    const keys = (conduct.with as (...args: readonly unknown[]) => readonly string[])(...this.#args);
    // Not waited for: the first statement goes with it, one way to the server less.
    const begun = this.#client.query(beginAlone(keys, conduct.among));
    // It is waited for below; when the connection ends, this one fails first.
    begun.catch(() => undefined);
    const value = await this.#op(new PgSql(this.#client)).catch(async (error: unknown) => {
      await begun;
      throw error;
    });
    await begun;
    this.#decided = true;
    await this.#client.query('commit');
    return value;
  }

  async #plain({ kind }: Conduct<OpName>): Promise<unknown> {
    this.#decided = kind === 'one';
    return this.#op(new PgSql(this.#client, kind === 'one' ? 1 : undefined));
  }

  #op(sql: Sql): Promise<unknown> {
    return (OPS[this.#name] as AnyOp)(sql, ...this.#args);
  }

  async #failed(error: unknown, { kind }: Conduct<OpName>): Promise<Outcome> {
    const trouble = error instanceof GatewayError ? undefined : troubleOf(error);
    this.broken = trouble?.kind === 'away';
    if (kind === 'alone' && !this.broken) await this.#rollback();
    if (trouble?.kind === 'again') return { kind: 'again', error };
    return { kind: trouble?.kind === 'away' && !this.#decided ? 'again' : 'failed', error };
  }

  async #rollback(): Promise<void> {
    try {
      await this.#client.query('rollback');
    } catch {
      this.broken = true;
    }
  }
}
