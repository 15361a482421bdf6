import * as inbox from './inbox.ts';
import * as outbox from './outbox.ts';
import type { Sql } from './sql.ts';

/**
 * What a lane has to do next; nothing while somebody holds it, or while its time has not come.
 * @param looksBehind - Whether it is of use to know that nothing else waits in the lane.
 */
export async function claim(sql: Sql, lane: string, holder: string, until: number, now: number, looksBehind: boolean) {
  const event = await inbox.claim(sql, lane, holder, until, now);
  if (event) {
    const alone = looksBehind && !(await inbox.isFollowed(sql, lane, event.seq));
    return { box: 'inbox' as const, event, alone };
  }
  const message = await outbox.claim(sql, lane, holder, until, now);
  return message && { box: 'outbox' as const, message };
}
