import type { SimClock } from '../clock.ts';
import type { DeliveryMark, Words } from '../contract.ts';
import { climb, createDeliveries, type Deliveries, markDelivery, type Tried } from '../deliveries.ts';
import type { FaultTable } from '../faults.ts';
import { endPush, type Outgoing, type OutgoingAnswer } from '../outgoing.ts';
import type { Waits } from '../waits.ts';
import type { WireLine, WireLog } from '../wire.ts';
import type { Receiver } from './apps.ts';
import { forge } from './forge.ts';
import type { WecomLimits } from './limits.ts';
import { LINE_FAILURES, type Packing, SEAL_EXPLANATION, type SealedRequest, seal } from './line.ts';
import type { WecomMessage } from './model.ts';
import type { Recorder } from './record.ts';
import { readReply } from './reply.ts';

/** One thing to be told to a callback address. */
export interface Callback {
  readonly receiver: Receiver;
  /** For the record and the faults: `text`, `event click`, `stream`, … */
  readonly event: string;
  readonly plain: string;
  readonly packing: Packing;
  readonly message?: WecomMessage | undefined;
  /** Whether its delivery is written on the message; polls and signals are not. */
  readonly marks?: boolean;
  /** Tries in all; default the vendor's three. */
  readonly tries?: number;
  /** Reads what stood in the response of the try that was acknowledged; undefined when it said nothing. */
  readonly answered?: (reply: string | undefined) => void;
}

/** How the delivery of one callback ended. */
export type CallbackOutcome = Tried;

/** Brings callbacks to their addresses, up to three times, and reads what they answer. */
export interface Deliverer extends Deliveries<Callback, CallbackOutcome> {
  /** The last callback to this receiver, as it went over the line. */
  last(receiver: string): SealedRequest | undefined;
}

export interface DelivererParts {
  readonly clock: SimClock;
  readonly limits: WecomLimits;
  readonly line: Outgoing;
  readonly waits: Waits;
  readonly wire: WireLog;
  readonly faults: FaultTable;
  readonly recorder: Recorder;
  readonly rules: DeliveryRules;
  readonly marked: (message: WecomMessage) => void;
}

export interface DeliveryRules {
  /** What makes the vendor try again: every answer but 200 (D:90238), or only a line that failed (D:90930). */
  readonly retryOn: 'not-200' | 'no-answer';
  /** Whether a further try is signed anew; undocumented. */
  readonly freshNonce: boolean;
}

export function createDeliverer(parts: DelivererParts): Deliverer {
  const { clock, line, wire } = parts;
  const last = new Map<string, SealedRequest>();
  const deliveries = createDeliveries({
    faults: parts.faults,
    waits: parts.waits,
    about: ({ receiver, event }: Callback) => ({ side: 'wecom', app: receiver.id, path: event }),
    run: (callback) => bring(parts, callback, last),
    forge: ({ receiver, plain, packing }, variant) =>
      forge({ clock, line, wire, last: last.get(receiver.id) }, receiver, { variant, plain, packing }),
  });
  return {
    deliver: (callback) => deliveries.deliver(callback),
    last: (receiver) => last.get(receiver),
    get pending() {
      return deliveries.pending;
    },
  };
}

/** One try: how it ended, what was answered, and to what. */
interface Attempt extends Tried {
  readonly answer: OutgoingAnswer;
  readonly sealed: SealedRequest;
}

async function bring(
  parts: DelivererParts,
  callback: Callback,
  last: Map<string, SealedRequest>,
): Promise<CallbackOutcome> {
  const { clock, limits, rules } = parts;
  const { receiver, plain, packing, tries } = callback;
  let request: SealedRequest | undefined;
  const sealedRequest = (): SealedRequest => {
    if (request === undefined || rules.freshNonce) {
      request = seal(receiver, plain, packing, { now: clock.now() });
      last.set(receiver.id, request);
    }
    return request;
  };
  const { answer, sealed, ...outcome } = await climb<Attempt>({
    waits: parts.waits,
    pausesMs: tries === undefined ? limits.redeliverAfterMs : limits.redeliverAfterMs.slice(0, tries - 1),
    attempt: (attempt) => attemptOnce(parts, callback, sealedRequest(), attempt),
    isFinal: (tried) => tried.answer.ok && rules.retryOn === 'no-answer',
    mark: (now) => mark(parts, callback, { app: receiver.id, ...now }),
  });
  if (outcome.ok && answer.ok) callback.answered?.(replyIn(parts, callback, sealed, answer.body));
  return outcome;
}

async function attemptOnce(
  parts: DelivererParts,
  callback: Callback,
  sealed: SealedRequest,
  attempt: number,
): Promise<Attempt> {
  const { clock, limits, recorder } = parts;
  const { receiver, message } = callback;
  const sentAt = clock.now();
  const entry = beginCallback(parts.wire, callback, sealed, attempt);
  const hasAddress = receiver.webhookUrl !== undefined && receiver.webhookUrl !== '';
  const request = { headers: { 'content-type': sealed.contentType }, body: sealed.body };
  const answer = await parts.line.post(hasAddress ? sealed.url : undefined, request, limits.ackMs);
  const ackMs = clock.now() - sentAt;
  endPush(entry, answer, LINE_FAILURES);
  const status = answer.ok ? answer.status : 0;
  recorder.delivered({
    receiver: receiver.id,
    via: 'webhook',
    event: callback.event,
    ...(message === undefined ? {} : { messageId: message.id, chatId: message.chat.id }),
    attempt,
    sentAt,
    ackMs,
    status,
    ok: status === 200,
    ...(answer.ok ? {} : { failed: answer.failed }),
  });
  return { ok: status === 200, attempts: attempt, status, ackMs, answer, sealed };
}

function replyIn(parts: DelivererParts, { receiver, packing }: Callback, asked: SealedRequest, body: string) {
  try {
    return readReply(receiver, packing.as, asked, body);
  } catch (error) {
    parts.recorder.badReply({ receiver: receiver.id, why: error instanceof Error ? error.message : 'unreadable' });
    return undefined;
  }
}

function beginCallback(
  wire: WireLog,
  { receiver, event, plain, message }: Callback,
  sealed: SealedRequest,
  tries: number,
): WireLine | undefined {
  return wire.begin(() => ({
    side: 'wecom',
    app: receiver.id,
    direction: 'out',
    transport: 'http',
    method: 'POST',
    path: pathOf(sealed.url),
    title: titleOf(event, tries),
    headers: { 'content-type': sealed.contentType },
    body: sealed.body,
    plain,
    message: message?.id,
    explanation: SEAL_EXPLANATION,
  }));
}

export function titleOf(event: string, tries = 1): Words {
  if (tries === 1) return { zh: `回调 ${event}`, en: `callback ${event}` };
  return { zh: `回调 ${event}，第 ${tries} 次`, en: `callback ${event}, try ${tries}` };
}

function pathOf(url: string): string {
  if (!URL.canParse(url)) return '(no address)';
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function mark(parts: DelivererParts, { message, marks }: Callback, now: DeliveryMark): void {
  if (message === undefined || marks === false) return;
  if (markDelivery(message, now)) parts.marked(message);
}
