import type { StorableEvent } from '../core/event.ts';
import type { Lane, SendKey } from '../core/ids.ts';
import type { Lang } from '../core/lang.ts';
import type { Lease, NewOutboxRow } from '../core/store.ts';
import { deliverAll } from './deliver-all.ts';
import type { PipelineParts } from './parts.ts';

export interface Notice {
  readonly lane: Lane;
  readonly to: StorableEvent['to'];
  readonly key: SendKey;
  readonly text: string;
  readonly lang: Lang;
}

/** A sentence of ours as an outbox row. */
export function noticeRow(notice: Notice): NewOutboxRow {
  const { lane, to, key, text, lang } = notice;
  return { lane, part: 0, message: { kind: 'notice', to, key, text, lang } };
}

/** Says one sentence; said once however often this runs, by its key. */
export async function sendNotice(
  notice: Notice,
  lease: Lease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const rows = await parts.store.outbox.put([noticeRow(notice)], parts.clock.now(), lease);
  await deliverAll(rows, lease.holder, parts, signal);
}
