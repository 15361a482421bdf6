import { noticeKey, turnIdOf } from '../core/keys.ts';
import type { NewTurn } from '../core/store.ts';
import type { HeldLease } from '../queue/leases.ts';
import type { Refusal } from './authorize.ts';
import { closeTurn } from './close-turn.ts';
import { deliverAll } from './deliver-all.ts';
import { noticeRow, sendNotice } from './notice.ts';
import type { PipelineParts, RowOf } from './parts.ts';

/** A question that is not asked, and who wanted to. */
export interface Refused extends Refusal {
  readonly turn: NewTurn;
}

/** As many as one looks at. */
const BUTTONS = 3;

/** Says why a question is not asked, with a button to ask for access where there is a role for it and buttons can be shown. Ends the event. */
export async function sendRefusal(
  { text, roles, turn }: Refused,
  row: RowOf<'message'>,
  held: HeldLease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const { lang, to } = turn;
  const { holder } = held.lease;
  const now = parts.clock.now();
  const notice = { lane: row.lane, to, key: noticeKey(turnIdOf(row.event)), text, lang };
  const suggested = roles.slice(0, BUTTONS).map((role) => `/access ${role}`);
  const hasButtons = to.kind === 'direct' && parts.platforms.get(to.channel)?.can.buttons === true;
  // A turn is what buttons belong to; in a dialogue of the chat's own, for nothing has been asked.
  const begun =
    suggested.length > 0 && hasButtons
      ? await parts.store.turns.begin({ ...turn, scope: 'lane' }, holder, now)
      : undefined;
  if (begun?.kind !== 'begun') {
    await sendNotice(notice, held.lease, parts, signal);
    return parts.store.inbox.done(row.seq, holder, parts.clock.now());
  }
  const replies = [noticeRow({ ...notice, turn: turn.id, suggested }, parts)];
  const end = { turn: turn.id, state: 'done', suggested, replies, seq: row.seq, lease: held.lease } as const;
  await deliverAll(await closeTurn(end, now, parts), holder, parts, signal);
}
