import { after, type SimClock } from '../clock.ts';
import type { DeliveryMark, Fault, Words } from '../contract.ts';
import { type FaultTable, faultsOfDeliveries } from '../faults.ts';
import type { WireLine, WireLog } from '../wire.ts';
import type { Receiver } from './apps.ts';
import { forge } from './forge.ts';
import type { WecomLimits } from './limits.ts';
import {
  LINE_FAILURES,
  type Line,
  type LineAnswer,
  type Packing,
  SEAL_EXPLANATION,
  type SealedRequest,
  seal,
} from './line.ts';
import type { WecomMessage } from './model.ts';
import type { Recorder } from './record.ts';
import { readReply, type SealedReply } from './reply.ts';

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
export interface CallbackOutcome {
  /** Whether some try was acknowledged. */
  readonly ok: boolean;
  readonly attempts: number;
  /** HTTP status of the last try; 0 when none came. */
  readonly status: number;
  /** From sending to the answer, of the last try. */
  readonly ackMs: number;
}

/** Brings callbacks to their addresses, up to three times, and reads what they answer. */
export interface Deliverer {
  /** Starts at once; the promise never rejects. */
  deliver(callback: Callback): Promise<CallbackOutcome>;
  /** Resolves after the wait, or at once when everything ends. */
  pause(ms: number): Promise<void>;
  /** The last callback to this receiver, as it went over the line. */
  last(receiver: string): SealedRequest | undefined;
  /** Callbacks that still wait for an answer or for their next try. */
  readonly pending: number;
  /** Grows when everything pending is given up. */
  readonly era: number;
  /** Ends all waits; what is pending counts as given up. */
  giveUp(): void;
}

export interface DelivererParts {
  readonly clock: SimClock;
  readonly limits: WecomLimits;
  readonly line: Line;
  readonly wire: WireLog;
  readonly faults: FaultTable;
  readonly recorder: Recorder;
  readonly rules: DeliveryRules;
  readonly speed: () => number;
  readonly marked: (message: WecomMessage) => void;
}

export interface DeliveryRules {
  /** What makes the vendor try again: every answer but 200 (D:90238), or only a line that failed (D:90930). */
  readonly retryOn: 'not-200' | 'no-answer';
  /** Whether a further try is signed anew; undocumented. */
  readonly freshNonce: boolean;
}

const REORDER_WAIT_MS = 2000;
const DEFAULT_LATE_MS = 2000;

export function createDeliverer(parts: DelivererParts): Deliverer {
  const { clock, limits, rules } = parts;
  const wakeups = new Set<() => void>();
  const held = new Map<string, () => void>();
  const last = new Map<string, SealedRequest>();
  let era = 0;
  let pending = 0;

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const disarm = after(clock, ms, () => wake());
      const wake = (): void => {
        disarm();
        wakeups.delete(wake);
        resolve();
      };
      wakeups.add(wake);
    });

  const run = async (callback: Callback): Promise<CallbackOutcome> => {
    const bornIn = era;
    const { receiver } = callback;
    let sealed: SealedRequest | undefined;
    for (let tries = 1; ; tries += 1) {
      mark(parts, callback, { app: receiver.id, state: 'sending', attempts: tries });
      if (sealed === undefined || rules.freshNonce) {
        sealed = seal(receiver, callback.plain, callback.packing, { now: clock.now() });
        last.set(receiver.id, sealed);
      }
      const { answer, ackMs } = await attempt(parts, callback, sealed, tries);
      const status = answer.ok ? answer.status : 0;
      const outcome = { ok: status === 200, attempts: tries, status, ackMs };
      if (outcome.ok || (answer.ok && rules.retryOn === 'no-answer')) {
        mark(parts, callback, {
          app: receiver.id,
          state: outcome.ok ? 'acknowledged' : 'given-up',
          attempts: tries,
          ackMs,
        });
        if (answer.ok && outcome.ok) callback.answered?.(replyIn(parts, callback, sealed, answer.body));
        return outcome;
      }
      const waitMs =
        tries < (callback.tries ?? Number.POSITIVE_INFINITY) ? limits.redeliverAfterMs[tries - 1] : undefined;
      if (waitMs === undefined || era !== bornIn) {
        mark(parts, callback, { app: receiver.id, state: 'given-up', attempts: tries });
        return outcome;
      }
      const nextMs = waitMs / parts.speed();
      mark(parts, callback, { app: receiver.id, state: 'waiting', attempts: tries, nextAt: clock.now() + nextMs });
      await pause(nextMs);
      if (era !== bornIn) return outcome;
    }
  };

  const counted = async (work: () => Promise<CallbackOutcome>): Promise<CallbackOutcome> => {
    pending += 1;
    try {
      return await work();
    } finally {
      pending -= 1;
    }
  };

  /** Lets the next callback of the receiver go first. */
  const changePlaces = async (receiver: string): Promise<void> => {
    held.get(receiver)?.();
    await Promise.race([pause(REORDER_WAIT_MS), new Promise<void>((resolve) => held.set(receiver, resolve))]);
    held.delete(receiver);
  };

  const withFault = async (callback: Callback, fault: Fault): Promise<CallbackOutcome> => {
    if (fault.kind === 'late') await pause(fault.delayMs ?? DEFAULT_LATE_MS);
    if (fault.kind === 'reorder') await changePlaces(callback.receiver.id);
    if (fault.kind === 'duplicate') void counted(() => run(callback));
    if (fault.kind === 'forge') {
      const { receiver, plain, packing } = callback;
      const made = { variant: fault.variant ?? 'signature', plain, packing } as const;
      await forge({ clock, line: parts.line, wire: parts.wire, last: last.get(receiver.id) }, receiver, made);
    }
    return run(callback);
  };

  return {
    pause,
    last: (receiver) => last.get(receiver),
    get pending() {
      return pending;
    },
    get era() {
      return era;
    },
    deliver(callback) {
      const { id } = callback.receiver;
      const fault = parts.faults.strike(faultsOfDeliveries, { side: 'wecom', app: id, path: callback.event });
      if (fault !== undefined) return counted(() => withFault(callback, fault));
      const delivered = counted(() => run(callback));
      const release = held.get(id);
      if (release !== undefined) void delivered.finally(release);
      return delivered;
    },
    giveUp() {
      era += 1;
      for (const wake of wakeups) wake();
    },
  };
}

async function attempt(
  parts: DelivererParts,
  callback: Callback,
  sealed: SealedRequest,
  tries: number,
): Promise<{ answer: LineAnswer; ackMs: number }> {
  const { clock, limits, recorder } = parts;
  const { receiver, message } = callback;
  const sentAt = clock.now();
  const entry = beginCallback(parts.wire, callback, sealed, tries);
  const answer: LineAnswer =
    receiver.webhookUrl === undefined || receiver.webhookUrl === ''
      ? { ok: false, failed: 'no-address' }
      : await parts.line.request('POST', sealed.url, limits.ackMs, { text: sealed.body, type: sealed.contentType });
  const ackMs = clock.now() - sentAt;
  endCallback(entry, answer);
  const status = answer.ok ? answer.status : 0;
  recorder.delivered({
    receiver: receiver.id,
    via: 'webhook',
    event: callback.event,
    ...(message === undefined ? {} : { messageId: message.id, chatId: message.chat.id }),
    attempt: tries,
    sentAt,
    ackMs,
    status,
    ok: status === 200,
    ...(answer.ok ? {} : { failed: answer.failed }),
  });
  return { answer, ackMs };
}

function replyIn(parts: DelivererParts, { receiver, packing }: Callback, asked: SealedReply, body: string) {
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

function endCallback(entry: WireLine | undefined, answer: LineAnswer): void {
  if (entry === undefined) return;
  if (!answer.ok) {
    const words = LINE_FAILURES[answer.failed];
    if (words !== undefined) entry.explain(words);
    return entry.end({ status: -1 });
  }
  entry.explain(
    answer.status === 200
      ? { zh: '对方在时限内应答 200：已确认。', en: 'Answered 200 in time: acknowledged.' }
      : { zh: `对方应答 ${answer.status}：没有确认。`, en: `Answered ${answer.status}: not acknowledged.` },
  );
  entry.end({ status: answer.status, headers: answer.headers, body: answer.body });
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

/** Writes on the message how its delivery goes, for the page. */
function mark(parts: DelivererParts, { message, marks }: Callback, now: DeliveryMark): void {
  if (message === undefined || marks === false) return;
  const before = message.delivery.find((one) => one.app === now.app);
  // A second delivery of a message that arrived does not make it "on its way" again.
  if (before?.state === 'acknowledged' && now.state !== 'acknowledged') return;
  message.delivery = [...message.delivery.filter((one) => one.app !== now.app), now];
  parts.marked(message);
}
