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
  }

  /** One of the outer signals. */
  handleEvent({ target }: Event): void {
    this.fail((target as AbortSignal).reason);
  }

  release(): void {
    for (const signal of this.#outer) signal.removeEventListener('abort', this);
  }
}

/** Waits for something that may hang: when the signal is aborted first, throws its reason without waiting any longer. */
export function unlessAborted(task: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    const onEnd = (): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(task);
    };
    task.then(onEnd, onEnd);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
