import type { ExpressionBuilder } from 'kysely';
import { GatewayError } from '../core/errors.ts';
import type { OutboxState } from '../core/store.ts';
import { expectHeld, giveBack, type Held } from './boxes.ts';
import { headOf, laneIsFree } from './lanes.ts';
import { allOf, prepare, type Sql } from './sql.ts';
import type { Database } from './tables.ts';

/** A message as it is stored. */
export interface NewMessage {
  readonly channel: string;
  readonly key: string;
  readonly lane: string;
  readonly turn: string | null;
  readonly part: number;
  /** 1 when it carries a frame. */
  readonly framed: number;
  readonly body: string;
  readonly sent: string | null;
}

/** Who sends rows at once, or null for rows that wait to be claimed. */
export type Taker = { readonly holder: string; readonly until: number } | null;

const ROW = ['seq', 'lane', 'turn', 'part', 'body', 'sent', 'attempts', 'arrived_at', 'doubts'] as const;

const back = giveBack('outbox');

function taken(eb: ExpressionBuilder<Database, 'outbox'>, { holder, until }: NonNullable<Taker>) {
  return {
    state: 'sending' as const,
    holder,
    due_at: until,
    attempts: eb('attempts', '+', eb.lit(1)),
    // Whoever was sending it before never said how that ended.
    doubts: eb
      .case()
      .when('state', '=', 'sending')
      .then(eb('doubts', '+', eb.lit(1)))
      .else(eb.ref('doubts'))
      .end(),
  };
}

export const outboxQueries = {
  ...back.queries,

  insert: prepare(
    (db, p: NewMessage & { state: OutboxState; attempts: number; due: number; holder: string | null; now: number }) =>
      db
        .insertInto('outbox')
        .values({
          channel: p.channel,
          send_key: p.key,
          lane: p.lane,
          turn: p.turn,
          part: p.part,
          framed: p.framed,
          body: p.body,
          sent: p.sent,
          state: p.state,
          attempts: p.attempts,
          due_at: p.due,
          holder: p.holder,
          doubts: 0,
          arrived_at: p.now,
        })
        .onConflict((conflict) => conflict.columns(['channel', 'send_key']).doNothing())
        .returning('seq'),
  ),

  byKey: prepare((db, p: { channel: string; key: string }) =>
    db.selectFrom('outbox').select(ROW).where('channel', '=', p.channel).where('send_key', '=', p.key),
  ),

  take: prepare((db, p: { channel: string; key: string; holder: string; until: number; now: number }) =>
    db
      .updateTable('outbox')
      .set((eb) => taken(eb, p))
      .where('channel', '=', p.channel)
      .where('send_key', '=', p.key)
      .where('finished_at', 'is', null)
      .where((eb) => eb.or([eb('state', '=', 'waiting'), eb('due_at', '<=', p.now)]))
      .returning(ROW),
  ),

  claim: prepare((db, p: { lane: string; holder: string; until: number; now: number }) =>
    db
      .updateTable('outbox')
      .set((eb) => taken(eb, p))
      .where('seq', '=', (eb) => headOf(eb, 'outbox', p.lane))
      .where('finished_at', 'is', null)
      .where('due_at', '<=', p.now)
      .where((eb) => laneIsFree(eb, p.lane, p.now))
      .returning(ROW),
  ),

  renew: prepare((db, p: Held & { until: number }) =>
    db.updateTable('outbox').set({ due_at: p.until }).where('seq', '=', p.seq).where('holder', '=', p.holder),
  ),

  note: prepare((db, p: { seq: number; holder: string; sent: string }) =>
    db.updateTable('outbox').set({ sent: p.sent }).where('seq', '=', p.seq).where('holder', '=', p.holder),
  ),

  doubt: prepare((db, p: { seq: number; holder: string }) =>
    db
      .updateTable('outbox')
      .set((eb) => ({ doubts: eb('doubts', '+', eb.lit(1)) }))
      .where('seq', '=', p.seq)
      .where('holder', '=', p.holder),
  ),

  unsent: prepare((db, p: { seq: number; holder: string }) =>
    db
      .updateTable('outbox')
      .set((eb) => ({ doubts: eb('doubts', '-', eb.lit(1)) }))
      .where('seq', '=', p.seq)
      .where('finished_at', 'is', null)
      .where('doubts', '>', (eb) => eb.lit(0))
      .where((eb) => eb.or([eb('holder', 'is', null), eb('holder', '<>', p.holder)])),
  ),

  finish: prepare((db, p: { seq: number; holder: string; sent: string; now: number }) =>
    db
      .updateTable('outbox')
      .set({ state: 'sent', holder: null, sent: p.sent, finished_at: p.now })
      .where('seq', '=', p.seq)
      .where('holder', '=', p.holder),
  ),

  lastFrameOf: prepare((db, p: { turn: string }) =>
    db
      .selectFrom('outbox')
      .select(ROW)
      .where('turn', '=', p.turn)
      .where('framed', '=', (eb) => eb.lit(1))
      .orderBy('seq', 'desc')
      .limit(1),
  ),

  revise: prepare((db, p: { seq: number; body: string; framed: number }) =>
    db.updateTable('outbox').set({ body: p.body, framed: p.framed }).where('seq', '=', p.seq),
  ),
};

/**
 * Stores messages once each. A new row answers only its number: the asker has the rest. Under a lease, a row that is
 * there already is taken over when it is free, and answers null when it is not ours to send (sent, dead, or held).
 */
export async function put(sql: Sql, messages: readonly NewMessage[], now: number, taker: Taker) {
  return allOf(messages.map((message) => putOne(sql, message, now, taker)));
}

async function putOne(sql: Sql, message: NewMessage, now: number, taker: Taker) {
  const start = taker
    ? { state: 'sending' as const, attempts: 1, due: taker.until, holder: taker.holder }
    : { state: 'waiting' as const, attempts: 0, due: now, holder: null };
  const added = await sql.one(outboxQueries.insert, { ...message, ...start, now });
  if (added) return added.seq;
  const row = taker
    ? await sql.one(outboxQueries.take, { channel: message.channel, key: message.key, ...taker, now })
    : await sql.one(outboxQueries.byKey, message);
  return row ?? null;
}

export async function claim(sql: Sql, lane: string, holder: string, until: number, now: number) {
  return sql.one(outboxQueries.claim, { lane, holder, until, now });
}

export async function renew(sql: Sql, seq: number, holder: string, until: number) {
  const held = { seq, holder };
  expectHeld('outbox', await sql.run(outboxQueries.renew, { ...held, until }), held);
}

export async function note(sql: Sql, held: Held, sent: string) {
  expectHeld('outbox', await sql.run(outboxQueries.note, { ...held, sent }), held);
}

export async function doubt(sql: Sql, held: Held) {
  expectHeld('outbox', await sql.run(outboxQueries.doubt, { ...held }), held);
}

/** Whoever took it from this holder has counted a doubt. */
export async function unsent(sql: Sql, held: Held) {
  await sql.run(outboxQueries.unsent, { ...held });
}

export async function finish(sql: Sql, held: Held, sent: string, now: number) {
  expectHeld('outbox', await sql.run(outboxQueries.finish, { ...held, sent, now }), held);
}

export const { fail, release } = back;

export async function ofKey(sql: Sql, channel: string, key: string) {
  return sql.one(outboxQueries.byKey, { channel, key });
}

export async function lastFrameOf(sql: Sql, turn: string) {
  return sql.one(outboxQueries.lastFrameOf, { turn });
}

export async function revise(sql: Sql, seq: number, body: string, framed: number) {
  const changed = await sql.run(outboxQueries.revise, { seq, body, framed });
  if (changed === 0) throw new GatewayError('not_found', `there is no outbox row ${seq}`);
}
