import type { GatewayError } from '../../core/errors.ts';
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
    db.begin();
    const outcomes = [];
    for (const call of calls) outcomes.push(await runCall(db, call));
    db.commit();
    return outcomes;
  } catch (error) {
    return failed(db, error, calls.length);
  }
}

async function runCall(db: SqliteDatabase, [name, args]: Call): Promise<Outcome> {
  db.beginPart();
  try {
    const answer = await (OPS[name] as (sql: Sql, ...args: readonly unknown[]) => Promise<unknown>)(db, ...args);
    db.endPart();
    return answer;
  } catch (thrown) {
    const error = readSqliteError(thrown, db.file);
    if (error instanceof FileTrouble) throw error;
    db.takePartBack();
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
