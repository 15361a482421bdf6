import type { DeliveryMark } from '../contract.ts';
import { climb, createDeliveries, markDelivery, type Tried } from '../deliveries.ts';
import type { FeishuApp } from './apps.ts';
import { envelope, type FeishuEvent, newEventId } from './events.ts';
import { forge } from './forge.ts';
import type { FeishuMessage } from './model.ts';
import { attempt, type Line } from './try-delivery.ts';

/** How the delivery of one event ended. */
export interface DeliveryOutcome extends Tried {
  readonly eventId: string;
}

/** Brings events to the apps, again and again as the vendor does, until they are acknowledged or given up. */
export interface Deliverer {
  /** Starts at once; the promise never rejects. */
  deliver(app: FeishuApp, event: FeishuEvent): Promise<DeliveryOutcome>;
  /** Events that still wait for an ack or for their next try. */
  readonly pending: number;
}

export interface DelivererParts extends Line {
  readonly marked: (message: FeishuMessage) => void;
}

interface Job {
  readonly app: FeishuApp;
  readonly event: FeishuEvent;
}

export function createDeliverer(parts: DelivererParts): Deliverer {
  const deliveries = createDeliveries({
    faults: parts.faults,
    waits: parts.waits,
    about: ({ app, event }: Job) => ({ side: 'feishu', app: app.id, path: event.type }),
    run: (job) => bring(parts, job),
    // The vendor may tell of one message under several event ids.
    again: ({ app, event }) => ({ app, event: { ...event, id: newEventId() } }),
    forge: ({ app, event }, variant) => forge(parts, app, { variant, like: event }),
  });
  return {
    deliver: (app, event) => deliveries.deliver({ app, event }),
    get pending() {
      return deliveries.pending;
    },
  };
}

async function bring(parts: DelivererParts, { app, event }: Job): Promise<DeliveryOutcome> {
  const plain = envelope(app, event);
  const outcome = await climb({
    waits: parts.waits,
    pausesMs: parts.limits.redeliverAfterMs,
    attempt: (tries) => attempt(parts, app, event, plain, tries),
    mark: (now) => mark(parts, event, { app: app.id, ...now }),
  });
  return { ...outcome, eventId: event.id };
}

function mark(parts: DelivererParts, { type, message }: FeishuEvent, now: DeliveryMark): void {
  if (message === undefined || type !== 'im.message.receive_v1') return;
  if (markDelivery(message, now)) parts.marked(message);
}
