import { randomInt } from 'node:crypto';
import type { Bus } from './bus.ts';
import type { SimClock } from './clock.ts';
import type { FarSide, Fault, FaultKind, NewFault } from './contract.ts';

/** What a fault is asked about: one call of the gateway, or one delivery to it. */
export interface Occasion {
  readonly side: FarSide;
  readonly app?: string | undefined;
  /** The call's path, or the event's type. */
  readonly path: string;
}

/** The faults that were ordered, and how often each has struck. */
export interface FaultTable {
  readonly list: readonly Fault[];
  add(fault: NewFault): Fault;
  remove(id: string): boolean;
  clear(): void;
  /** The first fault of one of these kinds that strikes here and now; it is counted. */
  strike(kinds: readonly FaultKind[], occasion: Occasion): Fault | undefined;
}

const CALL_FAULTS: readonly FaultKind[] = ['throttle', 'server-error', 'hang', 'drop', 'expired-token'];
const DELIVERY_FAULTS: readonly FaultKind[] = ['duplicate', 'late', 'reorder', 'forge'];
export const FAULT_KINDS: readonly FaultKind[] = [...CALL_FAULTS, 'refuse', ...DELIVERY_FAULTS];
export const faultsOfCalls = CALL_FAULTS;
export const faultsOfDeliveries = DELIVERY_FAULTS;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export function createFaults(clock: SimClock, bus: Bus): FaultTable {
  let faults: Writable<Fault>[] = [];
  let counter = 0;
  const changed = (): void => {
    if (bus.watched) bus.emit({ type: 'faults-changed', faults: [...faults] });
  };
  const isOver = (fault: Fault): boolean =>
    fault.left === 0 || (fault.until !== undefined && clock.now() >= fault.until);

  return {
    get list() {
      return faults.filter((fault) => !isOver(fault));
    },
    add(wanted) {
      const since = clock.now();
      counter += 1;
      const fault: Writable<Fault> = {
        ...wanted,
        id: `fault-${counter}`,
        since,
        hits: 0,
        ...(wanted.forMs === undefined ? {} : { until: since + wanted.forMs }),
        ...(wanted.count === undefined ? {} : { left: wanted.count }),
      };
      faults.push(fault);
      changed();
      return fault;
    },
    remove(id) {
      const before = faults.length;
      faults = faults.filter((fault) => fault.id !== id);
      if (faults.length !== before) changed();
      return faults.length !== before;
    },
    clear() {
      faults = [];
      changed();
    },
    strike(kinds, occasion) {
      if (faults.length === 0) return undefined;
      const fault = faults.find((one) => !isOver(one) && kinds.includes(one.kind) && fits(one, occasion) && drawn(one));
      if (fault === undefined) return undefined;
      fault.hits += 1;
      if (fault.left !== undefined) fault.left -= 1;
      faults = faults.filter((one) => !isOver(one));
      changed();
      return { ...fault };
    },
  };
}

function fits(fault: Fault, occasion: Occasion): boolean {
  return (
    (fault.side === undefined || fault.side === occasion.side) &&
    (fault.app === undefined || fault.app === occasion.app) &&
    (fault.path === undefined || occasion.path.includes(fault.path))
  );
}

function drawn(fault: Fault): boolean {
  const probability = fault.probability ?? 1;
  return probability >= 1 || randomInt(1_000_000) < probability * 1_000_000;
}
