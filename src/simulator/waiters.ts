/** Who waits for something to happen, and is asked again after each change. */
export interface Waiters {
  /** Something has changed; `place` asks also those who wait for changes of that place alone. */
  tell(place?: string): void;
  /**
   * Waits until `find` gives something.
   * @param place - Only changes of this place are of interest; undefined: all changes.
   * @param timeoutMs - By the machine's clock.
   * @throws {Error} When the time is up.
   */
  wait<T>(place: string | undefined, find: () => T | undefined | false, timeoutMs: number): Promise<T>;
}

export function createWaiters(): Waiters {
  const looks = new Map<string | undefined, Set<() => void>>();
  return {
    tell(place) {
      if (looks.size === 0) return;
      for (const look of looks.get(undefined) ?? []) look();
      if (place !== undefined) for (const look of looks.get(place) ?? []) look();
    },
    wait: (place, find, timeoutMs) =>
      new Promise((resolve, reject) => {
        const group = looks.get(place) ?? new Set<() => void>();
        const end = (): void => {
          clearTimeout(timer);
          group.delete(look);
          if (group.size === 0) looks.delete(place);
        };
        const look = (): void => {
          const found = find();
          if (found === undefined || found === false) return;
          end();
          resolve(found);
        };
        const timer = setTimeout(() => {
          end();
          reject(new Error(`what was waited for did not happen in ${timeoutMs} ms`));
        }, timeoutMs);
        group.add(look);
        looks.set(place, group);
        look();
      }),
  };
}
