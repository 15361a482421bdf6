import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { GatewayError, toGatewayError } from '../../core/errors.ts';
import { giveBackMemory } from '../../lib/heap.ts';
import { Batches, type Call, isProvisional, type Outcome } from './batch.ts';
import { SqliteDatabase, type SqliteFile } from './database.ts';
import { FileTrouble, readSqliteError, toWire } from './failures.ts';
import { StoreLock } from './lock.ts';
import { bringUpToDate, expectUpToDate } from './schema.ts';
import type { Answer, Question } from './wire.ts';

/** Once this many calls are in a transaction it is closed: those behind wait for one more write to the disk. */
const ENOUGH_CALLS = 500;

/** Up to so many calls whoever waits for the disk is answered before what comes behind is begun; more of them share the work of a transaction. */
const FEW_CALLS = 6;

/** How long answered calls may wait for a write to the disk that some other call needs anyway, in milliseconds. */
const SETTLE_MS = 5;

/** When the start is over: what it has left behind is given back. */
const TIDY_AFTER_MS = 1000;

/** The thread that owns the database, so that waiting for the disk never holds up the gateway's own. */
class StoreThread {
  readonly #port: MessagePort;
  readonly #db: SqliteDatabase;
  readonly #batches: Batches;
  readonly #questions: Question[] = [];
  #working = false;
  #settling: NodeJS.Timeout | undefined;
  #lock: StoreLock | undefined;

  constructor(port: MessagePort, file: SqliteFile) {
    this.#port = port;
    this.#db = open(file);
    this.#batches = new Batches(this.#db);
    port.on('message', (question: Question) => {
      this.#questions.push(question);
      if (!this.#working) void this.#work();
    });
    this.#say({ kind: 'ready' });
    setTimeout(giveBackMemory, TIDY_AFTER_MS).unref();
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let question = this.#next(); question; question = this.#next()) await this.#answer(question);
    this.#working = false;
  }

  /** The next question, with all calls that have been asked meanwhile: they share a transaction. */
  #next(): Question | undefined {
    for (let more = receiveMessageOnPort(this.#port); more; more = receiveMessageOnPort(this.#port)) {
      this.#questions.push(more.message as Question);
    }
    const first = this.#questions.shift();
    if (first?.kind !== 'calls') return first;
    const calls = [...first.calls];
    for (let next = this.#questions[0]; next?.kind === 'calls'; next = this.#questions[0]) {
      if (calls.length >= ENOUGH_CALLS) break;
      calls.push(...next.calls);
      this.#questions.shift();
    }
    return { kind: 'calls', calls: this.#withoutTail(calls) };
  }

  /** At low load an acknowledgement does not wait for the claim that travels behind it: that one is the next question. */
  #withoutTail(calls: readonly Call[]): readonly Call[] {
    const needed = calls.findLastIndex(([name]) => !isProvisional(name)) + 1;
    if (calls.length > FEW_CALLS || needed === 0 || needed === calls.length) return calls;
    this.#questions.unshift({ kind: 'calls', calls: calls.slice(needed) });
    return calls.slice(0, needed);
  }

  async #answer(question: Question): Promise<void> {
    if (question.kind === 'close') return this.#close();
    if (question.kind === 'own') return this.#own();
    const outcomes = await this.#batches.run(question.calls);
    const trouble = outcomes.find((outcome) => outcome instanceof FileTrouble && outcome.lasting);
    if (trouble) return this.#break(trouble as FileTrouble);
    this.#say(answerOf(outcomes));
    if (this.#batches.open) this.#settling ??= setTimeout(() => this.#settle(), SETTLE_MS);
  }

  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = undefined;
    try {
      this.#batches.settle();
    } catch (error) {
      // Who goes by what was forgotten here meets `lease_lost`.
      if (error instanceof FileTrouble && error.lasting) this.#break(error);
    }
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
    this.#settle();
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
