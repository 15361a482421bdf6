import type { ExpressionBuilder } from 'kysely';
import { expectHeld, type Held } from './boxes.ts';
import { prepare, type Sql } from './sql.ts';
import type { Database } from './tables.ts';

/*
 * One person may write on two platforms at once: two lanes, one session. An event whose session is busy is given back marked with the session
 * (`inbox.waits_for`), and the end of the running turn lets the one go on that came first. The mark stays when it goes on: it is spent once
 * the event has a turn.
 */

/** How long an event that waits is left alone when nobody wakes it, in milliseconds. */
const WAIT_MS = 5_000;

export const waitQueries = {
  wait: prepare((db, p: Held & { session: string; until: number }) =>
    db
      .updateTable('inbox')
      .set((eb) => ({
        state: 'waiting',
        holder: null,
        due_at: p.until,
        attempts: eb('attempts', '-', eb.lit(1)),
        waits_for: p.session,
      }))
      .where('seq', '=', p.seq)
      .where('holder', '=', p.holder),
  ),

  wake: prepare((db, p: { session: string; now: number }) =>
    db
      .updateTable('inbox')
      .set({ due_at: p.now })
      .where('seq', '=', (eb) =>
        eb
          .selectFrom('inbox as w')
          .select('w.seq')
          .where('w.waits_for', '=', p.session)
          .where('w.finished_at', 'is', null)
          .where('w.holder', 'is', null)
          .where(hasNoTurn)
          .orderBy('w.seq')
          .limit(1),
      )
      .returning('lane'),
  ),
};

function hasNoTurn(eb: ExpressionBuilder<Database & { w: Database['inbox'] }, 'w'>) {
  return eb.not(eb.exists(eb.selectFrom('turns').select('turns.seq').whereRef('turns.seq', '=', 'w.seq')));
}

/** True unless an event that came before waits for the session. */
export function isFirst(
  eb: Pick<ExpressionBuilder<Database, never>, 'selectFrom' | 'not' | 'exists'>,
  session: string,
  seq: number,
) {
  const earlier = eb
    .selectFrom('inbox as w')
    .select('w.seq')
    .where('w.waits_for', '=', session)
    .where('w.finished_at', 'is', null)
    .where('w.seq', '<', seq)
    .where(hasNoTurn);
  return eb.not(eb.exists(earlier));
}

/** Gives an event back until its session is free; the claim does not count as a try. */
export async function waitFor(sql: Sql, session: string, held: Held, now: number) {
  expectHeld('inbox', await sql.run(waitQueries.wait, { ...held, session, until: now + WAIT_MS }), held);
}

/** Lets the event go on that waited longest for the session; answers its lane. */
export async function wakeNext(sql: Sql, session: string, now: number): Promise<string | undefined> {
  return (await sql.one(waitQueries.wake, { session, now }))?.lane;
}
