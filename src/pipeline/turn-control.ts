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

/**
 * Tells each event of a stream until it ends, or until the signal ends it: then throws the signal's reason without waiting for
 * the stream.
 *
 * One promise an event instead of a race against a long-lived one, which would gather a reaction for each of thousands of events.
 */
export async function tellUntil<T>(
  stream: AsyncIterable<T>,
  signal: AbortSignal,
  tell: (value: T) => void,
): Promise<void> {
  signal.throwIfAborted();
  const iterator = stream[Symbol.asyncIterator]();
  let giveUp: (reason: unknown) => void = () => undefined;
  const onAbort = (): void => giveUp(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (;;) {
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        giveUp = reject;
        if (signal.aborted) return reject(signal.reason as Error);
        iterator.next().then(resolve, reject);
      });
      if (next.done === true) return;
      tell(next.value);
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a stream that hangs must not keep the person waiting.
    Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
