import { type CountedTogether, type LimiterClock, RateLimiter, type RateWindow } from './rate-limiter.ts';

/** What keeps the limiters by their names. */
interface Known {
  get(name: string): RateLimiter | undefined;
  set(name: string, limiter: RateLimiter): unknown;
}

export interface RateLimitersOptions {
  readonly windows: readonly RateWindow[];
  readonly clock: LimiterClock;
  /** Where several processes count as one. */
  readonly together?: ((name: string) => CountedTogether | undefined) | undefined;
  /** Where names are without end, something that forgets; default a map. */
  readonly known?: Known;
}

/** A limit that holds for each API, chat or member by itself: a limiter for each name, made when it is first asked for. */
export class RateLimiters {
  readonly #options: RateLimitersOptions;
  readonly #known: Known;

  constructor(options: RateLimitersOptions) {
    this.#options = options;
    this.#known = options.known ?? new Map<string, RateLimiter>();
  }

  of(name: string): RateLimiter {
    const known = this.#known.get(name);
    if (known) return known;
    const { windows, clock, together } = this.#options;
    const made = new RateLimiter(windows, clock, together?.(name));
    this.#known.set(name, made);
    return made;
  }
}
