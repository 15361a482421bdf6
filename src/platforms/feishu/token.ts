import type { Clock } from '../../core/clock.ts';

export interface FetchedToken {
  readonly token: string;
  readonly lifeMs: number;
}

/**
 * The app's token: fetched once for all who need it, and again before it ends.
 *
 * The vendor hands out a new token when less than 30 minutes of the old one are left, and both work until their end. So
 * from ten minutes before the end a new one is fetched while the old one is used, and only in the last minute do callers
 * wait for it.
 *
 * @see https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
 */
export class TokenKeeper {
  readonly #fetch: () => Promise<FetchedToken>;
  readonly #clock: Clock;
  #held: { readonly token: string; readonly endsAt: number; readonly lifeMs: number } | undefined;
  #fetching: Promise<string> | undefined;
  #retryAt = 0;

  constructor(fetch: () => Promise<FetchedToken>, clock: Clock) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /** A token that works for a minute at least. */
  async get(): Promise<string> {
    const held = this.#held;
    if (!held) return this.#refresh();
    const left = held.endsAt - this.#clock.now();
    // A deployment with very short lives still gets some use out of each.
    if (left < Math.min(LAST_MINUTE_MS, held.lifeMs / 10)) return this.#refresh();
    if (left < Math.min(EARLY_MS, held.lifeMs / 5)) this.#refreshAside();
    return held.token;
  }

  /** The vendor has refused this token: forget it, unless a newer one has come meanwhile. */
  drop(token: string): void {
    if (this.#held?.token === token) this.#held = undefined;
  }

  #refreshAside(): void {
    const now = this.#clock.now();
    if (now < this.#retryAt) return;
    this.#retryAt = now + RETRY_ASIDE_MS;
    // The one we hold still works; whoever needs a new one will hear of the failure.
    this.#refresh().catch(() => undefined);
  }

  #refresh(): Promise<string> {
    this.#fetching ??= this.#fetchNew().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetchNew(): Promise<string> {
    const { token, lifeMs } = await this.#fetch();
    this.#held = { token, lifeMs, endsAt: this.#clock.now() + lifeMs };
    return token;
  }
}

const LAST_MINUTE_MS = 60_000;
const EARLY_MS = 10 * 60_000;
const RETRY_ASIDE_MS = 30_000;
