import type { SimClock } from '../clock.ts';
import type { DeliveryMark, ForgeVariant } from '../contract.ts';
import { markDelivery } from '../deliveries.ts';
import type { FaultTable } from '../faults.ts';
import type { Outgoing } from '../outgoing.ts';
import type { RecordedTry } from '../record.ts';
import type { Waits } from '../waits.ts';
import type { WireLog } from '../wire.ts';
import type { DingtalkLimits } from './limits.ts';
import type { DingtalkMessage } from './model.ts';
import type { DingtalkRules } from './options.ts';
import type { Push } from './push.ts';
import type { Recorder } from './record.ts';
import type { StreamHub } from './stream/hub.ts';

/** What it takes to bring something to an app. */
export interface DelivererParts {
  readonly clock: SimClock;
  readonly limits: DingtalkLimits;
  readonly rules: DingtalkRules;
  readonly hub: StreamHub;
  readonly line: Outgoing;
  readonly wire: WireLog;
  readonly faults: FaultTable;
  readonly recorder: Recorder;
  readonly waits: Waits;
  readonly marked: (message: DingtalkMessage) => void;
  /** A forged delivery goes before the real one. */
  readonly forge: (push: Push, variant: ForgeVariant) => Promise<unknown>;
}

/** One try, as the record has it. */
type Tried = Omit<RecordedTry, 'messageId' | 'chatId'> & { readonly frameId: string };

export function note({ recorder }: DelivererParts, { app, event, message, http }: Push, tried: Tried): void {
  recorder.delivered({
    app: app.id,
    via: http === undefined ? 'stream' : 'webhook',
    event,
    ...(message && { messageId: message.id, chatId: message.chat.id }),
    ...tried,
  });
}

/** Writes on the message how its delivery goes, for the page. */
export function mark(parts: DelivererParts, { kind, message }: Push, now: DeliveryMark): void {
  if (message === undefined || kind !== 'message') return;
  if (markDelivery(message, now)) parts.marked(message);
}
