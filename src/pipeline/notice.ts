import type { StorableEvent } from '../core/event.ts';
import type { AgentName, Lane, SendKey, TurnId } from '../core/ids.ts';
import type { Lang } from '../core/lang.ts';
import type { OutboundMessage } from '../core/reply.ts';
import type { Lease, NewOutboxRow } from '../core/store.ts';
import { Restorer } from '../guard/restore.ts';
import { deliverAll } from './deliver-all.ts';
import { countFound, type GuardSources, outGuard } from './guarding.ts';
import type { PipelineParts } from './parts.ts';

export interface Notice {
  readonly lane: Lane;
  readonly to: StorableEvent['to'];
  readonly key: SendKey;
  readonly text: string;
  readonly lang: Lang;
  /** Whose words it may hold. */
  readonly agent?: AgentName;
  /** Questions one may press, and the turn that knows them. */
  readonly turn?: TurnId;
  readonly suggested?: readonly string[];
}

/** What a notice is made with. */
export type NoticeParts = GuardSources & Pick<PipelineParts, 'metrics'>;

/**
 * A sentence of ours as a message. It may hold words of an agent's or the name of a file, so it passes the privacy guard; buttons show
 * suggested questions as they may be read, and the agent is asked what it suggested.
 */
export function noticeMessage(
  notice: Omit<Notice, 'lane'>,
  parts: NoticeParts,
  restorer = new Restorer(),
): OutboundMessage {
  const { to, key, lang, turn, suggested } = notice;
  const guard = outGuard(to, parts, notice.agent);
  const { text, found } = guard.mask(notice.text, { form: 'markdown', lang });
  countFound('out', found, parts.metrics);
  const questions = suggested && {
    suggested: suggested.map((question) => restorer.text(guard.mask(question, { form: 'plain', lang }).text, 'plain')),
  };
  return { kind: 'notice', to, key, text, lang, ...(turn !== undefined && { turn }), ...questions };
}

/** The same as an outbox row. */
export function noticeRow(notice: Notice, parts: NoticeParts): NewOutboxRow {
  const { lane, turn } = notice;
  return { lane, part: 0, message: noticeMessage(notice, parts), ...(turn !== undefined && { turn }) };
}

/** Says one sentence; said once however often this runs, by its key. */
export async function sendNotice(
  notice: Notice,
  lease: Lease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const rows = await parts.store.outbox.put([noticeRow(notice, parts)], parts.clock.now(), lease);
  await deliverAll(rows, lease.holder, parts, signal);
}
