import type { Clock } from '../core/clock.ts';
import type { Lease } from '../core/store.ts';
import { askBefore } from '../lib/last-look.ts';

/** A lease that is kept alive while its work goes on. */
export interface HeldLease {
  /** As it stands now; prolonged from time to time, so read it anew for each write. */
  readonly lease: Lease;
  /** Aborted when the lease could not be kept: somebody else may work on the row by now. */
  readonly lost: AbortSignal;
  /**
   * Whether nobody else can have the row at this moment, by what the store has confirmed. A process that was stopped for longer than its lease
   * finds this false before it has heard anything.
   */
  readonly isSure: boolean;
  /** The last write under the lease, which nobody waits for while he holds it: the lane's next claim travels with it. */
  leave(write: Promise<void>): void;
  /** What was left, once it is written. */
  readonly left: Promise<void>;
  release(): void;
}

export interface Leases {
  /** A fresh lease with a holder's name that was never used before. */
  next(): Lease;
  /** Whether a lease under this holder's name was made here. */
  isOurs(holder: string): boolean;
  /**
   * Prolongs a claimed row's lease until it is released.
   *
   * @param signal - What the work is done under: from now on no call to a vendor leaves under it while the lease is not sure.
   */
  keep(lease: Lease, renew: Renew, signal: AbortSignal): HeldLease;
  stop(): void;
}

type Renew = (lease: Lease) => Promise<void>;

const WRITTEN = Promise.resolve();

/**
 * Makes and prolongs leases.
 *
 * @param worker - Unique among all processes that ever work on the store.
 * @param leaseMs - How long a row stays ours without news from us; a third of it passes between two renewals.
 */
export function createLeases(worker: string, leaseMs: number, clock: Clock): Leases {
  const held = new Set<Held>();
  let counter = 0;
  // One timer for all: most work is over long before its lease needs care.
  const timer = setInterval(
    () => {
      const now = clock.now();
      for (const one of held) one.renewIfDue(now, leaseMs);
    },
    Math.max(10, leaseMs / 6),
  );
  timer.unref();

  return {
    next() {
      counter += 1;
      return { holder: `${worker}:${counter}`, until: clock.now() + leaseMs };
    },
    isOurs: (holder) => holder.startsWith(`${worker}:`),
    keep(first, renew, signal) {
      const one = new Held(first, renew, held, clock);
      askBefore(signal, () => one.isSure);
      return one;
    },
    stop: () => clearInterval(timer),
  };
}

class Held implements HeldLease {
  lease: Lease;
  left: Promise<void> = WRITTEN;
  readonly #lost = new AbortController();
  readonly #renew: Renew;
  readonly #all: Set<Held>;
  readonly #clock: Pick<Clock, 'now'>;
  #sureUntil: number;

  constructor(first: Lease, renew: Renew, all: Set<Held>, clock: Pick<Clock, 'now'>) {
    this.lease = first;
    this.#sureUntil = first.until;
    this.#renew = renew;
    this.#all = all;
    this.#clock = clock;
    all.add(this);
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  get isSure(): boolean {
    return this.#clock.now() < this.#sureUntil;
  }

  renewIfDue(now: number, leaseMs: number): void {
    if (this.lease.until - now > (leaseMs * 2) / 3) return;
    const lease = { holder: this.lease.holder, until: now + leaseMs };
    this.lease = lease;
    this.#renew(lease).then(
      () => {
        this.#sureUntil = lease.until;
      },
      (error: unknown) => this.#lost.abort(error),
    );
  }

  leave(write: Promise<void>): void {
    this.left = write;
    // Whoever goes on in the lane hears of a failure; until then it is no unhandled one.
    write.catch(() => undefined);
  }

  release(): void {
    this.#all.delete(this);
  }
}
