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
 * Runs calls in their order as one transaction, so that one write to the disk serves them all. A call that fails is taken
 * back alone; trouble with the file fails all of them.
 */
export async function runBatch(db: SqliteDatabase, calls: readonly Call[]): Promise<readonly Outcome[]> {
  try {
    return (await runTogether(db, calls)) ?? (await runApart(db, calls));
  } catch (error) {
    return failed(db, error, calls.length);
  }
}

/**
 * The usual case, in which no call fails: SQLite keeps no copy of each page for taking a part back (a third of all the
 * bytes it writes, measured). Otherwise everything is undone, and nothing is answered.
 */
async function runTogether(db: SqliteDatabase, calls: readonly Call[]): Promise<readonly Outcome[] | undefined> {
  const outcomes = [];
  db.begin();
  for (const call of calls) {
    const outcome = await runCall(db, call);
    if (outcome instanceof GatewayError) {
      db.rollback();
      return calls.length === 1 ? [outcome] : undefined;
    }
    outcomes.push(outcome);
  }
  db.commit();
  return outcomes;
}

/** Each call can be taken back on its own. */
async function runApart(db: SqliteDatabase, calls: readonly Call[]): Promise<readonly Outcome[]> {
  const outcomes = [];
  db.begin();
  for (const call of calls) {
    db.beginPart();
    const outcome = await runCall(db, call);
    if (outcome instanceof GatewayError) db.takePartBack();
    else db.endPart();
    outcomes.push(outcome);
  }
  db.commit();
  return outcomes;
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

function failed(db: SqliteDatabase, thrown: unknown, count: number): readonly GatewayError[] {
  const error = readSqliteError(thrown, db.file);
  try {
    db.rollback();
  } catch (second) {
    return Array.from({ length: count }, () => new FileTrouble(db.file, 'could not roll back', true, second));
  }
  return Array.from({ length: count }, () => error);
}
