import * as sessions from './sessions.ts';
import { allOf, prepare, type Sql } from './sql.ts';
import { lost, type NewTurnRow, turnQueries } from './turns.ts';
import * as waits from './waits.ts';

const COLUMNS = [
  'seq',
  'id',
  'lane',
  'state',
  'channel',
  'address',
  'person',
  'asker',
  'session',
  'agent',
  'lang',
  'part',
  'started_at',
  'rating',
  'suggested',
  'continued_from',
] as const;

export const beginQueries = {
  // Unless an event that came before waits for the session.
  insert: prepare((db, p: NewTurnRow & { session: string; from: string | null; now: number }) =>
    db
      .insertInto('turns')
      .columns(COLUMNS)
      .expression(
        db
          .selectNoFrom((eb) => [
            eb.val(p.seq).as('seq'),
            eb.val(p.id).as('id'),
            eb.val(p.lane).as('lane'),
            eb.val('running').as('state'),
            eb.val(p.channel).as('channel'),
            eb.val(p.address).as('address'),
            eb.val(p.person).as('person'),
            eb.val(p.asker).as('asker'),
            eb.val(p.session).as('session'),
            eb.val(p.agent).as('agent'),
            eb.val(p.lang).as('lang'),
            eb.val(0).as('part'),
            eb.val(p.now).as('started_at'),
            eb.val('none').as('rating'),
            eb.val('[]').as('suggested'),
            eb.val(p.from).as('continued_from'),
          ])
          .where((eb) => waits.isFirst(eb, p.session, p.seq)),
      )
      // Of the event's number, or of the session's running turn: either way this one is not to begin.
      .onConflict((conflict) => conflict.doNothing()),
  ),

  holds: prepare((db, p: { seq: number; holder: string }) =>
    db
      .selectFrom('inbox')
      .select('recalled_at')
      .where('seq', '=', p.seq)
      .where('holder', '=', p.holder)
      // A recall waits for this turn to be there, or is seen here.
      .forShare(),
  ),

  endStale: prepare((db, p: { session: string; now: number }) =>
    db
      .updateTable('turns')
      .set({ state: 'failed', ended_at: p.now })
      .where('session', '=', p.session)
      .where('ended_at', 'is', null)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('inbox')
              .select('inbox.seq')
              .whereRef('inbox.seq', '=', 'turns.seq')
              .where('inbox.finished_at', 'is', null),
          ),
        ),
      ),
  ),

  rehome: prepare((db, p: { seq: number; session: string; person: string }) =>
    db.updateTable('turns').set({ session: p.session, person: p.person }).where('seq', '=', p.seq),
  ),
};

/**
 * Begins a turn for an inbox row, or answers the one that was begun before. A session has one running turn at most (an index sees to it);
 * whoever comes second gives her event back, marked with the session, and is first when the turn has ended.
 */
export async function begin(sql: Sql, turn: NewTurnRow, dialogue: sessions.Dialogue, holder: string, now: number) {
  const { seq } = turn;
  const [held, session] = await allOf([
    sql.one(beginQueries.holds, { seq, holder }),
    sessions.running(sql, turn, dialogue, now),
  ]);
  if (!held) throw lost(seq, holder);
  if (!session) return { kind: 'moved' } as const;
  if (held.recalled_at !== null && !(await sql.one(turnQueries.bySeq, { seq }))) return { kind: 'recalled' } as const;

  if (await insert(sql, turn, session, now)) {
    await sessions.use(sql, session, turn, dialogue, now);
    return { kind: 'begun', before: undefined, session, from: session.from } as const;
  }
  const before = await sql.one(turnQueries.bySeq, { seq });
  if (before) return { kind: 'begun', before, session: await sessionOf(sql, before, turn, now), from: null } as const;
  await waits.waitFor(sql, session.id, { seq, holder }, now);
  return { kind: 'waits' } as const;
}

async function insert(sql: Sql, turn: NewTurnRow, session: sessions.Running, now: number): Promise<boolean> {
  const row = { ...turn, session: session.id, from: session.from, now };
  if ((await sql.run(beginQueries.insert, row)) === 1) return true;
  // A turn whose event is over cannot end any more, and must not keep everybody else waiting.
  if ((await sql.run(beginQueries.endStale, { session: session.id, now })) === 0) return false;
  return (await sql.run(beginQueries.insert, row)) === 1;
}

/** The session of a turn that was begun before; one that was closed to her since is not asked in again. */
async function sessionOf(sql: Sql, before: { seq: number; session: string }, turn: NewTurnRow, now: number) {
  const session = await sessions.byId(sql, before.session);
  if (session && !sessions.isSealed(session)) return session;
  const fresh = await sessions.apart(sql, turn, now);
  await sql.run(beginQueries.rehome, { seq: before.seq, session: fresh.id, person: turn.person });
  return fresh;
}
