import type { Priority, RateLimiter } from './rate-limiter.ts';

/** What a call may wait for its turn; when it would be longer, the caller is told to come back. */
const MAX_WAIT_MS: Readonly<Record<Priority, number>> = { final: 10_000, update: 2_000, decoration: 0 };

export interface Turn {
  readonly priority: Priority;
  readonly signal: AbortSignal;
}

/**
 * Waits for the turn of one call that counts against several limits. None is touched unless all have room.
 *
 * @param tooLong - What a caller is told who would wait too long, by the milliseconds until all have room.
 * @param leastMs - A wait that is known without the limits; default 0.
 * @throws What `tooLong` makes.
 */
export async function takeTurns(
  limiters: readonly RateLimiter[],
  { priority, signal }: Turn,
  tooLong: (retryAfterMs: number) => Error,
  leastMs = 0,
): Promise<void> {
  const wait = limiters.reduce((longest, limiter) => Math.max(longest, limiter.waitMs(priority)), leastMs);
  if (wait > MAX_WAIT_MS[priority]) throw tooLong(Math.ceil(wait));
  await Promise.all(limiters.map((limiter) => limiter.acquire(priority, signal)));
}
