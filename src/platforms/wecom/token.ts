import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { TOKEN_MARGIN_MS, TOKEN_PAUSE_MS } from './limits.ts';

export interface FetchedToken {
  readonly token: string;
  readonly lifeMs: number;
}

/**
 * The access_token of one secret: fetched once for all who need it, again when it is about to end or was refused.
 *
 * Until its end the vendor hands out the same token again, so asking for a new one early is of no use. After a refusal nobody
 * asks for a while: an address that repeats a wrong secret is locked out for an hour.
 *
 * @see https://developer.work.weixin.qq.com/document/path/91039
 */
export class TokenKeeper {
  readonly #fetch: () => Promise<FetchedToken>;
  readonly #clock: Clock;
  #held: { readonly token: string; readonly endsAt: number } | undefined;
  #fetching: Promise<string> | undefined;
  #refused: { readonly error: unknown; readonly until: number } | undefined;

  constructor(fetch: () => Promise<FetchedToken>, clock: Clock) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  async get(): Promise<string> {
    if (this.#held && this.#clock.now() < this.#held.endsAt) return this.#held.token;
    if (this.#refused && this.#clock.now() < this.#refused.until) throw this.#refused.error;
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
      // A deployment with very short lives still gets some use out of each.
      this.#held = { token, endsAt: this.#clock.now() + lifeMs - Math.min(TOKEN_MARGIN_MS, lifeMs / 10) };
      this.#refused = undefined;
      return token;
    } catch (error) {
      if (isFinal(error)) this.#refused = { error, until: this.#clock.now() + TOKEN_PAUSE_MS };
      throw error;
    }
  }
}

/** The answer will be the same until somebody changes something. */
function isFinal(error: unknown): boolean {
  return error instanceof GatewayError && error.failure.retry === 'never';
}
