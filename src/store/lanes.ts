import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely';
import { type Box, boxAs } from './boxes.ts';
import type { Database } from './tables.ts';

/** A lane: a parameter, or a column of the query around. */
type LaneOf = string | Expression<string>;
type Builder = Pick<ExpressionBuilder<Database, never>, 'selectFrom' | 'lit' | 'not' | 'exists' | 'and'>;

/** The number of a lane's oldest row that is not finished. */
export function headOf(eb: Builder, box: Box, lane: string) {
  return eb
    .selectFrom(boxAs(box, 'head'))
    .select('head.seq')
    .where('head.lane', '=', lane)
    .where('head.finished_at', 'is', null)
    .orderBy('head.seq')
    .limit(1);
}

/** True while nobody works in the lane: neither box has a row there under a lease that still runs. */
export function laneIsFree(eb: Builder, lane: LaneOf, now: number): Expression<SqlBool> {
  return eb.and([noEventIsHeld(eb, lane, now), eb.not(eb.exists(sendingIn(eb, lane, now)))]);
}

/** True while no event of the lane is being worked on. */
export function noEventIsHeld(eb: Builder, lane: LaneOf, now: number): Expression<SqlBool> {
  const held = eb
    .selectFrom('inbox as h')
    .select('h.seq')
    .where('h.lane', '=', lane)
    .where('h.holder', 'is not', null)
    .where('h.due_at', '>', now);
  return eb.not(eb.exists(held));
}

function sendingIn(eb: Builder, lane: LaneOf, now: number) {
  return eb
    .selectFrom('outbox as s')
    .select('s.seq')
    .where('s.lane', '=', lane)
    .where('s.finished_at', 'is', null)
    .where('s.holder', 'is not', null)
    .where('s.due_at', '>', now);
}

/** True when everything the lane had to say has left, or was given up. */
export function nothingToSend(eb: Builder, lane: LaneOf): Expression<SqlBool> {
  const open = eb
    .selectFrom('outbox as o')
    .select('o.seq')
    .where('o.lane', '=', lane)
    .where('o.finished_at', 'is', null);
  return eb.not(eb.exists(open));
}

/** How many rows of the lane are not finished, and who holds one of them under a lease that still runs. */
export function whoHolds(db: Kysely<Database>, lane: string, now: number) {
  const inbox = db.selectFrom('inbox as i').select(['i.holder', 'i.due_at']).where('i.lane', '=', lane);
  const outbox = db.selectFrom('outbox as o').select(['o.holder', 'o.due_at']).where('o.lane', '=', lane);
  const open = inbox.where('i.finished_at', 'is', null).unionAll(outbox.where('o.finished_at', 'is', null));
  return db.selectFrom(open.as('row')).select((eb) => {
    const held = eb.case().when('row.due_at', '>', now).then(eb.ref('row.holder')).end();
    return [eb.fn.countAll<number>().as('open'), eb.fn.max(held).as('holder')];
  });
}
