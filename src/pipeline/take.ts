import type { Accepted, Claimed, Lease, NewInboxRow } from '../core/store.ts';
import type { PipelineParts } from './parts.ts';

/** An event on its way into the store, and what is done once it is there. */
export interface Incoming {
  readonly row: NewInboxRow;
  /** @param accepted - Undefined where it could not be stored. */
  settle(accepted: Accepted | undefined): void;
}

/**
 * Begins the event's lane where this process can do so at once, and has the event taken while it is stored: no claim of its own. The lane has
 * begun before the event is there, so that whoever stores something behind it and finds it held is heard (`held-lane.ts`).
 */
export function takeIn(row: NewInboxRow, now: number, parts: PipelineParts): Incoming {
  const { lane } = row;
  const first = parts.begin(lane, () => awaited(parts.leases.next()));
  if (!first) return { row, settle: (accepted) => accepted && parts.wake(lane) };
  return {
    row: { ...row, lease: first.lease },
    settle: (accepted) => first.settle(accepted?.taken ? asClaimed(row, accepted, now) : undefined),
  };
}

/** What a lane begins with, of which nobody knows yet whether it will be taken. */
function awaited(lease: Lease) {
  const { promise: claimed, resolve: settle } = Promise.withResolvers<Claimed | undefined>();
  return { lease, claimed, settle };
}

/** As a claim would have read it: nothing else is in the lane, and what comes later wakes it. */
function asClaimed({ channel, lane, event }: NewInboxRow, { seq }: Accepted, now: number): Claimed {
  return { box: 'inbox', row: { seq, channel, lane, event, receivedAt: now, attempts: 1 }, alone: true };
}
