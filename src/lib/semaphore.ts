/** A place among the few that may work at once; give it back exactly once (again does nothing). */
export type Release = () => void;

export interface Semaphore {
  /**
   * Waits in line for a place.
   * @param onPosition - Told the place in line, from 1, at first and whenever it moves; not called when there is room.
   * @param share - Whose turn it is: those of different shares are served by turns, however many each of them has in line.
   */
  acquire(signal: AbortSignal, onPosition?: (position: number) => void, share?: string): Promise<Release>;
  readonly active: number;
  readonly waiting: number;
}

/** Places that several processes have together: whoever has one here needs one there as well. */
export interface SharedRoom {
  take(signal: AbortSignal, onPosition?: (position: number) => void): Promise<Release>;
}

interface Waiter {
  /** In which round it is served: one of each share in each. */
  readonly round: number;
  start(): void;
  moved(position: number): void;
}

/**
 * Lets `limit` at a time work: first come first served within a share, and the shares by turns.
 *
 * @param together - Where the limit holds for several processes together.
 */
export function createSemaphore(limit: number, together?: SharedRoom): Semaphore {
  /** In the order in which they will be served. */
  const line: Waiter[] = [];
  /** The last round of each share; those that are behind the present round count as new. */
  const rounds = new Map<string, number>();
  let round = 0;
  let active = 0;

  function release(): void {
    active -= 1;
    const next = line.shift();
    if (!next) return;
    round = next.round;
    next.start();
    tellPlaces();
  }

  function tellPlaces(from = 0): void {
    for (let index = from; index < line.length; index += 1) line[index]?.moved(index + 1);
  }

  function take(): Release {
    active += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      release();
    };
  }

  function roundOf(share: string): number {
    if (rounds.size > 2 * line.length + 16) forgetOld();
    const last = rounds.get(share);
    const mine = last === undefined ? round : Math.max(round, last + 1);
    rounds.set(share, mine);
    return mine;
  }

  function forgetOld(): void {
    for (const [share, last] of rounds) if (last < round) rounds.delete(share);
  }

  function stand(waiter: Waiter): number {
    const behind = line.findIndex((other) => other.round > waiter.round);
    const index = behind === -1 ? line.length : behind;
    line.splice(index, 0, waiter);
    return index;
  }

  function wait(signal: AbortSignal, share: string, onPosition?: (position: number) => void): Promise<Release> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        round: roundOf(share),
        start() {
          signal.removeEventListener('abort', leave);
          resolve(take());
        },
        moved: (position) => onPosition?.(position),
      };
      function leave(): void {
        const index = line.indexOf(waiter);
        line.splice(index, 1);
        tellPlaces(index);
        reject(signal.reason as Error);
      }
      signal.addEventListener('abort', leave, { once: true });
      tellPlaces(stand(waiter));
    });
  }

  return {
    async acquire(signal, onPosition, share = '') {
      signal.throwIfAborted();
      const release = active < limit ? take() : await wait(signal, share, onPosition);
      return together ? both(release, together, signal, onPosition) : release;
    },
    get active() {
      return active;
    },
    get waiting() {
      return line.length;
    },
  };
}

/** A place here and one among all; both are given back together. */
async function both(
  own: Release,
  together: SharedRoom,
  signal: AbortSignal,
  onPosition?: (position: number) => void,
): Promise<Release> {
  try {
    const shared = await together.take(signal, onPosition);
    return () => {
      shared();
      own();
    };
  } catch (error) {
    own();
    throw error;
  }
}
