/** A place among the few that may work at once; give it back exactly once (again does nothing). */
export type Release = () => void;

export interface Semaphore {
  /**
   * Waits in line for a place.
   * @param onPosition - Told the place in line, from 1, at first and whenever it moves; not called when there is room.
   */
  acquire(signal: AbortSignal, onPosition?: (position: number) => void): Promise<Release>;
  readonly active: number;
  readonly waiting: number;
}

interface Waiter {
  start(): void;
  moved(position: number): void;
}

/** Lets `limit` at a time work, first come first served. */
export function createSemaphore(limit: number): Semaphore {
  const line: Waiter[] = [];
  let active = 0;

  function release(): void {
    active -= 1;
    const next = line.shift();
    if (!next) return;
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

  function wait(signal: AbortSignal, onPosition?: (position: number) => void): Promise<Release> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
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
      line.push(waiter);
      onPosition?.(line.length);
    });
  }

  return {
    async acquire(signal, onPosition) {
      signal.throwIfAborted();
      return active < limit ? take() : wait(signal, onPosition);
    },
    get active() {
      return active;
    },
    get waiting() {
      return line.length;
    },
  };
}
