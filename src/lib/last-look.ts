interface Look {
  readonly may: () => boolean;
  /** How often something has left. */
  passed: number;
}

/**
 * Whether what is done under a signal may still leave this process, asked in the moment in which it would.
 *
 * A signal is aborted by news or by a timer. A process that was stopped for a while goes on where it stood: what waited for its turn, for a token or
 * for a connection is sent before either has come.
 */
const LOOKS = new WeakMap<AbortSignal, Look>();

/** Has `may` asked before anything leaves under the signal; replaces what was asked before. */
export function askBefore(signal: AbortSignal, may: () => boolean): void {
  LOOKS.set(signal, { may, passed: 0 });
}

/** Asked by whatever sends, in the moment in which it does; true where nobody wants to be asked. */
export function mayLeave(signal: AbortSignal): boolean {
  const look = LOOKS.get(signal);
  if (look?.may() === false) return false;
  if (look) look.passed += 1;
  return true;
}

/** How often something has left under the signal. */
export function timesLeft(signal: AbortSignal): number {
  return LOOKS.get(signal)?.passed ?? 0;
}

/** A signal that ends with the given one, and under which both are asked. */
export function askingToo(signal: AbortSignal, may: () => boolean): AbortSignal {
  const own = AbortSignal.any([signal]);
  askBefore(own, () => may() && mayLeave(signal));
  return own;
}
