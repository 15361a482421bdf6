export interface FetchedToken {
  readonly token: string;
  readonly lifeMs: number;
}

export interface TokenRules {
  /** So long before its end a token is not used any more, in milliseconds; less where it lives for less than ten times as long. */
  readonly marginMs: number;
  /**
   * From so long before its end the next one is fetched while this one is still used; absent where the vendor hands out the same
   * token again until its end.
   */
  readonly earlyMs?: number;
  /** For so long nobody asks after a refusal that stays the same until somebody changes something; 0 for not at all. */
  readonly pauseMs?: number;
  readonly isFinal?: (error: unknown) => boolean;
}

interface Held extends FetchedToken {
  readonly endsAt: number;
}

/** One token that many use: fetched once for all who need it, again before it ends or when it was refused. */
export class TokenKeeper {
  readonly #fetch: () => Promise<FetchedToken>;
  readonly #clock: { now(): number };
  readonly #rules: TokenRules;
  #held: Held | undefined;
  #fetching: Promise<string> | undefined;
  #refused: { readonly error: unknown; readonly until: number } | undefined;
  #nextAsideAt = 0;

  constructor(fetch: () => Promise<FetchedToken>, clock: { now(): number }, rules: TokenRules) {
    this.#fetch = fetch;
    this.#clock = clock;
    this.#rules = rules;
  }

  async get(): Promise<string> {
    const { marginMs, earlyMs = 0 } = this.#rules;
    const now = this.#clock.now();
    const held = this.#held;
    const leftMs = held ? held.endsAt - now : 0;
    // A deployment with very short lives still gets some use out of each.
    if (!held || leftMs <= Math.min(marginMs, held.lifeMs / 10)) return this.#refresh(now);
    if (leftMs < Math.min(earlyMs, held.lifeMs / 5)) this.#refreshAside(now);
    return held.token;
  }

  /** Does something with the token; where that was refused for the token's sake, once more with a new one. */
  async use<T>(attempt: (token: string) => Promise<T>, isStale: (error: unknown) => boolean): Promise<T> {
    const token = await this.get();
    try {
      return await attempt(token);
    } catch (error) {
      if (!isStale(error)) throw error;
      this.drop(token);
      return attempt(await this.get());
    }
  }

  /** The vendor has refused this token: forget it, unless a newer one has come meanwhile. */
  drop(token: string): void {
    if (this.#held?.token === token) this.#held = undefined;
  }

  #refreshAside(now: number): void {
    if (now < this.#nextAsideAt) return;
    this.#nextAsideAt = now + RETRY_ASIDE_MS;
    // The one we hold still works; whoever needs a new one will hear of the failure.
    this.#refresh(now).catch(() => undefined);
  }

  async #refresh(now: number): Promise<string> {
    if (this.#refused && now < this.#refused.until) throw this.#refused.error;
    this.#fetching ??= this.#fetchNew().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetchNew(): Promise<string> {
    const { isFinal, pauseMs = 0 } = this.#rules;
    try {
      const fetched = await this.#fetch();
      this.#held = { ...fetched, endsAt: this.#clock.now() + fetched.lifeMs };
      this.#refused = undefined;
      return fetched.token;
    } catch (error) {
      if (isFinal?.(error)) this.#refused = { error, until: this.#clock.now() + pauseMs };
      throw error;
    }
  }
}

const RETRY_ASIDE_MS = 30_000;
