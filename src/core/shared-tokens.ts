/** A vendor's token as it was fetched. */
export interface FetchedToken {
  readonly token: string;
  readonly lifeMs: number;
}

export type FetchToken = () => Promise<FetchedToken>;

/** How a token is fetched where others may have one. */
export function fetchShared(
  tokens: SharedTokens | undefined,
  name: string,
  secret: string,
  fetch: FetchToken,
): FetchToken {
  return tokens ? tokens.through(name, secret, fetch) : fetch;
}

/** Tokens that several processes use: one of them fetches, the others take what it got. */
export interface SharedTokens {
  /**
   * Asks the others before the vendor. Whoever asks again wants another one than it was given last: that was refused, or is about to end.
   *
   * @param name - Unique among all tokens of all channels.
   * @param secret - What the token is fetched with; it is sealed with that while it is shared.
   */
  through(name: string, secret: string, fetch: FetchToken): FetchToken;
}
