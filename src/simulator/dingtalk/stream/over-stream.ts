import { type DelivererParts, mark, note } from '../delivery-notes.ts';
import type { Push, PushOutcome } from '../push.ts';
import { type Ack, newFrameId } from './frames.ts';

/** How long each try waits for its ack. */
function patience({ limits }: DelivererParts, push: Push): readonly number[] {
  if (push.kind === 'press') return [limits.pressMs];
  if (push.kind === 'event') return [...limits.eventRedeliverAfterMs, limits.eventAckMs];
  return [...limits.redeliverAfterMs, limits.redeliverAfterMs.at(-1) ?? limits.eventAckMs];
}

/** Pushes down one of the app's lines until it is acknowledged. @param waiting - Who waits for the ack of a frame. */
export async function overStream(
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
