import type { ExpressionBuilder } from 'kysely';
import { GatewayError } from '../core/errors.ts';
import { finish, hurry } from './inbox.ts';
import { type NewMessage, put, type Taker } from './outbox.ts';
import { allOf, prepare, type Sql } from './sql.ts';
import type { Database } from './tables.ts';
import { wakeNext } from './waits.ts';

/** A turn as it is begun. */
export interface NewTurnRow {
  readonly id: string;
  readonly seq: number;
  readonly lane: string;
  readonly channel: string;
  readonly address: string;
  readonly person: string;
  /** Whose account it is, out of `asker`. */
  readonly account: string;
  readonly asker: string;
  readonly agent: string;
  readonly lang: string;
}

/** The end of a turn as it is stored. */
export interface TurnEndRow {
  readonly id: string;
  readonly seq: number;
  readonly state: string;
  readonly run: string | null;
  readonly conversation: string | null;
  readonly suggested: string;
  readonly replies: readonly NewMessage[];
  readonly taker: NonNullable<Taker>;
}

const COLUMNS = [
  'id',
  'seq',
  'lane',
  'state',
  'channel',
  'address',
  'person',
  'asker',
  'session',
  'agent',
  'lang',
  'run',
  'sent',
  'part',
  'started_at',
  'rating',
  'suggested',
  'continued_from',
  'stop',
] as const;

/**
 * The event of the turn at hand, as long as it is held by `holder`; nobody takes it over before the transaction is at its end. Without
 * that a process that is paused between a write and its commit could write when somebody else has the event.
 */
function eventHeldBy(eb: ExpressionBuilder<Database, 'turns'>, holder: string) {
  return eb
    .selectFrom('inbox')
    .select('inbox.seq')
    .whereRef('inbox.seq', '=', 'turns.seq')
    .where('inbox.holder', '=', holder)
    .forShare();
}

/** The agent's conversation that the turn's session has so far. */
function conversationOf(eb: ExpressionBuilder<Database, 'turns'>) {
  return eb.selectFrom('sessions').select('sessions.conversation').whereRef('sessions.id', '=', 'turns.session');
}

interface MovedSession {
  readonly session: string;
  readonly conversation: string | null;
}

export const turnQueries = {
  bySeq: prepare((db, p: { seq: number }) => db.selectFrom('turns').select(COLUMNS).where('seq', '=', p.seq)),

  byId: prepare((db, p: { id: string }) => db.selectFrom('turns').select(COLUMNS).where('id', '=', p.id)),

  running: prepare((db, p: { lane: string }) =>
    db
      .selectFrom('turns')
      .select(COLUMNS)
      .where('lane', '=', p.lane)
      .where('ended_at', 'is', null)
      .orderBy('seq', 'desc')
      .limit(1),
  ),

  runningOf: prepare((db, p: { scope: string }) =>
    db
      .selectFrom('turns')
      .select(COLUMNS)
      .where('session', 'in', (eb) =>
        eb.selectFrom('sessions').select('sessions.id').where('sessions.scope', '=', p.scope),
      )
      .where('ended_at', 'is', null)
      .orderBy('seq', 'desc')
      .limit(1),
  ),

  last: prepare((db, p: { lane: string }) =>
    db
      .selectFrom('turns')
      .select(COLUMNS)
      .where('lane', '=', p.lane)
      .where('ended_at', 'is not', null)
      .orderBy('seq', 'desc')
      .limit(1),
  ),

  lastOf: prepare((db, p: { lane: string; session: string; limit: number }) =>
    db
      .selectFrom('turns')
      .select(COLUMNS)
      .where('lane', '=', p.lane)
      .where('ended_at', 'is not', null)
      .where('session', '=', p.session)
      .orderBy('seq', 'desc')
      .limit(p.limit),
  ),

  saveRun: prepare((db, p: { id: string; holder: string; run: string }) =>
    db
      .updateTable('turns')
      .set({ run: p.run })
      .where('id', '=', p.id)
      .where((eb) => eb.exists(eventHeldBy(eb, p.holder)))
      .returning((eb) => ['session', conversationOf(eb).as('conversation')]),
  ),

  saveSent: prepare((db, p: { id: string; holder: string; part: number; message: string | null; sent: string }) =>
    db
      .updateTable('turns')
      .set({ sent: p.sent, message: p.message, part: p.part })
      .where('id', '=', p.id)
      .where((eb) => eb.exists(eventHeldBy(eb, p.holder))),
  ),

  moveSession: prepare((db, p: { session: string; conversation: string }) =>
    db.updateTable('sessions').set({ conversation: p.conversation }).where('id', '=', p.session),
  ),

  end: prepare((db, p: Pick<TurnEndRow, 'id' | 'seq' | 'state' | 'run' | 'suggested'> & { now: number }) =>
    db
      .updateTable('turns')
      .set((eb) => ({
        state: p.state,
        ended_at: p.now,
        suggested: p.suggested,
        run: eb.fn.coalesce(eb.val(p.run), 'run'),
      }))
      .where('id', '=', p.id)
      .where('seq', '=', p.seq)
      .where('ended_at', 'is', null)
      .returning((eb) => ['session', conversationOf(eb).as('conversation')]),
  ),

  stop: prepare((db, p: { id: string; reason: string }) =>
    db
      .updateTable('turns')
      .set((eb) => ({ stop: eb.fn.coalesce('stop', eb.val(p.reason)) }))
      .where('id', '=', p.id)
      .where('ended_at', 'is', null)
      .returning('seq'),
  ),

  ofMessage: prepare((db, p: { channel: string; message: string }) =>
    db.selectFrom('turns').select(COLUMNS).where('channel', '=', p.channel).where('message', '=', p.message),
  ),

  suggest: prepare((db, p: { id: string; suggested: string }) =>
    db.updateTable('turns').set({ suggested: p.suggested }).where('id', '=', p.id),
  ),
};

export async function get(sql: Sql, id: string) {
  return sql.one(turnQueries.byId, { id });
}

export async function lastOf(sql: Sql, lane: string, session: string, limit: number) {
  return sql.all(turnQueries.lastOf, { lane, session, limit });
}

export async function runningOf(sql: Sql, scope: string) {
  return sql.one(turnQueries.runningOf, { scope });
}

export async function running(sql: Sql, lane: string) {
  return sql.one(turnQueries.running, { lane });
}

export async function last(sql: Sql, lane: string) {
  return sql.one(turnQueries.last, { lane });
}

export async function saveRun(sql: Sql, id: string, holder: string, run: string, conversation: string | null) {
  const turn = await sql.one(turnQueries.saveRun, { id, holder, run });
  if (!turn) throw lost(id, holder);
  await moveSession(sql, turn, conversation);
}

export async function saveSent(
  sql: Sql,
  id: string,
  holder: string,
  part: number,
  message: string | null,
  sent: string,
) {
  const changed = await sql.run(turnQueries.saveSent, { id, holder, part, message, sent });
  if (changed !== 1) throw lost(id, holder);
}

export async function ofMessage(sql: Sql, channel: string, message: string) {
  return sql.one(turnQueries.ofMessage, { channel, message });
}

/** False for a turn that is over or unknown. */
export async function stop(sql: Sql, id: string, reason: string, now: number) {
  const turn = await sql.one(turnQueries.stop, { id, reason });
  if (turn) await hurry(sql, turn.seq, now);
  return turn !== undefined;
}

export async function suggest(sql: Sql, id: string, suggested: string) {
  await sql.run(turnQueries.suggest, { id, suggested });
}

export async function end(sql: Sql, turn: TurnEndRow, now: number) {
  const { id, seq, state, run, suggested } = turn;
  const [, ended, replies] = await allOf([
    finish(sql, { seq, holder: turn.taker.holder }, now),
    sql.one(turnQueries.end, { id, seq, state, run, suggested, now }),
    put(sql, turn.replies, now, turn.taker),
  ]);
  if (!ended) throw new GatewayError('turn_expired', `turn ${id} of inbox row ${seq} is over or unknown`);
  const [, next] = await allOf([moveSession(sql, ended, turn.conversation), wakeNext(sql, ended.session, now)]);
  return { replies, next };
}

/** Notes where the agent goes on; mostly it is where it went on before. */
async function moveSession(sql: Sql, before: MovedSession, conversation: string | null) {
  if (conversation === null || conversation === before.conversation) return;
  await sql.run(turnQueries.moveSession, { session: before.session, conversation });
}

/** The event of a turn is somebody else's by now. */
export function lost(what: number | string, holder: string): GatewayError {
  return new GatewayError('lease_lost', `the event of turn ${what} is no longer held by ${holder}`);
}
