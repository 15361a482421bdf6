import { Worker } from 'node:worker_threads';
import { GatewayError } from '../../core/errors.ts';
import type { Engine, OpAnswer, OpArgs, OpName } from '../ops.ts';
import type { Call } from './batch.ts';
import type { SqliteFile } from './database.ts';
import { fromWire } from './failures.ts';
import type { Answer, Question } from './wire.ts';

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: GatewayError) => void;
}

// Compiled, this file and the thread's are JavaScript; a path in a string is not rewritten by the compiler.
const THREAD = new URL(`./thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

/** After so long without a call the next one is alone: it crosses at once and not with what the rest of the turn will ask, in milliseconds. */
const PAUSE_MS = 2;

/** So many calls wait for no more of the same turn: where much has come in at once the thread writes while the rest is still being read. */
const MOST_TOGETHER = 16;

/** Nothing of a call outlives its transaction, so the thread's space for new objects may be small. By itself V8 lets it grow as far as the gateway's own. */
const LIMITS = { maxYoungGenerationSizeMb: 8 };

/**
 * SQLite in a thread of its own. Calls that are made in the same turn of the loop cross to it together (after a pause all but the first, and {@link MOST_TOGETHER} at
 * once), and what gathers there while a transaction is written goes into the next one.
 */
export class SqliteEngine implements Engine {
  readonly inOrder = true;
  readonly #thread: Worker;
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #waiting: Waiting[] = [];
  #owning = Promise.withResolvers<void>();
  #gathered: Call[] = [];
  #askedAt = 0;
  /** Why nothing can be asked any more. */
  #end: GatewayError | undefined;

  private constructor(file: SqliteFile, thread: URL) {
    // Whoever has not asked is not told that it failed.
    this.#ready.promise.catch(() => undefined);
    this.#owning.promise.catch(() => undefined);
    this.#thread = new Worker(thread, { workerData: file, name: 'store', resourceLimits: LIMITS });
    this.#thread.on('message', (answer: Answer) => this.#take(answer));
    this.#thread.on('error', (error) => this.#fail(unavailable('its thread failed', error)));
    this.#thread.on('exit', () => {
      this.#fail(unavailable('its thread has ended'));
      this.#ended.resolve();
    });
  }

  /**
   * @param thread - The program of the thread; another one only in tests.
   * @throws {GatewayError} `store_unavailable`, `store_locked` or `config_invalid`.
   */
  static async open(file: SqliteFile, thread = THREAD): Promise<SqliteEngine> {
    const engine = new SqliteEngine(file, thread);
    await engine.#ready.promise;
    return engine;
  }

  call<Name extends OpName>(name: Name, ...args: OpArgs<Name>): Promise<OpAnswer<Name>> {
    if (this.#end) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      const isFirst = this.#gathered.push([name, args]) === 1;
      const isAlone = this.#waiting.push({ resolve, reject }) === 1;
      if (isAlone && performance.now() - this.#askedAt > PAUSE_MS) this.#send();
      else if (this.#gathered.length >= MOST_TOGETHER) this.#send();
      else if (isFirst) setImmediate(() => this.#send());
    });
  }

  async own(): Promise<boolean> {
    if (this.#end) throw this.#end;
    this.#owning = Promise.withResolvers();
    this.#ask({ kind: 'own' });
    await this.#owning.promise;
    return true;
  }

  async close(): Promise<void> {
    if (!this.#end) {
      this.#end = unavailable('it is closed');
      this.#send();
      this.#ask({ kind: 'close' });
    }
    await this.#ended.promise;
  }

  #send(): void {
    if (this.#gathered.length === 0) return;
    const calls = this.#gathered;
    this.#gathered = [];
    this.#askedAt = performance.now();
    this.#ask({ kind: 'calls', calls });
  }

  #ask(question: Question): void {
    this.#thread.postMessage(question);
  }

  #take(answer: Answer): void {
    if (answer.kind === 'outcomes') return this.#settle(answer);
    if (answer.kind === 'ready') return this.#ready.resolve();
    if (answer.kind === 'broken') return this.#fail(fromWire(answer.failure));
    if (answer.failure) this.#owning.reject(fromWire(answer.failure));
    else this.#owning.resolve();
  }

  #settle({ values, failures }: Answer & { kind: 'outcomes' }): void {
    const asked = this.#waiting.splice(0, values.length);
    for (const [index, failure] of failures) asked[index]?.reject(fromWire(failure));
    // A promise that was rejected above does not take a value any more.
    for (const [index, waiting] of asked.entries()) waiting.resolve(values[index] as never);
  }

  #fail(error: GatewayError): void {
    this.#end ??= error;
    this.#gathered = [];
    this.#ready.reject(error);
    this.#owning.reject(error);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}

function unavailable(why: string, cause?: unknown): GatewayError {
  return new GatewayError('store_unavailable', `the store cannot be used: ${why}`, { cause });
}
