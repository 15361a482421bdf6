import type { SimClock } from '../clock.ts';
import type { DeliveryMark, Fault } from '../contract.ts';
import { type FaultTable, faultsOfDeliveries } from '../faults.ts';
import type { WireLog } from '../wire.ts';
import type { DingtalkLimits } from './limits.ts';
import type { Line } from './line.ts';
import type { DingtalkMessage } from './model.ts';
import type { DingtalkRules } from './options.ts';
import type { Push, PushOutcome } from './push.ts';
import type { Recorder } from './record.ts';
import { type Ack, newFrameId } from './stream/frames.ts';
import type { StreamHub } from './stream/hub.ts';
import type { Waits } from './waits.ts';

/** Brings messages, events and presses to the apps, again and again as the vendor does. */
export interface Deliverer {
  /** Starts at once; the promise never rejects. */
  deliver(push: Push): Promise<PushOutcome>;
  /** An ack came up some line of the app. */
  acked(app: string, ack: Ack): void;
  /** Pushes that still wait for an ack or for their next try. */
  readonly pending: number;
}

export interface DelivererParts {
  readonly clock: SimClock;
  readonly limits: DingtalkLimits;
  readonly rules: DingtalkRules;
  readonly hub: StreamHub;
  readonly line: Line;
  readonly wire: WireLog;
  readonly faults: FaultTable;
  readonly recorder: Recorder;
  readonly waits: Waits;
  readonly marked: (message: DingtalkMessage) => void;
  /** A forged delivery goes before the real one. */
  readonly forge: (push: Push, fault: Fault) => Promise<void>;
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

/** How long each try waits for its ack. */
function patience({ limits }: DelivererParts, push: Push): readonly number[] {
  if (push.kind === 'press') return [limits.pressMs];
  if (push.kind === 'event') return [...limits.eventRedeliverAfterMs, limits.eventAckMs];
  return [...limits.redeliverAfterMs, limits.redeliverAfterMs.at(-1) ?? limits.eventAckMs];
}

async function overStream(
  parts: DelivererParts,
  waiting: Map<string, (ack: Ack) => void>,
  push: Push,
): Promise<PushOutcome> {
  const { clock, rules, waits } = parts;
  const { app, message } = push;
  const waitsMs = patience(parts, push);
  const bornIn = waits.era;
  const mine = new Set<string>();
  let frameId = newFrameId();
  let outcome: PushOutcome = { ok: false, attempts: 0, status: 0, ackMs: 0, answer: '' };
  let settle: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });

  for (const [index, waitMs] of waitsMs.entries()) {
    const attempt = index + 1;
    if (index > 0 && rules.freshFrameId) frameId = newFrameId();
    const sentAt = clock.now();
    const key = `${app.id} ${frameId}`;
    mine.add(key);
    let status = 0;
    waiting.set(key, (ack) => {
      status = ack.code;
      const ok = ack.code === 200 && !isLater(ack.data);
      outcome = { ok, attempts: outcome.attempts, status: ack.code, ackMs: clock.now() - sentAt, answer: ack.data };
      note(parts, push, { frameId: ack.messageId, attempt, sentAt, ok, status: ack.code, ackMs: outcome.ackMs });
      if (ok) settle();
    });
    mark(parts, push, { app: app.id, state: 'sending', attempts: attempt });
    const frame = { type: push.type, topic: push.topic, id: frameId, data: push.data, headers: push.headers ?? {} };
    const sent = parts.hub.push(app.id, frame, { event: push.event, ...(message && { message: message.id }) });
    outcome = { ...outcome, attempts: attempt };
    if (sent === undefined) {
      note(parts, push, { frameId, attempt, sentAt, ok: false, status: 0, ackMs: 0, failed: 'no-connection' });
      if (push.kind === 'press' || (index === 0 && rules.offline === 'lost')) break;
    }
    const isLast = attempt === waitsMs.length;
    const told = (nextAt: number): void => {
      if (!isLast) mark(parts, push, { app: app.id, state: 'sending', attempts: attempt, nextAt });
    };
    // A pressed button waits by our time: somebody looks at it.
    if (push.kind === 'press') await Promise.race([waits.pause(waitMs), done]);
    else await waits.vendorPause(waitMs, done, told);
    if (outcome.ok || waits.era !== bornIn) break;
    if (sent !== undefined && status === 0) {
      note(parts, push, {
        frameId,
        attempt,
        sentAt,
        ok: false,
        status: 0,
        ackMs: clock.now() - sentAt,
        failed: 'timeout',
      });
    }
  }
  for (const key of mine) waiting.delete(key);
  const { ok, attempts, ackMs } = outcome;
  mark(parts, push, { app: app.id, state: ok ? 'acknowledged' : 'given-up', attempts, ...(ok && { ackMs }) });
  return outcome;
}

/** An event's ack may ask for another try. */
function isLater(data: string): boolean {
  return /"status"\s*:\s*"LATER"/.test(data);
}

async function overHttp(parts: DelivererParts, push: Push, http: NonNullable<Push['http']>): Promise<PushOutcome> {
  const { limits, waits } = parts;
  const bornIn = waits.era;
  // Only events come again over HTTP.
  const pauses = push.kind === 'event' ? limits.eventRedeliverAfterMs : [];
  for (let attempt = 1; ; attempt += 1) {
    mark(parts, push, { app: push.app.id, state: 'sending', attempts: attempt });
    const outcome = await postOnce(parts, push, http, attempt);
    const pauseMs = outcome.ok ? undefined : pauses[attempt - 1];
    if (pauseMs === undefined) {
      const { ok, ackMs } = outcome;
      mark(parts, push, { app: push.app.id, state: ok ? 'acknowledged' : 'given-up', attempts: attempt, ackMs });
      return outcome;
    }
    await waits.vendorPause(pauseMs);
    if (waits.era !== bornIn) return outcome;
  }
}

async function postOnce(
  parts: DelivererParts,
  push: Push,
  { url, headers, accepts }: NonNullable<Push['http']>,
  attempt: number,
): Promise<PushOutcome> {
  const { clock, limits } = parts;
  const { app, message } = push;
  const sentAt = clock.now();
  const signed = headers();
  const entry = parts.wire.begin(() => ({
    side: 'dingtalk',
    app: app.id,
    direction: 'out',
    transport: 'http',
    method: 'POST',
    path: url ?? '',
    title: { zh: `推送 ${push.event}`, en: `push ${push.event}` },
    headers: signed,
    body: push.data,
    message: message?.id,
  }));
  const waitMs = push.kind === 'press' ? limits.pressMs : limits.httpAckMs;
  const answer =
    url === undefined || url === ''
      ? ({ ok: false, failed: 'no-address' } as const)
      : await parts.line.post(url, signed, push.data, waitMs);
  const ackMs = clock.now() - sentAt;
  const status = answer.ok ? answer.status : 0;
  entry?.end(answer.ok ? { status, body: answer.body } : { status: -1 });
  const ok = answer.ok && status === 200 && accepts?.(answer.body) !== false;
  const failed = answer.ok ? {} : { failed: answer.failed };
  note(parts, push, { frameId: '', attempt, sentAt, ok, status, ackMs, ...failed });
  return { ok, attempts: attempt, status, ackMs, answer: answer.ok ? answer.body : '' };
}

interface Tried {
  readonly frameId: string;
  readonly attempt: number;
  readonly sentAt: number;
  readonly ok: boolean;
  readonly status: number;
  readonly ackMs: number;
  readonly failed?: string;
}

function note({ recorder }: DelivererParts, { app, event, message, http }: Push, tried: Tried): void {
  recorder.delivered({
    app: app.id,
    via: http === undefined ? 'stream' : 'webhook',
    event,
    ...(message && { messageId: message.id, chatId: message.chat.id }),
    ...tried,
  });
}

/** Writes on the message how its delivery goes, for the page. */
function mark(parts: DelivererParts, { kind, message }: Push, now: DeliveryMark): void {
  if (message === undefined || kind !== 'message') return;
  const before = message.delivery.find((one) => one.app === now.app);
  // A second push of a message that arrived does not make it "on its way" again.
  if (before?.state === 'acknowledged' && now.state !== 'acknowledged') return;
  message.delivery = [...message.delivery.filter((one) => one.app !== now.app), now];
  parts.marked(message);
}
