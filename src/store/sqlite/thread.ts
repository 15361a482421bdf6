import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { GatewayError, toGatewayError } from '../../core/errors.ts';
import { type Call, type Outcome, runBatch } from './batch.ts';
import { SqliteDatabase, type SqliteFile } from './database.ts';
import { FileTrouble, readSqliteError, toWire } from './failures.ts';
import { StoreLock } from './lock.ts';
import { bringUpToDate, expectUpToDate } from './schema.ts';
import type { Answer, Question } from './wire.ts';

/** Once this many calls are in a transaction it is closed: those behind wait for one more write to the disk. */
const ENOUGH_CALLS = 500;

/** The thread that owns the database, so that waiting for the disk never holds up the gateway's own. */
class StoreThread {
  readonly #port: MessagePort;
  readonly #db: SqliteDatabase;
  #lock: StoreLock | undefined;

  constructor(port: MessagePort, file: SqliteFile) {
    this.#port = port;
    this.#db = open(file);
    // The awaits of a batch settle before the next message is handed in: they wait for nothing but SQLite.
    port.on('message', (question: Question) => void this.#answer(question));
    this.#say({ kind: 'ready' });
  }

  async #answer(question: Question): Promise<void> {
    if (question.kind === 'close') return this.#close();
    if (question.kind === 'own') return this.#own();

    const calls = [...question.calls];
    const other = this.#gather(calls);
    await this.#run(calls);
    if (other) await this.#answer(other);
  }

  /** Takes what else has been asked meanwhile into the same transaction; answers what does not belong there. */
  #gather(calls: Call[]): Question | undefined {
    while (calls.length < ENOUGH_CALLS) {
      const next = receiveMessageOnPort(this.#port)?.message as Question | undefined;
      if (next?.kind !== 'calls') return next;
      calls.push(...next.calls);
    }
    return undefined;
  }

  async #run(calls: readonly Call[]): Promise<void> {
    const outcomes = await runBatch(this.#db, calls);
    const trouble = outcomes.find((outcome) => outcome instanceof FileTrouble && outcome.lasting);
    if (trouble) return this.#break(trouble as FileTrouble);
    this.#say(answerOf(outcomes));
  }

  #own(): void {
    try {
      this.#lock ??= StoreLock.take(this.#db.file);
      this.#say({ kind: 'owned' });
    } catch (error) {
      this.#say({ kind: 'owned', failure: toWire(toGatewayError(error)) });
    }
  }

  // The connection is left as it is: after such a failure closing it could fail as well.
  #break(trouble: FileTrouble): void {
    this.#say({ kind: 'broken', failure: toWire(trouble) });
    this.#port.close();
  }

  #close(): void {
    this.#db.close();
    this.#lock?.free();
    this.#port.close();
  }

  #say(answer: Answer): void {
    this.#port.postMessage(answer);
  }
}

function open(file: SqliteFile): SqliteDatabase {
  const db = new SqliteDatabase(file);
  if (file.readOnly) expectUpToDate(db);
  else bringUpToDate(db);
  return db;
}

function answerOf(outcomes: readonly Outcome[]): Answer {
  const failures = outcomes.flatMap((outcome, index) =>
    outcome instanceof GatewayError ? [[index, toWire(outcome)] as const] : [],
  );
  const values = failures.length === 0 ? outcomes : outcomes.map((it) => (it instanceof GatewayError ? undefined : it));
  return { kind: 'outcomes', values, failures };
}

function start(port: MessagePort, file: SqliteFile): void {
  try {
    new StoreThread(port, file);
  } catch (error) {
    port.postMessage({ kind: 'broken', failure: toWire(readSqliteError(error, file.file)) } satisfies Answer);
    port.close();
  }
}

if (parentPort) start(parentPort, workerData as SqliteFile);
