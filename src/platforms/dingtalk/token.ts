import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { TOKEN_MARGIN_MS, TOKEN_PAUSE_MS } from './limits.ts';

export interface FetchedToken {
  readonly token: string;
  readonly lifeMs: number;
}

/**
 * One token of the app: fetched once for all who need it, again before its end or when it was refused. The new API and the old
 * one have a keeper each: whether one takes the other's token is not promised.
 *
 * @see https://open.dingtalk.com/document/development/obtain-the-access-token-of-an-internal-app
 */
export class TokenKeeper {
  readonly #fetch: () => Promise<FetchedToken>;
  readonly #clock: Clock;
  #held: { readonly token: string; readonly endsAt: number } | undefined;
  #fetching: Promise<string> | undefined;
  #refused: { readonly error: GatewayError; readonly until: number } | undefined;

  constructor(fetch: () => Promise<FetchedToken>, clock: Clock) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  async get(): Promise<string> {
    const now = this.#clock.now();
    if (this.#held && now < this.#held.endsAt) return this.#held.token;
    if (this.#refused && now < this.#refused.until) throw this.#refused.error;
    this.#fetching ??= this.#fetchNew().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  /** The vendor has refused this token: forget it, unless a newer one has come meanwhile. */
  drop(token: string): void {
    if (this.#held?.token === token) this.#held = undefined;
  }

  async #fetchNew(): Promise<string> {
    try {
      const { token, lifeMs } = await this.#fetch();
      // Very short lives still give some use.
      this.#held = { token, endsAt: this.#clock.now() + lifeMs - Math.min(TOKEN_MARGIN_MS, lifeMs / 10) };
      this.#refused = undefined;
      return token;
    } catch (error) {
      // The answer stays the same until somebody changes something.
      const final = error instanceof GatewayError && error.failure.retry === 'never';
      if (final) this.#refused = { error, until: this.#clock.now() + TOKEN_PAUSE_MS };
      throw error;
    }
  }
}
