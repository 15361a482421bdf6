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

/** The ends of a turn that come from outside: a person's stop, the gateway's own stop, a lost lease. */
export interface TurnControl {
  /** Aborted by whichever comes first, with its reason. */
  readonly signal: AbortSignal;
  readonly stopped: StopReason | undefined;
  stop(reason: StopReason): void;
  /** Something the turn cannot go on without has failed. */
  fail(error: unknown): void;
  release(): void;
}

/**
 * Joins long-lived signals for the time of one turn. Listeners are taken off at its end: `AbortSignal.any` over a signal that lives as
 * long as the process would gather one entry a message.
 */
export function createTurnControl(...outer: readonly AbortSignal[]): TurnControl {
  const controller = new AbortController();
  let stopped: StopReason | undefined;
  const leave = outer.map((signal) => {
    const pass = (): void => controller.abort(signal.reason);
    if (signal.aborted) pass();
    else signal.addEventListener('abort', pass, { once: true });
    return () => signal.removeEventListener('abort', pass);
  });
  return {
    signal: controller.signal,
    get stopped() {
      return stopped;
    },
    stop(reason) {
      stopped ??= reason;
      controller.abort(new TurnStopped(stopped));
    },
    fail: (error) => controller.abort(error),
    release() {
      for (const off of leave) off();
    },
  };
}

/** Waits for something that may hang: when the signal is aborted first, throws its reason without waiting any longer. */
export async function unlessAborted(task: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  task.then(resolve, reject);
  try {
    if (signal.aborted) onAbort();
    await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
