import type { DeliveryMark, Fault, ForgeVariant } from './contract.ts';
import { type FaultTable, faultsOfDeliveries, type Occasion } from './faults.ts';
import type { Waits } from './waits.ts';

/** How a delivery ended. */
export interface Tried {
  /** Whether some try was acknowledged. */
  readonly ok: boolean;
  readonly attempts: number;
  /** HTTP status or code of the ack of the last try; 0 when none came. */
  readonly status: number;
  /** From sending to the answer, of the last try. */
  readonly ackMs: number;
}

/** What a platform brings to the gateway, while ordered faults strike it. */
export interface Deliveries<Job, Outcome> {
  /** Starts at once; the promise never rejects. */
  deliver(job: Job): Promise<Outcome>;
  /** What still waits for an ack or for its next try. */
  readonly pending: number;
}

export interface DeliveriesParts<Job, Outcome> {
  readonly faults: FaultTable;
  readonly waits: Waits;
  /** Whose delivery it is and of what, as faults ask for it; `app` tells who may change places with whom. */
  readonly about: (job: Job) => Occasion & { readonly app: string };
  /** The whole delivery, all its tries. */
  readonly run: (job: Job) => Promise<Outcome>;
  /** What the vendor delivers when it tells of one thing twice; default: the same. */
  readonly again?: (job: Job) => Job;
  /** Sends a forged one; the real one comes behind it. */
  readonly forge: (job: Job, variant: ForgeVariant) => Promise<unknown>;
}

/** Longest time a delivery is held back for the one behind it, when they are to change places. */
const REORDER_WAIT_MS = 2000;
export const DEFAULT_LATE_MS = 2000;

export function createDeliveries<Job, Outcome>(parts: DeliveriesParts<Job, Outcome>): Deliveries<Job, Outcome> {
  const { waits, about, again = (job: Job) => job } = parts;
  /** Lets go what is held back for the next one, by app. */
  const held = new Map<string, () => void>();
  let pending = 0;

  const run = (job: Job): Promise<Outcome> => counted(() => parts.run(job));
  const counted = async (work: () => Promise<Outcome>): Promise<Outcome> => {
    pending += 1;
    try {
      return await work();
    } finally {
      pending -= 1;
    }
  };

  /** Lets the next delivery of the app go first. */
  const changePlaces = async (app: string): Promise<void> => {
    held.get(app)?.();
    await Promise.race([waits.pause(REORDER_WAIT_MS), new Promise<void>((resolve) => held.set(app, resolve))]);
    held.delete(app);
  };

  const withFault = async (job: Job, fault: Fault): Promise<Outcome> => {
    if (fault.kind === 'late') await waits.pause(fault.delayMs ?? DEFAULT_LATE_MS);
    if (fault.kind === 'reorder') await changePlaces(about(job).app);
    if (fault.kind === 'duplicate') void run(again(job));
    if (fault.kind === 'forge') await parts.forge(job, fault.variant ?? 'signature');
    return parts.run(job);
  };

  return {
    get pending() {
      return pending;
    },
    deliver(job) {
      const occasion = about(job);
      const fault = parts.faults.strike(faultsOfDeliveries, occasion);
      if (fault !== undefined) return counted(() => withFault(job, fault));
      const delivered = run(job);
      const release = held.get(occasion.app);
      if (release !== undefined) void delivered.finally(release);
      return delivered;
    },
  };
}

export interface Ladder<Outcome extends Tried> {
  readonly waits: Waits;
  /** Before each further try, by the vendor's time. */
  readonly pausesMs: readonly number[];
  /** @param tries - From 1. */
  readonly attempt: (tries: number) => Promise<Outcome>;
  /** Whether the vendor leaves it at this outcome, although it is no ack; default: never. */
  readonly isFinal?: (outcome: Outcome) => boolean;
  /** Notes how it goes, for the page. */
  readonly mark: (mark: Omit<DeliveryMark, 'app'>) => void;
}

/** Tries again and again as the vendor does, until it is acknowledged or given up. */
export async function climb<Outcome extends Tried>(ladder: Ladder<Outcome>): Promise<Outcome> {
  const { waits, pausesMs, mark } = ladder;
  const bornIn = waits.era;
  for (let attempts = 1; ; attempts += 1) {
    mark({ state: 'sending', attempts });
    const outcome = await ladder.attempt(attempts);
    if (outcome.ok) {
      mark({ state: 'acknowledged', attempts, ackMs: outcome.ackMs });
      return outcome;
    }
    const pauseMs = ladder.isFinal?.(outcome) === true ? undefined : pausesMs[attempts - 1];
    if (pauseMs === undefined || waits.era !== bornIn) {
      mark({ state: 'given-up', attempts });
      return outcome;
    }
    await waits.vendorPause(pauseMs, undefined, (nextAt) => mark({ state: 'waiting', attempts, nextAt }));
    if (waits.era !== bornIn) return outcome;
  }
}

/** Writes on a message how its delivery goes, for the page. @returns Whether that was news. */
export function markDelivery(message: { delivery: readonly DeliveryMark[] }, now: DeliveryMark): boolean {
  const before = message.delivery.find((one) => one.app === now.app);
  // A second delivery of a message that arrived does not make it "on its way" again.
  if (before?.state === 'acknowledged' && now.state !== 'acknowledged') return false;
  message.delivery = [...message.delivery.filter((one) => one.app !== now.app), now];
  return true;
}
