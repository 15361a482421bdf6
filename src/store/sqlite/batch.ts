import { GatewayError } from '../../core/errors.ts';
import { OPS, type OpName } from '../ops.ts';
import type { Sql } from '../sql.ts';
import type { SqliteDatabase } from './database.ts';
import { FileTrouble, readSqliteError } from './failures.ts';

/** An operation to run: its name and what it takes. */
export type Call = readonly [name: OpName, args: readonly unknown[]];

/** What became of a call: a `GatewayError`, or what it answers. */
export type Outcome = unknown;

/**
 * What only the gateway itself goes by. When the process dies and such a call is forgotten, so is everything after it, and
 * the event is claimed anew; what leaves the gateway is written by another call, which takes these to the disk with it.
 */
const PROVISIONAL: ReadonlySet<OpName> = new Set<OpName>([
  'lane.claim',
  'inbox.claim',
  'inbox.renew',
  'inbox.get',
  'inbox.cursor',
  'outbox.renew',
  'outbox.ofKey',
  'outbox.lastFrameOf',
  'groups.scopes',
  'placeholders.of',
  'memos.read',
  'calls.ofMonth',
  'people.identify',
  'people.accounts',
  'people.find',
  'sessions.chosen',
  'rights.revision',
  'rights.rules',
  'rights.decisions',
  'rights.used',
  // Counted and noted before the turn begins and ends: the end of the turn takes them to the disk, or nothing of it has happened.
  'rights.take',
  'rights.spend',
  'rights.note',
  'directory.match',
  'directory.due',
  'directory.isKnown',
  'directory.unseen',
  'departments.page',
  'departments.standing',
  'people.list',
  'people.keys',
  'people.page',
  'people.read',
  'people.audit',
  'sessions.list',
  'people.merges',
  'turns.begin',
  'turns.get',
  'turns.running',
  'turns.runningOf',
  'turns.last',
  'turns.lastOf',
  'turns.ofMessage',
  'upkeep.lanesWithWork',
  'upkeep.nextDueAt',
  'upkeep.depth',
  'upkeep.deadLetters',
  'upkeep.countTexts',
]);

/** Whether a call's answer may be given before it is on the disk. */
export function isProvisional(name: OpName): boolean {
  return PROVISIONAL.has(name);
}

/**
 * Runs calls as transactions, many in one, so that one write to the disk serves them all.
 *
 * The transaction is always in one of these states.
 * - none: left by the first call.
 * - open, between two batches: holds provisional calls that were answered already. Left by the next call that is not
 *   provisional, by `settle`, or by trouble with the file, which takes all of it back.
 */
export class Batches {
  readonly #db: SqliteDatabase;
  #open = false;

  constructor(db: SqliteDatabase) {
    this.#db = db;
  }

  /** True while there is something that `settle` has to write. */
  get open(): boolean {
    return this.#open;
  }

  /** Runs calls in their order. One that fails is taken back alone; trouble with the file fails all of them. */
  async run(calls: readonly Call[]): Promise<readonly Outcome[]> {
    try {
      const outcomes = (await this.#together(calls)) ?? (await this.#apart(calls));
      this.#open = !this.#db.readOnly && calls.every(([name]) => isProvisional(name));
      if (!this.#open) this.#db.commit();
      return outcomes;
    } catch (error) {
      const trouble = this.#giveUp(error);
      return calls.map(() => trouble);
    }
  }

  /** Writes what was answered provisionally. @throws {FileTrouble} */
  settle(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.#db.commit();
    } catch (error) {
      throw this.#giveUp(error);
    }
  }

  /**
   * The usual case, in which no call fails: SQLite keeps no copy of each page for taking a part back (two thirds of all
   * the bytes it wrote, measured). Otherwise all of them are undone, and undefined is answered.
   */
  async #together(calls: readonly Call[]): Promise<readonly Outcome[] | undefined> {
    const db = this.#db;
    const carried = this.#open;
    if (carried) db.beginPart();
    else db.begin();
    const outcomes = [];
    for (const call of calls) {
      const outcome = await runCall(db, call);
      if (outcome instanceof GatewayError) {
        if (carried) db.takePartBack();
        else db.takeBack();
        return undefined;
      }
      outcomes.push(outcome);
    }
    if (carried) db.endPart();
    return outcomes;
  }

  /** Each call can be taken back on its own. */
  async #apart(calls: readonly Call[]): Promise<readonly Outcome[]> {
    const db = this.#db;
    const outcomes = [];
    for (const call of calls) {
      db.beginPart();
      const outcome = await runCall(db, call);
      if (outcome instanceof GatewayError) db.takePartBack();
      else db.endPart();
      outcomes.push(outcome);
    }
    return outcomes;
  }

  /** Nothing of the transaction has happened; says why. */
  #giveUp(thrown: unknown): GatewayError {
    this.#open = false;
    try {
      this.#db.rollback();
      return readSqliteError(thrown, this.#db.file);
    } catch (second) {
      return new FileTrouble(this.#db.file, 'could not roll back', true, second);
    }
  }
}

/** @throws {FileTrouble} when it is not this call's own failure. */
async function runCall(db: SqliteDatabase, [name, args]: Call): Promise<Outcome> {
  try {
    return await (OPS[name] as (sql: Sql, ...args: readonly unknown[]) => Promise<unknown>)(db, ...args);
  } catch (thrown) {
    const error = readSqliteError(thrown, db.file);
    if (error instanceof FileTrouble) throw error;
    return error;
  }
}
