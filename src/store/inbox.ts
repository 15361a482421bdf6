import type { ExpressionBuilder } from 'kysely';
import { GatewayError } from '../core/errors.ts';
import { expectHeld, giveBack, type Held } from './boxes.ts';
import { type CursorPlace, move } from './cursors.ts';
import { headOf, noEventIsHeld, nothingToSend } from './lanes.ts';
import { allOf, prepare, type Sql } from './sql.ts';
import type { Database } from './tables.ts';

/** An event as it is stored. */
export interface NewEvent {
  readonly channel: string;
  readonly key: string;
  readonly lane: string;
  /** The message that somebody wrote; null for other events. */
  readonly message: string | null;
  readonly body: string;
  /** Who takes it at once, where it is alone in its lane. */
  readonly taker?: { readonly holder: string; readonly until: number };
}

const TAKEN = [
  'channel',
  'event_key',
  'lane',
  'message',
  'state',
  'holder',
  'attempts',
  'due_at',
  'arrived_at',
  'body',
] as const;

const back = giveBack('inbox');

/** 1 where the row's lane has another event to work on behind it. */
function isFollowed(eb: ExpressionBuilder<Database, 'inbox'>) {
  const behind = eb
    .selectFrom('inbox as b')
    .select('b.seq')
    .whereRef('b.lane', '=', 'inbox.lane')
    .where('b.finished_at', 'is', null)
    .whereRef('b.seq', '>', 'inbox.seq');
  return eb.case().when(eb.exists(behind)).then(eb.lit(1)).else(eb.lit(0)).end();
}

export const inboxQueries = {
  ...back.queries,

  insert: prepare((db, p: NewEvent & { now: number }) =>
    db
      .insertInto('inbox')
      .values({
        channel: p.channel,
        event_key: p.key,
        lane: p.lane,
        message: p.message,
        state: 'waiting',
        attempts: 0,
        due_at: p.now,
        arrived_at: p.now,
        body: p.body,
      })
      .onConflict((conflict) => conflict.columns(['channel', 'event_key']).doNothing())
      .returning('seq'),
  ),

  /** The same, claimed already: one write instead of two. Only where nothing else is left to do in the lane, which is the case of most. */
  insertTaken: prepare((db, p: NewEvent & { holder: string; until: number; now: number }) =>
    db
      .insertInto('inbox')
      .columns(TAKEN)
      .expression(
        db
          .selectNoFrom((eb) => [
            eb.val(p.channel).as('channel'),
            eb.val(p.key).as('event_key'),
            eb.val(p.lane).as('lane'),
            eb.val(p.message).as('message'),
            eb.val('claimed').as('state'),
            eb.val(p.holder).as('holder'),
            eb.val(1).as('attempts'),
            eb.val(p.until).as('due_at'),
            eb.val(p.now).as('arrived_at'),
            eb.val(p.body).as('body'),
          ])
          .where((eb) => eb.not(eb.exists(headOf(eb, 'inbox', p.lane))))
          .where((eb) => nothingToSend(eb, p.lane)),
      )
      .onConflict((conflict) => conflict.columns(['channel', 'event_key']).doNothing())
      .returning('seq'),
  ),

  byKey: prepare((db, p: { channel: string; key: string }) =>
    db.selectFrom('inbox').select('seq').where('channel', '=', p.channel).where('event_key', '=', p.key),
  ),

  claim: prepare((db, p: { lane: string; holder: string; until: number; now: number }) =>
    db
      .updateTable('inbox')
      .set((eb) => ({ state: 'claimed', holder: p.holder, due_at: p.until, attempts: eb('attempts', '+', eb.lit(1)) }))
      .where('seq', '=', (eb) => headOf(eb, 'inbox', p.lane))
      // Said of the row itself too: another connection may have finished it since the head was looked for.
      .where('finished_at', 'is', null)
      .where('due_at', '<=', p.now)
      .where((eb) => noEventIsHeld(eb, p.lane, p.now))
      .where((eb) => nothingToSend(eb, p.lane))
      .returning((eb) => ['seq', 'channel', 'lane', 'body', 'arrived_at', 'attempts', isFollowed(eb).as('followed')]),
  ),

  renew: prepare((db, p: { seq: number; holder: string; until: number }) =>
    db.updateTable('inbox').set({ due_at: p.until }).where('seq', '=', p.seq).where('holder', '=', p.holder),
  ),

  renewMessages: prepare((db, p: { holder: string; until: number }) =>
    db.updateTable('outbox').set({ due_at: p.until }).where('holder', '=', p.holder),
  ),

  finish: prepare((db, p: { seq: number; holder: string; now: number }) =>
    db
      .updateTable('inbox')
      .set({ state: 'done', holder: null, finished_at: p.now })
      .where('seq', '=', p.seq)
      .where('holder', '=', p.holder),
  ),

  messageByKey: prepare((db, p: { channel: string; message: string }) =>
    db
      .selectFrom('inbox')
      .select(['seq', 'state'])
      .where('channel', '=', p.channel)
      .where('event_key', '=', p.message)
      .where('message', '=', p.message),
  ),

  // Where a vendor's event key is the message's id, its index finds it; only the others need one of their own.
  messageById: prepare((db, p: { channel: string; message: string }) =>
    db
      .selectFrom('inbox')
      .select(['seq', 'state'])
      .where('channel', '=', p.channel)
      .where('message', '=', p.message)
      .whereRef('message', '<>', 'event_key')
      .orderBy('seq', 'desc')
      .limit(1),
  ),

  cancel: prepare((db, p: { seq: number; now: number }) =>
    db
      .updateTable('inbox')
      .set({ state: 'done', holder: null, finished_at: p.now })
      .where('seq', '=', p.seq)
      .where('finished_at', 'is', null)
      .where((eb) => eb.or([eb('state', '=', 'waiting'), eb('due_at', '<=', p.now)]))
      .where((eb) => eb.not(eb.exists(eb.selectFrom('turns').select('turns.id').where('turns.seq', '=', p.seq)))),
  ),

  stopTurn: prepare((db, p: { seq: number }) =>
    db
      .updateTable('turns')
      .set((eb) => ({ stop: eb.fn.coalesce('stop', eb.val('recalled')) }))
      .where('seq', '=', p.seq)
      .where('ended_at', 'is', null),
  ),

  /** Whoever has the row learns of it where its turn begins: see `begin-turn.ts`. */
  recall: prepare((db, p: { seq: number; now: number }) =>
    db.updateTable('inbox').set({ recalled_at: p.now }).where('seq', '=', p.seq).where('finished_at', 'is', null),
  ),

  // Nobody has to wait for the next try of what only has to be closed.
  hurry: prepare((db, p: { seq: number; now: number }) =>
    db
      .updateTable('inbox')
      .set({ due_at: p.now })
      .where('seq', '=', p.seq)
      .where('state', '=', 'waiting')
      .where('due_at', '>', p.now),
  ),

  bar: prepare((db, p: { channel: string; message: string; now: number }) =>
    db
      .insertInto('inbox')
      .values({
        channel: p.channel,
        event_key: p.message,
        lane: '',
        message: p.message,
        state: 'done',
        attempts: 0,
        due_at: p.now,
        arrived_at: p.now,
        finished_at: p.now,
        body: '{}',
      })
      .onConflict((conflict) => conflict.columns(['channel', 'event_key']).doNothing()),
  ),

  get: prepare((db, p: { seq: number }) =>
    db
      .selectFrom('inbox')
      .select(['seq', 'channel', 'lane', 'body', 'arrived_at', 'attempts'])
      .where('seq', '=', p.seq),
  ),
};

/** Stores events once each; a duplicate answers the number of the first. `cursor` says how far they bring us, where they were pulled. */
export async function accept(sql: Sql, events: readonly NewEvent[], now: number, cursor?: CursorPlace) {
  const [answers] = await allOf([acceptAll(sql, events, now), cursor && move(sql, cursor, now)]);
  return answers;
}

/**
 * First what may be taken, then the rest in its order: what was to be taken and could not must not come behind what follows it in its lane.
 * Of one lane only the first may be taken, for then there is something left to do in it.
 */
async function acceptAll(sql: Sql, events: readonly NewEvent[], now: number) {
  const taken = await allOf(events.map((event) => takeOne(sql, event, now)));
  return allOf(
    events.map((event, index) => {
      const row = taken[index];
      return row ? { seq: row.seq, duplicate: false, taken: true as const } : acceptOne(sql, event, now);
    }),
  );
}

function takeOne(sql: Sql, event: NewEvent, now: number) {
  return event.taker && sql.one(inboxQueries.insertTaken, { ...event, ...event.taker, now });
}

async function acceptOne(sql: Sql, event: NewEvent, now: number) {
  const added = await sql.one(inboxQueries.insert, { ...event, now });
  if (added) return { seq: added.seq, duplicate: false };
  const first = await sql.one(inboxQueries.byKey, event);
  if (!first) throw new GatewayError('internal', 'an event was neither added nor found');
  return { seq: first.seq, duplicate: true };
}

/** The oldest event of the lane, if its time has come; `followed` is 1 where another one waits behind it. */
export async function claim(sql: Sql, lane: string, holder: string, until: number, now: number) {
  return sql.one(inboxQueries.claim, { lane, holder, until, now });
}

/** A lease covers the messages that were taken over under it too: they may go on when the event is done. */
export async function renew(sql: Sql, seq: number, holder: string, until: number) {
  const events = await sql.run(inboxQueries.renew, { seq, holder, until });
  const messages = await sql.run(inboxQueries.renewMessages, { holder, until });
  expectHeld('inbox', events + messages, { seq, holder });
}

/** Done; `events` follow from it. */
export async function done(sql: Sql, held: Held, now: number, events: readonly NewEvent[]) {
  await finish(sql, held, now);
  await accept(sql, events, now);
}

/** Marks a row as done under its lease; the end of a turn does the same. */
export async function finish(sql: Sql, held: Held, now: number) {
  expectHeld('inbox', await sql.run(inboxQueries.finish, { ...held, now }), held);
}

export const { fail, release } = back;

export async function cancel(sql: Sql, channel: string, message: string, now: number) {
  const row =
    (await sql.one(inboxQueries.messageByKey, { channel, message })) ??
    (await sql.one(inboxQueries.messageById, { channel, message }));
  if (!row) {
    await sql.run(inboxQueries.bar, { channel, message, now });
    return 'unknown';
  }
  if (row.state === 'done' || row.state === 'dead') return 'over';
  if ((await sql.run(inboxQueries.cancel, { seq: row.seq, now })) === 1) return 'canceled';
  // In this order: a turn that begins in between has either seen the note or is there to be stopped.
  await sql.run(inboxQueries.recall, { seq: row.seq, now });
  // A row that waits for another try may have a turn that people see already: then there is something to stop.
  await sql.run(inboxQueries.stopTurn, { seq: row.seq });
  await hurry(sql, row.seq, now);
  return 'running';
}

export async function hurry(sql: Sql, seq: number, now: number) {
  await sql.run(inboxQueries.hurry, { seq, now });
}

export async function get(sql: Sql, seq: number) {
  return sql.one(inboxQueries.get, { seq });
}
