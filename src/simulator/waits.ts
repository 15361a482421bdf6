import { after, type SimClock } from './clock.ts';

/** Waits that can be ended together, and that pass as fast as the vendor's time does. */
export interface Waits {
  /** Grows when everything is given up. */
  readonly era: number;
  /** Resolves after the wait, or at once when everything is given up. */
  pause(ms: number): Promise<void>;
  /** The same by the vendor's time, which may pass faster than ours and change its pace; `until` ends it early. */
  vendorPause(ms: number, until?: Promise<unknown>, told?: (nextAt: number) => void): Promise<void>;
  speedChanged(): void;
  giveUp(): void;
}

export function createWaits(clock: SimClock, speedNow: () => number): Waits {
  const wakeups = new Set<() => void>();
  const bySpeed = new Set<() => void>();
  let era = 0;

  const pause = (ms: number, until?: Promise<unknown>, group?: Set<() => void>): Promise<void> =>
    new Promise((resolve) => {
      const disarm = after(clock, ms, () => wake());
      const wake = (): void => {
        disarm();
        wakeups.delete(wake);
        group?.delete(wake);
        resolve();
      };
      wakeups.add(wake);
      group?.add(wake);
      void until?.then(wake);
    });

  return {
    get era() {
      return era;
    },
    pause: (ms) => pause(ms),
    async vendorPause(ms, until, told) {
      const bornIn = era;
      let isOver = false;
      void until?.then(() => {
        isOver = true;
      });
      for (let left = ms; left >= 1 && era === bornIn && !isOver; ) {
        const speed = speedNow();
        const from = clock.now();
        told?.(from + left / speed);
        await pause(left / speed, until, bySpeed);
        left -= (clock.now() - from) * speed;
      }
    },
    speedChanged() {
      for (const wake of bySpeed) wake();
    },
    giveUp() {
      era += 1;
      for (const wake of wakeups) wake();
    },
  };
}
