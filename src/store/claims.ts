import type { Box } from './boxes.ts';
import * as inbox from './inbox.ts';
import { whoHolds } from './lanes.ts';
import * as outbox from './outbox.ts';
import { allOf, prepare, type Sql } from './sql.ts';

export const claimQueries = {
  look: prepare((db, p: { lane: string; now: number }) => whoHolds(db, p.lane, p.now)),
  lapseEvents: lapseIn('inbox'),
  lapseMessages: lapseIn('outbox'),
};

/** The lease's time is over now. */
function lapseIn(box: Box) {
  return prepare((db, p: { lane: string; holder: string; now: number }) =>
    db
      .updateTable(box)
      .set({ due_at: p.now })
      .where('lane', '=', p.lane)
      .where('finished_at', 'is', null)
      .where('holder', '=', p.holder),
  );
}

/**
 * What a lane has to do next; nothing while its time has not come. While somebody holds it, who: so that whoever has stored something behind
 * it can say so, for the holder may have looked before that was there.
 */
export async function claim(sql: Sql, lane: string, holder: string, until: number, now: number) {
  const first = await take(sql, lane, holder, until, now);
  if (first) return first;
  const look = await sql.one(claimQueries.look, { lane, now });
  if (look?.holder) return { box: 'held' as const, holder: look.holder };
  // Whoever held it has let go between the two looks. Nobody else takes it meanwhile: the lane is ours alone while we look.
  return look?.open ? take(sql, lane, holder, until, now) : undefined;
}

/** Ends a lease of the lane before its time. What it holds can be claimed as if that had come. */
export async function lapse(sql: Sql, lane: string, holder: string, now: number) {
  const lease = { lane, holder, now };
  await allOf([sql.run(claimQueries.lapseEvents, lease), sql.run(claimQueries.lapseMessages, lease)]);
}

async function take(sql: Sql, lane: string, holder: string, until: number, now: number) {
  const event = await inbox.claim(sql, lane, holder, until, now);
  if (event) return { box: 'inbox' as const, event, alone: event.followed === 0 };
  const message = await outbox.claim(sql, lane, holder, until, now);
  return message && { box: 'outbox' as const, message };
}
