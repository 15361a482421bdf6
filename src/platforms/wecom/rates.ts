import { ownLimitReached } from '../../core/call-failures.ts';
import type { Clock } from '../../core/clock.ts';
import type { SharedCount } from '../../core/shared-limits.ts';
import { RateLimiter, type RateWindow } from '../../lib/rate-limiter.ts';
import { Recent } from '../../lib/recent.ts';
import { type Turn, takeTurns as takeAll } from '../../lib/take-turns.ts';

/** A window of the vendor's, a little longer: it counts calls when they arrive, we when they leave. */
export function windowOf(limit: number, windowMs: number): RateWindow {
  return { limit, windowMs: windowMs * 1.05 };
}

const HOUR_MS = 3_600_000;
const MAX_SUBJECTS = 5_000;

/** Limits that hold for each member, chat or webhook by itself. */
export class SubjectRates {
  readonly #windows: readonly RateWindow[];
  readonly #clock: Clock;
  readonly #together: ((subject: string) => SharedCount | undefined) | undefined;
  readonly #limiters: Recent<string, RateLimiter>;

  /** @param together - Counts with other processes, by the subject. */
  constructor(windows: readonly RateWindow[], clock: Clock, together?: (subject: string) => SharedCount | undefined) {
    this.#windows = windows;
    this.#clock = clock;
    this.#together = together;
    // Whoever has been quiet for longer than the longest window starts anew anyway.
    this.#limiters = new Recent({
      max: MAX_SUBJECTS,
      ttl: 2 * HOUR_MS,
      updateAgeOnGet: true,
      perf: { now: () => clock.now() },
    });
  }

  of(subject: string): RateLimiter {
    let limiter = this.#limiters.get(subject);
    if (!limiter) {
      limiter = new RateLimiter(this.#windows, this.#clock, this.#together?.(subject));
      this.#limiters.set(subject, limiter);
    }
    return limiter;
  }
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
