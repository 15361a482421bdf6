import type { PoolClient } from 'pg';
import { GatewayError } from '../../core/errors.ts';
import { OPS, type OpName } from '../ops.ts';
import type { Sql } from '../sql.ts';
import { CONDUCT, type Conduct, keysOf } from './conduct.ts';
import { PgSql } from './connection.ts';
import { troubleOf } from './failures.ts';
import { beginAlone, commit } from './transaction.ts';

type AnyOp = (sql: Sql, ...args: readonly unknown[]) => Promise<unknown>;

export function runOp(name: OpName, sql: Sql, args: readonly unknown[]): Promise<unknown> {
  return (OPS[name] as AnyOp)(sql, ...args);
}

export type Outcome = { readonly kind: 'done'; readonly value: unknown } | NotDone;

/** `again`: it has certainly not happened, and may on another try. */
export interface NotDone {
  readonly kind: 'failed' | 'again';
  readonly error: unknown;
}

/** @returns Whether the connection is still of use. */
export async function rollback(client: PoolClient): Promise<boolean> {
  return client.query('rollback').then(
    () => true,
    () => false,
  );
}

/** One try of one operation on one connection. */
export class Run {
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
    const keys = keysOf(this.#name, this.#args);
    // Not waited for: the first statement goes with it, one way to the server less.
    const begun = beginAlone(this.#client, keys, conduct.among);
    // It is waited for below; when the connection ends, this one fails first.
    begun.catch(() => undefined);
    const value = await this.#op(new PgSql(this.#client)).catch(async (error: unknown) => {
      await begun;
      throw error;
    });
    await begun;
    this.#decided = true;
    await commit(this.#client, this.#name, [value]);
    return value;
  }

  async #plain({ kind }: Conduct<OpName>): Promise<unknown> {
    this.#decided = kind === 'one';
    return this.#op(new PgSql(this.#client, kind === 'one' ? 1 : undefined));
  }

  #op(sql: Sql): Promise<unknown> {
    return runOp(this.#name, sql, this.#args);
  }

  async #failed(error: unknown, { kind }: Conduct<OpName>): Promise<Outcome> {
    const trouble = error instanceof GatewayError ? undefined : troubleOf(error);
    this.broken = trouble?.kind === 'away';
    if (kind === 'alone' && !this.broken) this.broken = !(await rollback(this.#client));
    if (trouble?.kind === 'again') return { kind: 'again', error };
    return { kind: trouble?.kind === 'away' && !this.#decided ? 'again' : 'failed', error };
  }
}
