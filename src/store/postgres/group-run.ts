import type { PoolClient } from 'pg';
import type { OpName } from '../ops.ts';
import { CONDUCT, type Conduct } from './conduct.ts';
import { PgSql } from './connection.ts';
import { troubleOf } from './failures.ts';
import { type Outcome, rollback, runOp } from './run.ts';
import { begin, commit, takeFree, takeShared } from './transaction.ts';

/** A call that may share its transaction with others of the same operation. */
export interface GroupCall {
  readonly args: readonly unknown[];
  /** What it must be alone with; see `conduct.ts`. */
  readonly keys: readonly string[];
}

/** What happens when it is taken back: nothing of any of them has happened. */
const TAKEN_BACK = new Error('the group was taken back');

/**
 * One transaction of many calls of one operation on one connection. Their statements go to the server side by side and are answered
 * there one after the other; calls that share a key follow each other.
 *
 * When one of them fails all are taken back, and each is to be tried by itself: whose fault it was is seen then. A call whose locks
 * somebody else has is left out and is to be tried by itself too.
 */
export class GroupRun {
  readonly #client: PoolClient;
  readonly #name: OpName;
  readonly #calls: readonly GroupCall[];
  /** From the moment on at which the server may have made it last, nobody knows what a broken connection has left. */
  #decided = false;
  /** The connection is of no more use. */
  broken = false;

  constructor(client: PoolClient, name: OpName, calls: readonly GroupCall[]) {
    this.#client = client;
    this.#name = name;
    this.#calls = calls;
  }

  async outcomes(): Promise<readonly Outcome[]> {
    try {
      return await (CONDUCT[this.#name].kind === 'one' ? this.#single() : this.#run());
    } catch (error) {
      this.broken = troubleOf(error).kind === 'away';
      if (!this.broken) this.broken = !(await rollback(this.#client));
      const kind = this.#decided && this.broken ? 'failed' : 'again';
      return this.#calls.map(() => ({ kind, error }));
    }
  }

  /**
   * Where each call is one statement that decides by the rows it changes, the end goes with the statements: what fails for its lease has
   * changed nothing, and is no reason to take the others back.
   */
  async #single(): Promise<readonly Outcome[]> {
    this.#decided = true;
    const begun = begin(this.#client);
    const running = this.#calls.map((call) => this.#op(call));
    const [settled] = await Promise.all([Promise.allSettled(running), this.#commit(), begun]);
    return settled.map((one) =>
      one.status === 'fulfilled' ? { kind: 'done', value: one.value } : { kind: 'failed', error: one.reason },
    );
  }

  async #run(): Promise<readonly Outcome[]> {
    const begun = begin(this.#client);
    // It is waited for below; when the connection ends, this one fails first.
    begun.catch(() => undefined);
    const taken = await this.#withLocks();
    const values = await this.#values(taken);
    await begun;
    this.#decided = true;
    await this.#commit([...values.values()]);
    return this.#calls.map((call) =>
      values.has(call) ? { kind: 'done', value: values.get(call) } : { kind: 'again', error: TAKEN_BACK },
    );
  }

  /** The calls that have all their locks. */
  async #withLocks(): Promise<readonly GroupCall[]> {
    const { among } = CONDUCT[this.#name] as Conduct<OpName> & { kind: 'alone' };
    const keys = [...new Set(this.#calls.flatMap((call) => call.keys))];
    const [lacking, isShared] = await Promise.all([
      takeFree(this.#client, keys),
      among === undefined || takeShared(this.#client, among),
    ]);
    if (!isShared) return [];
    if (lacking.length === 0) return this.#calls;
    const missing = new Set(lacking);
    return this.#calls.filter((call) => !call.keys.some((key) => missing.has(key)));
  }

  /** What the calls answer. All have ended when this does, also when one of them has failed. */
  async #values(calls: readonly GroupCall[]): Promise<ReadonlyMap<GroupCall, unknown>> {
    const last = new Map<string, Promise<unknown>>();
    const running = calls.map((call) => {
      const before = call.keys.flatMap((key) => last.get(key) ?? []);
      const value = before.length === 0 ? this.#op(call) : Promise.all(before).then(() => this.#op(call));
      for (const key of call.keys) last.set(key, value);
      return value;
    });
    const settled = await Promise.allSettled(running);
    const failed = settled.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    return new Map(calls.map((call, index) => [call, (settled[index] as PromiseFulfilledResult<unknown>).value]));
  }

  #op({ args }: GroupCall): Promise<unknown> {
    const { kind } = CONDUCT[this.#name];
    return runOp(this.#name, new PgSql(this.#client, kind === 'one' ? 1 : undefined), args);
  }

  async #commit(values: readonly unknown[] = []): Promise<void> {
    if (!(await commit(this.#client, this.#name, values))) throw TAKEN_BACK;
  }
}
