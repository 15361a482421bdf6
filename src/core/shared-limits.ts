/** So many calls within any so many milliseconds. */
export interface SharedWindow {
  readonly limit: number;
  readonly windowMs: number;
}

/** Windows that all processes of this gateway count in together. */
export interface SharedCount {
  /**
   * Counts a call where every window has room for it.
   * @returns 0 when it is counted, else in how many milliseconds there may be room; undefined while nobody can be asked.
   */
  take(windows: readonly SharedWindow[]): Promise<number | undefined>;
  /** Lets nobody through for so long: the vendor has refused a call. Never throws, never waits. */
  close(ms: number): void;
  /** How many processes divide the windows among them while nobody can be asked; at least 1. */
  readonly sharers: number;
}

/** Places for work that all processes of this gateway have together. */
export interface SharedPlaces {
  /**
   * Waits for a place; it is given back by what is answered, and when the process dies. Rejects with the signal's reason.
   * @param onPosition - Told the place in this process's line while there is no room.
   */
  take(signal: AbortSignal, onPosition?: (position: number) => void): Promise<() => void>;
}

/** What vendors and agents limit for all processes together. */
export interface SharedLimits {
  /** @param name - Of what is limited, the same in every process. */
  count(name: string): SharedCount;
  places(name: string, limit: number): SharedPlaces;
}
