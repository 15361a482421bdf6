import type { Fault } from '../contract.ts';
import { faultsOfDeliveries } from '../faults.ts';
import type { DelivererParts } from './delivery-notes.ts';
import { overHttp } from './over-http.ts';
import type { Push, PushOutcome } from './push.ts';
import type { Ack } from './stream/frames.ts';
import { overStream } from './stream/over-stream.ts';

/** Brings messages, events and presses to the apps, again and again as the vendor does. */
export interface Deliverer {
  /** Starts at once; the promise never rejects. */
  deliver(push: Push): Promise<PushOutcome>;
  /** An ack came up some line of the app. */
  acked(app: string, ack: Ack): void;
  /** Pushes that still wait for an ack or for their next try. */
  readonly pending: number;
}

const REORDER_WAIT_MS = 2000;
const DEFAULT_LATE_MS = 2000;

export function createDeliverer(parts: DelivererParts): Deliverer {
  const { clock, waits } = parts;
  /** Who waits for the ack of a frame, by app and frame id. */
  const waiting = new Map<string, (ack: Ack) => void>();
  const held = new Map<string, () => void>();
  let pending = 0;

  const counted = async (work: () => Promise<PushOutcome>): Promise<PushOutcome> => {
    pending += 1;
    try {
      return await work();
    } finally {
      pending -= 1;
    }
  };

  const run = (push: Push): Promise<PushOutcome> =>
    push.http === undefined ? overStream(parts, waiting, push) : overHttp(parts, push, push.http);

  /** Lets the next push to the app go first. */
  const changePlaces = async (app: string): Promise<void> => {
    held.get(app)?.();
    await Promise.race([waits.pause(REORDER_WAIT_MS), new Promise<void>((resolve) => held.set(app, resolve))]);
    held.delete(app);
  };

  const withFault = async (push: Push, fault: Fault): Promise<PushOutcome> => {
    if (fault.kind === 'late') await waits.pause(fault.delayMs ?? DEFAULT_LATE_MS);
    if (fault.kind === 'reorder') await changePlaces(push.app.id);
    if (fault.kind === 'duplicate') void counted(() => run(push));
    if (fault.kind === 'forge') await parts.forge(push, fault);
    return run(push);
  };

  return {
    get pending() {
      return pending;
    },
    deliver(push) {
      const { id } = push.app;
      const fault = parts.faults.strike(faultsOfDeliveries, { side: 'dingtalk', app: id, path: push.event });
      if (fault !== undefined) return counted(() => withFault(push, fault));
      const delivered = counted(() => run(push));
      const release = held.get(id);
      if (release !== undefined) void delivered.finally(release);
      return delivered;
    },
    acked(app, ack) {
      const waiter = waiting.get(`${app} ${ack.messageId}`);
      if (waiter === undefined) parts.recorder.strayAck({ app, at: clock.now(), frameId: ack.messageId });
      else waiter(ack);
    },
  };
}
