import type { StopReason } from '../core/store.ts';

/** Thrown inside a turn that was ended from outside, so that it leaves the agent's stream at once. */
export class TurnStopped extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`turn ${reason}`);
    this.name = 'TurnStopped';
    this.reason = reason;
  }
}

/**
 * The ends of a turn that come from outside: a person's stop, the gateway's own stop, a lost lease.
 *
 * Joins long-lived signals for the time of one turn. It is taken off them at its end: `AbortSignal.any` over a signal that lives as
 * long as the process would gather one entry a message.
 */
export class TurnControl {
  readonly #controller = new AbortController();
  readonly #outer: readonly AbortSignal[];
  #stopped: StopReason | undefined;
  /** Lets go of what {@link unlessEnded} waits for. */
  #letGo: ((reason: unknown) => void) | undefined;

  constructor(...outer: readonly AbortSignal[]) {
    this.#outer = outer;
    for (const signal of outer) {
      if (signal.aborted) this.fail(signal.reason);
      else signal.addEventListener('abort', this, { once: true });
    }
  }

  /** Aborted by whichever comes first, with its reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get stopped(): StopReason | undefined {
    return this.#stopped;
  }

  stop(reason: StopReason): void {
    this.#stopped ??= reason;
    this.fail(new TurnStopped(this.#stopped));
  }

  /** Something the turn cannot go on without has failed. */
  fail(error: unknown): void {
    this.#controller.abort(error);
    this.#letGo?.(this.signal.reason);
  }

  /** Waits for something that may hang: when the turn is ended first, throws why without waiting any longer. */
  unlessEnded(task: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#letGo = reject;
      task.then(resolve, reject);
      if (this.signal.aborted) reject(this.signal.reason as Error);
    });
  }

  /** One of the outer signals. */
  handleEvent({ target }: Event): void {
    this.fail((target as AbortSignal).reason);
  }

  release(): void {
    for (const signal of this.#outer) signal.removeEventListener('abort', this);
  }
}
