import { createDeliveries, type Deliveries } from '../deliveries.ts';
import type { DelivererParts } from './delivery-notes.ts';
import { overHttp } from './over-http.ts';
import type { Push, PushOutcome } from './push.ts';
import type { Ack } from './stream/frames.ts';
import { overStream } from './stream/over-stream.ts';

/** Brings messages, events and presses to the apps, again and again as the vendor does. */
export interface Deliverer extends Deliveries<Push, PushOutcome> {
  /** An ack came up some line of the app. */
  acked(app: string, ack: Ack): void;
}

export function createDeliverer(parts: DelivererParts): Deliverer {
  /** Who waits for the ack of a frame, by app and frame id. */
  const waiting = new Map<string, (ack: Ack) => void>();
  const deliveries = createDeliveries({
    faults: parts.faults,
    waits: parts.waits,
    about: ({ app, event }: Push) => ({ side: 'dingtalk', app: app.id, path: event }),
    run: (push) => (push.http === undefined ? overStream(parts, waiting, push) : overHttp(parts, push, push.http)),
    forge: parts.forge,
  });
  return {
    deliver: (push) => deliveries.deliver(push),
    get pending() {
      return deliveries.pending;
    },
    acked(app, ack) {
      const waiter = waiting.get(`${app} ${ack.messageId}`);
      if (waiter === undefined) parts.recorder.strayAck({ app, at: parts.clock.now(), frameId: ack.messageId });
      else waiter(ack);
    },
  };
}
