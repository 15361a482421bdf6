import type { Clock } from '../core/clock.ts';
import type { Lease } from '../core/store.ts';

/** A lease that is kept alive while its work goes on. */
export interface HeldLease {
  /** As it stands now; prolonged from time to time, so read it anew for each write. */
  readonly lease: Lease;
  /** Aborted when the lease could not be kept: somebody else may work on the row by now. */
  readonly lost: AbortSignal;
  release(): void;
}

export interface Leases {
  /** A fresh lease with a holder's name that was never used before. */
  next(): Lease;
  /** Prolongs a claimed row's lease until it is released. */
  keep(lease: Lease, renew: (lease: Lease) => Promise<void>): HeldLease;
  stop(): void;
}

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
      return {
        get lease() {
          return lease;
        },
        lost: lost.signal,
        release: () => void held.delete(entry),
      };
    },
    stop: () => clearInterval(timer),
  };
}
