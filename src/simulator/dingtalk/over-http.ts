import { climb } from '../deliveries.ts';
import { type DelivererParts, mark, note } from './delivery-notes.ts';
import { JSON_TYPE, type Push, type PushOutcome } from './push.ts';

/** Pushes to the address of an app. */
export async function overHttp(
  parts: DelivererParts,
  push: Push,
  http: NonNullable<Push['http']>,
): Promise<PushOutcome> {
  const { limits, waits } = parts;
  return climb({
    waits,
    // Only events come again over HTTP.
    pausesMs: push.kind === 'event' ? limits.eventRedeliverAfterMs : [],
    attempt: (attempt) => postOnce(parts, push, http, attempt),
    mark: (now) => mark(parts, push, { app: push.app.id, ...now }),
  });
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
  const request = { headers: { ...JSON_TYPE, ...signed }, body: push.data };
  const answer = await parts.line.post(url, request, waitMs);
  const ackMs = clock.now() - sentAt;
  const status = answer.ok ? answer.status : 0;
  entry?.end(answer.ok ? { status, body: answer.body } : { status: -1 });
  const ok = answer.ok && status === 200 && accepts?.(answer.body) !== false;
  const failed = answer.ok ? {} : { failed: answer.failed };
  note(parts, push, { frameId: '', attempt, sentAt, ok, status, ackMs, ...failed });
  return { ok, attempts: attempt, status, ackMs, answer: answer.ok ? answer.body : '' };
}
