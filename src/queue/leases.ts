import type { Clock } from '../core/clock.ts';
import type { Lease } from '../core/store.ts';

/** A lease that is kept alive while its work goes on. */
export interface HeldLease {
  /** As it stands now; prolonged from time to time, so read it anew for each write. */
  readonly lease: Lease;
  /** Aborted when the lease could not be kept: somebody else may work on the row by now. */
  readonly lost: AbortSignal;
  /** The last write under the lease, which nobody waits for while he holds it: the lane's next claim travels with it. */
  leave(write: Promise<void>): void;
  /** What was left, once it is written. */
  readonly left: Promise<void>;
  release(): void;
}

export interface Leases {
  /** A fresh lease with a holder's name that was never used before. */
  next(): Lease;
  /** Prolongs a claimed row's lease until it is released. */
  keep(lease: Lease, renew: (lease: Lease) => Promise<void>): HeldLease;
  stop(): void;
}

const WRITTEN = Promise.resolve();

/**
 * Makes and prolongs leases.
 *
 * @param worker - Unique among all processes that ever work on the store.
 * @param leaseMs - How long a row stays ours without news from us; a third of it passes between two renewals.
 */
export function createLeases(worker: string, leaseMs: number, clock: Clock): Leases {
  const held = new Set<{ renewIfDue(now: number): void }>();
  let counter = 0;
  // One timer for all: most work is over long before its lease needs care.
  const timer = setInterval(
    () => {
      const now = clock.now();
      for (const entry of held) entry.renewIfDue(now);
    },
    Math.max(10, leaseMs / 6),
  );
  timer.unref();

  return {
    next() {
      counter += 1;
      return { holder: `${worker}:${counter}`, until: clock.now() + leaseMs };
    },
    keep(first, renew) {
      const lost = new AbortController();
      let lease = first;
      const entry = {
        renewIfDue(now: number) {
          if (lease.until - now > (leaseMs * 2) / 3) return;
          const longer = { holder: lease.holder, until: now + leaseMs };
          lease = longer;
          renew(longer).catch((error: unknown) => lost.abort(error));
        },
      };
      held.add(entry);
      let left: Promise<void> = WRITTEN;
      return {
        get lease() {
          return lease;
        },
        lost: lost.signal,
        leave(write) {
          left = write;
          // Whoever goes on in the lane hears of a failure; until then it is no unhandled one.
          write.catch(() => undefined);
        },
        get left() {
          return left;
        },
        release: () => void held.delete(entry),
      };
    },
    stop: () => clearInterval(timer),
  };
}
