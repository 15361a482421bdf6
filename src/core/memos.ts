/**
 * What an adapter must still know after a restart: small texts by names of its own. Those of other channels are out of its reach.
 */
export interface Memos {
  read(name: string): Promise<string | undefined>;
  /**
   * Writes a memo, unless somebody else did since it was read.
   *
   * @param before - What was read; undefined where there was none.
   * @param keepUntil - Epoch milliseconds; some time afterwards it is forgotten.
   * @returns Whether it was as `before` says, and now is `after`.
   */
  swap(name: string, before: string | undefined, after: string, keepUntil: number): Promise<boolean>;
}

/** Memos that end with the process, for where there is no store (`posthouse check`) and for tests. */
export function memosInMemory(): Memos {
  const memos = new Map<string, string>();
  return {
    read: (name) => Promise.resolve(memos.get(name)),
    swap(name, before, after) {
      if (memos.get(name) !== before) return Promise.resolve(false);
      memos.set(name, after);
      return Promise.resolve(true);
    },
  };
}
