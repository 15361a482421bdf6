import * as inbox from './inbox.ts';
import { whoHolds } from './lanes.ts';
import * as outbox from './outbox.ts';
import { prepare, type Sql } from './sql.ts';

export const claimQueries = {
  look: prepare((db, p: { lane: string; now: number }) => whoHolds(db, p.lane, p.now)),
};

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

async function take(sql: Sql, lane: string, holder: string, until: number, now: number) {
  const event = await inbox.claim(sql, lane, holder, until, now);
  if (event) return { box: 'inbox' as const, event, alone: event.followed === 0 };
  const message = await outbox.claim(sql, lane, holder, until, now);
  return message && { box: 'outbox' as const, message };
}
