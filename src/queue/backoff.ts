import type { GatewayError } from '../core/errors.ts';

const FIRST_MS = 500;
const LONGEST_MS = 5 * 60_000;

/**
 * How long to wait before trying again: doubling from 0.5 s to 5 min, spread over half of that so that many failures of one moment do
 * not come back in one moment; never shorter than the vendor asked for.
 *
 * @param attempts - Tries so far, at least 1.
 * @param random - A number in [0, 1).
 * @returns Milliseconds.
 */
export function backoffMs(attempts: number, random: number, retryAfterMs = 0): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1));
  return Math.max(retryAfterMs, Math.round(full / 2 + (full / 2) * random));
}

/**
 * When to try again after a failure, or undefined when trying again is of no use.
 *
 * A vendor that throttles is no reason to give up: it has told us to come back.
 */
export function retryAt(
  error: GatewayError,
  attempts: number,
  maxAttempts: number,
  now: number,
  random: number,
): number | undefined {
  if (error.failure.retry === 'never') return undefined;
  const patience = error.failure.retry === 'when-told' ? maxAttempts * 4 : maxAttempts;
  if (attempts >= patience) return undefined;
  return now + backoffMs(attempts, random, error.retryAfterMs);
}
