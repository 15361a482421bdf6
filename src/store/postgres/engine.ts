import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig, Pool, type PoolClient } from 'pg';
import { gatherWrites } from '../../lib/gathered-writes.ts';
import type { Engine, OpAnswer, OpArgs, OpName } from '../ops.ts';
import { placeName } from '../place.ts';
import { driverAddress } from './address.ts';
import { IN_GROUPS } from './conduct.ts';
import { TYPES } from './connection.ts';
import { readPgError, unavailable } from './failures.ts';
import { type GroupCall, GroupRun } from './group-run.ts';
import { Groups } from './groups.ts';
import { type NotDone, type Outcome, Run } from './run.ts';
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

/** PostgreSQL, for as many processes at once as there are. What they must not do at the same time stands in `conduct.ts`. */
export class PostgresEngine implements Engine {
  readonly #pool: Pool;
  readonly #config: ClientConfig;
  readonly #where: string;
  readonly #groups: Groups;
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
      stream: newSocket,
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
    this.#groups = new Groups({
      alone: (name, args) => this.#try(name, args),
      together: (name, calls) => this.#together(name, calls),
      read: (error) => readPgError(error, this.#where),
    });
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
    const answer = (IN_GROUPS.has(name) ? this.#groups.call(name, args) : this.#try(name, args)) as Promise<
      OpAnswer<Name>
    >;
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
    const client = await this.#connect(name);
    if ('error' in client) return client;
    const run = new Run(client, name, args);
    const outcome = await run.outcome();
    client.release(run.broken);
    return outcome;
  }

  /** Calls of one operation in one transaction; what is answered with `again` has not happened. */
  async #together(name: OpName, calls: readonly GroupCall[]): Promise<readonly Outcome[]> {
    for (let tries = 1; ; tries += 1) {
      const client = await this.#connect(name);
      if (!('error' in client)) {
        const run = new GroupRun(client, name, calls);
        const outcomes = await run.outcomes();
        client.release(run.broken);
        return outcomes;
      }
      const { kind, error } = client;
      if (kind === 'failed' || tries === MOST_TRIES) return calls.map(() => ({ kind: 'failed', error }));
    }
  }

  async #connect(name: OpName): Promise<PoolClient | NotDone> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      return { kind: isCrowded(error) && !HASTY.has(name) ? 'again' : 'failed', error };
    }
  }
}

/** Of many statements at once, each would be a call of the system's by itself. */
function newSocket(): Socket {
  const socket = new Socket();
  gatherWrites(socket);
  return socket;
}

/** The pool has no words of its own but these for a call that found all connections taken. */
function isCrowded(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('timeout exceeded when trying to connect');
}
