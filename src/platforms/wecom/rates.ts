import { ownLimitReached } from '../../core/call-failures.ts';
import type { Clock } from '../../core/clock.ts';
import type { SharedCount } from '../../core/shared-limits.ts';
import type { RateLimiter, RateWindow } from '../../lib/rate-limiter.ts';
import { RateLimiters } from '../../lib/rate-limiters.ts';
import { Recent } from '../../lib/recent.ts';
import { type Turn, takeTurns as takeAll } from '../../lib/take-turns.ts';

const HOUR_MS = 3_600_000;
const MAX_SUBJECTS = 5_000;

/** Limits that hold for each chat or webhook by itself. @param together - Counts with other processes, by the subject. */
export function subjectRates(
  windows: readonly RateWindow[],
  clock: Clock,
  together: (subject: string) => SharedCount | undefined,
): RateLimiters {
  // Whoever has been quiet for longer than the longest window starts anew anyway.
  const known = new Recent<string, RateLimiter>({
    max: MAX_SUBJECTS,
    ttl: 2 * HOUR_MS,
    updateAgeOnGet: true,
    perf: { now: () => clock.now() },
  });
  return new RateLimiters({ windows, clock, together, known });
}

interface NamedTurn extends Turn {
  readonly api: string;
}

/**
 * Waits for a call's turn.
 *
 * @throws {GatewayError} `platform_throttled` with the time to wait, when that is long.
 */
export async function takeTurn(limiter: RateLimiter, call: NamedTurn): Promise<void> {
  await takeTurns([limiter], call);
}

/**
 * Waits for the turn of one call that counts against several limits. None is touched unless all have room.
 *
 * @throws {GatewayError} `platform_throttled` with the time until all have room, when that is long.
 */
export function takeTurns(limiters: readonly RateLimiter[], call: NamedTurn): Promise<void> {
  return takeAll(limiters, call, (ms) => ownLimitReached(call.api, ms));
}
