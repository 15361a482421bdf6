import type { OpName } from '../ops.ts';
import { keysOf } from './conduct.ts';
import type { GroupCall } from './group-run.ts';
import type { Outcome } from './run.ts';

export interface GroupsParts {
  /** Runs one call in a transaction of its own, waiting for whatever it needs. */
  readonly alone: (name: OpName, args: readonly unknown[]) => Promise<unknown>;
  /** Runs calls in one transaction; what it answers with `again` is to be run alone. */
  readonly together: (name: OpName, calls: readonly GroupCall[]) => Promise<readonly Outcome[]>;
  /** A failure in our words. */
  readonly read: (error: unknown) => Error;
}

interface Call extends GroupCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Calls of one operation, and how many transactions of it are under way. */
interface Line {
  readonly name: OpName;
  waiting: Call[];
  underWay: number;
  soon: boolean;
}

/** Most calls in a transaction: those behind them wait no longer than it takes. */
const MOST_CALLS = 100;
/** A transaction that takes so long waits for somebody: those behind it begin another one, for they may wait for nobody. */
const PATIENCE_MS = 50;

/**
 * Gathers calls into transactions: those of one turn of the loop, and those that are made while a transaction of the same operation is
 * under way. So a quiet gateway waits for nothing, and a busy one shares each way to the server and each write to its disk among many.
 *
 * Calls of this process that would stand in each other's way in the database wait for each other here.
 */
export class Groups {
  readonly #parts: GroupsParts;
  readonly #lines = new Map<OpName, Line>();
  /** Keys of what is under way, with how many calls there have them. */
  readonly #busy = new Map<string, number>();

  constructor(parts: GroupsParts) {
    this.#parts = parts;
  }

  call(name: OpName, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const line = this.#line(name);
      line.waiting.push({ args, keys: keysOf(name, args), resolve, reject });
      if (line.underWay === 0) this.#goSoon(line);
    });
  }

  #line(name: OpName): Line {
    let line = this.#lines.get(name);
    if (!line) this.#lines.set(name, (line = { name, waiting: [], underWay: 0, soon: false }));
    return line;
  }

  #goSoon(line: Line): void {
    if (line.soon) return;
    line.soon = true;
    setImmediate(() => {
      line.soon = false;
      this.#go(line);
    });
  }

  #goAll(): void {
    for (const line of this.#lines.values()) this.#go(line);
  }

  #go(line: Line): void {
    if (line.underWay > 0 || line.waiting.length === 0) return;
    const calls = this.#take(line);
    if (calls.length > 0) void this.#run(line, calls);
  }

  /** Those that stand in nobody's way, in their order. */
  #take(line: Line): readonly Call[] {
    const taken: Call[] = [];
    line.waiting = line.waiting.filter((call) => {
      if (taken.length === MOST_CALLS || call.keys.some((key) => this.#busy.has(key))) return true;
      taken.push(call);
      return false;
    });
    for (const key of taken.flatMap(({ keys }) => keys)) this.#busy.set(key, (this.#busy.get(key) ?? 0) + 1);
    return taken;
  }

  async #run(line: Line, calls: readonly Call[]): Promise<void> {
    let isCounted = true;
    const leave = (): void => {
      if (isCounted) line.underWay -= 1;
      isCounted = false;
    };
    line.underWay += 1;
    const impatient = setTimeout(() => {
      leave();
      this.#go(line);
    }, PATIENCE_MS);
    const [only] = calls;
    await (calls.length === 1 && only ? this.#alone(line, only) : this.#together(line, calls));
    clearTimeout(impatient);
    leave();
    this.#goAll();
  }

  async #together(line: Line, calls: readonly Call[]): Promise<void> {
    const outcomes = await this.#parts.together(line.name, calls);
    for (const [index, call] of calls.entries()) {
      const outcome = outcomes[index];
      // Not waited for: it may wait for somebody else, and those behind it need not.
      if (outcome?.kind === 'again') void this.#alone(line, call).then(() => this.#goAll());
      else this.#settle(call, outcome);
    }
  }

  #settle(call: Call, outcome: Outcome | undefined): void {
    this.#free(call);
    if (outcome?.kind === 'done') call.resolve(outcome.value);
    else call.reject(this.#parts.read(outcome?.error));
  }

  async #alone(line: Line, call: Call): Promise<void> {
    await this.#parts.alone(line.name, call.args).then(call.resolve, call.reject);
    this.#free(call);
  }

  #free({ keys }: Call): void {
    for (const key of keys) {
      const others = (this.#busy.get(key) ?? 1) - 1;
      if (others === 0) this.#busy.delete(key);
      else this.#busy.set(key, others);
    }
  }
}
