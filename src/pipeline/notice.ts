import type { StorableEvent } from '../core/event.ts';
import type { Lane, SendKey, TurnId } from '../core/ids.ts';
import type { Lang } from '../core/lang.ts';
import type { OutboundMessage } from '../core/reply.ts';
import type { Lease, NewOutboxRow } from '../core/store.ts';
import type { Guard } from '../guard/guard.ts';
import { deliverAll } from './deliver-all.ts';
import type { PipelineParts } from './parts.ts';

export interface Notice {
  readonly lane: Lane;
  readonly to: StorableEvent['to'];
  readonly key: SendKey;
  readonly text: string;
  readonly lang: Lang;
  /** Questions one may press, and the turn that knows them. */
  readonly turn?: TurnId;
  readonly suggested?: readonly string[];
}

/** A sentence of ours as a message. It may hold words of an agent's or the name of a file, so it passes the privacy guard. */
export function noticeMessage(notice: Omit<Notice, 'lane'>, guard: Guard): OutboundMessage {
  const { to, key, lang, turn, suggested } = notice;
  const text = guard.mask(notice.text, { form: 'markdown', lang }).text;
  const questions = suggested && { suggested: maskQuestions(suggested, lang, guard) };
  return { kind: 'notice', to, key, text, lang, ...(turn !== undefined && { turn }), ...questions };
}

/** Questions as buttons show them; the agent is asked what it suggested. */
export function maskQuestions(questions: readonly string[], lang: Lang, guard: Guard): readonly string[] {
  return questions.map((question) => guard.mask(question, { form: 'plain', lang }).text);
}

/** The same as an outbox row. */
export function noticeRow(notice: Notice, guard: Guard): NewOutboxRow {
  const { lane, turn } = notice;
  return { lane, part: 0, message: noticeMessage(notice, guard), ...(turn !== undefined && { turn }) };
}

/** Says one sentence; said once however often this runs, by its key. */
export async function sendNotice(
  notice: Notice,
  lease: Lease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const rows = await parts.store.outbox.put([noticeRow(notice, parts.guard)], parts.clock.now(), lease);
  await deliverAll(rows, lease.holder, parts, signal);
}
