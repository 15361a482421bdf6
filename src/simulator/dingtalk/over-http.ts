import { type DelivererParts, mark, note } from './delivery-notes.ts';
import type { Push, PushOutcome } from './push.ts';

/** Pushes to the address of an app. */
export async function overHttp(
  parts: DelivererParts,
  push: Push,
  http: NonNullable<Push['http']>,
): Promise<PushOutcome> {
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
