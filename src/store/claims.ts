import * as inbox from './inbox.ts';
import * as outbox from './outbox.ts';
import type { Sql } from './sql.ts';

/** What a lane has to do next; nothing while somebody holds it, or while its time has not come. */
export async function claim(sql: Sql, lane: string, holder: string, until: number, now: number) {
  const event = await inbox.claim(sql, lane, holder, until, now);
  if (event) return { box: 'inbox' as const, event, alone: event.followed === 0 };
  const message = await outbox.claim(sql, lane, holder, until, now);
  return message && { box: 'outbox' as const, message };
}
