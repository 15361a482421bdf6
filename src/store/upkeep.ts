import { laneIsFree, noEventIsHeld, nothingToSend } from './lanes.ts';
import { type Prepared, prepare, type Sql } from './sql.ts';

/** What is finished before these times is removed. */
export interface Retention {
  readonly inboxDone: number;
  readonly outboxSent: number;
  readonly turns: number;
  readonly dead: number;
}

type Purge = Prepared<{ before: number; limit: number }, unknown>;

export const upkeepQueries = {
  recoverInbox: prepare((db, _: object) =>
    db
      .updateTable('inbox')
      .set((eb) => ({ state: 'waiting', holder: null, due_at: eb.ref('received_at') }))
      .where('holder', 'is not', null),
  ),

  recoverOutbox: prepare((db, _: object) =>
    db
      .updateTable('outbox')
      .set((eb) => ({ state: 'waiting', holder: null, due_at: eb.ref('created_at'), in_doubt: 1 }))
      .where('finished_at', 'is', null)
      .where('holder', 'is not', null),
  ),

  inboxLanes: prepare((db, p: { now: number; limit: number }) =>
    db
      .selectFrom('inbox as row')
      .select(['row.lane', 'row.due_at'])
      .where('row.finished_at', 'is', null)
      .where('row.due_at', '<=', p.now)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('inbox as earlier')
              .select('earlier.seq')
              .whereRef('earlier.lane', '=', 'row.lane')
              .where('earlier.finished_at', 'is', null)
              .whereRef('earlier.seq', '<', 'row.seq'),
          ),
        ),
      )
      .where((eb) => noEventIsHeld(eb, eb.ref('row.lane'), p.now))
      .where((eb) => nothingToSend(eb, eb.ref('row.lane')))
      .orderBy('row.due_at')
      .limit(p.limit),
  ),

  outboxLanes: prepare((db, p: { now: number; limit: number }) =>
    db
      .selectFrom('outbox as row')
      .select(['row.lane', 'row.due_at'])
      .where('row.finished_at', 'is', null)
      .where('row.due_at', '<=', p.now)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('outbox as earlier')
              .select('earlier.seq')
              .whereRef('earlier.lane', '=', 'row.lane')
              .where('earlier.finished_at', 'is', null)
              .whereRef('earlier.seq', '<', 'row.seq'),
          ),
        ),
      )
      .where((eb) => laneIsFree(eb, eb.ref('row.lane'), p.now))
      .orderBy('row.due_at')
      .limit(p.limit),
  ),

  inboxDue: prepare((db, p: { now: number }) =>
    db
      .selectFrom('inbox')
      .select('due_at')
      .where('finished_at', 'is', null)
      .where('due_at', '>', p.now)
      .orderBy('due_at')
      .limit(1),
  ),

  outboxDue: prepare((db, p: { now: number }) =>
    db
      .selectFrom('outbox')
      .select('due_at')
      .where('finished_at', 'is', null)
      .where('due_at', '>', p.now)
      .orderBy('due_at')
      .limit(1),
  ),

  inboxOpen: prepare((db, _: object) =>
    db
      .selectFrom('inbox')
      .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('received_at').as('oldest')])
      .where('finished_at', 'is', null),
  ),

  inboxHeld: prepare((db, _: object) =>
    db
      .selectFrom('inbox')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('holder', 'is not', null),
  ),

  outboxOpen: prepare((db, _: object) =>
    db
      .selectFrom('outbox')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('finished_at', 'is', null),
  ),

  inboxDeadCount: prepare((db, _: object) =>
    db
      .selectFrom('inbox')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('state', '=', 'dead')
      .where('finished_at', 'is not', null),
  ),

  outboxDeadCount: prepare((db, _: object) =>
    db
      .selectFrom('outbox')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('state', '=', 'dead')
      .where('finished_at', 'is not', null),
  ),

  inboxDead: prepare((db, p: { limit: number }) =>
    db
      .selectFrom('inbox')
      .select(['seq', 'channel', 'lane', 'code', 'attempts', 'finished_at as at'])
      .where('state', '=', 'dead')
      .where('finished_at', 'is not', null)
      .orderBy('finished_at', 'desc')
      .limit(p.limit),
  ),

  outboxDead: prepare((db, p: { limit: number }) =>
    db
      .selectFrom('outbox')
      .select(['seq', 'channel', 'lane', 'code', 'attempts', 'finished_at as at'])
      .where('state', '=', 'dead')
      .where('finished_at', 'is not', null)
      .orderBy('finished_at', 'desc')
      .limit(p.limit),
  ),

  replayInbox: prepare((db, p: { seq: number; now: number }) =>
    db
      .updateTable('inbox')
      .set({ state: 'waiting', due_at: p.now, attempts: 0, finished_at: null })
      .where('seq', '=', p.seq)
      .where('state', '=', 'dead')
      .returning('lane'),
  ),

  replayOutbox: prepare((db, p: { seq: number; now: number }) =>
    db
      .updateTable('outbox')
      .set({ state: 'waiting', due_at: p.now, attempts: 0, finished_at: null })
      .where('seq', '=', p.seq)
      .where('state', '=', 'dead')
      .returning('lane'),
  ),

  purgeInboxDone: purgeInbox('done'),
  purgeInboxDead: purgeInbox('dead'),
  purgeOutboxSent: purgeOutbox('sent'),
  purgeOutboxDead: purgeOutbox('dead'),

  purgeRatings: prepare((db, p: { before: number; limit: number }) =>
    db
      .deleteFrom('ratings')
      .where('turn', 'in', (eb) =>
        eb
          .selectFrom('turns')
          .select('turns.id')
          .where('turns.started_at', '<', p.before)
          .orderBy('turns.started_at')
          .orderBy('turns.seq')
          .limit(p.limit),
      ),
  ),

  purgeTurns: prepare((db, p: { before: number; limit: number }) =>
    db
      .deleteFrom('turns')
      .where('seq', 'in', (eb) =>
        eb
          .selectFrom('turns as old')
          .select('old.seq')
          .where('old.started_at', '<', p.before)
          .orderBy('old.started_at')
          .orderBy('old.seq')
          .limit(p.limit),
      ),
  ),
};

function purgeInbox(state: 'done' | 'dead'): Purge {
  return prepare((db, p: { before: number; limit: number }) =>
    db
      .deleteFrom('inbox')
      .where('seq', 'in', (eb) =>
        eb
          .selectFrom('inbox as old')
          .select('old.seq')
          .where('old.state', '=', state)
          .where('old.finished_at', '<', p.before)
          .limit(p.limit),
      ),
  );
}

function purgeOutbox(state: 'sent' | 'dead'): Purge {
  return prepare((db, p: { before: number; limit: number }) =>
    db
      .deleteFrom('outbox')
      .where('seq', 'in', (eb) =>
        eb
          .selectFrom('outbox as old')
          .select('old.seq')
          .where('old.state', '=', state)
          .where('old.finished_at', '<', p.before)
          .limit(p.limit),
      ),
  );
}

/** Gives back everything that was held; only for an engine with one owner, who has just taken the store over. */
export async function recover(sql: Sql) {
  return (await sql.run(upkeepQueries.recoverInbox, {})) + (await sql.run(upkeepQueries.recoverOutbox, {}));
}

export async function lanesWithWork(sql: Sql, now: number, limit: number) {
  const rows = [
    ...(await sql.all(upkeepQueries.inboxLanes, { now, limit })),
    ...(await sql.all(upkeepQueries.outboxLanes, { now, limit })),
  ];
  const lanes = rows.toSorted((one, other) => one.due_at - other.due_at).map((row) => row.lane);
  return [...new Set(lanes)].slice(0, limit);
}

export async function nextDueAt(sql: Sql, now: number) {
  const inbox = await sql.one(upkeepQueries.inboxDue, { now });
  const outbox = await sql.one(upkeepQueries.outboxDue, { now });
  const times = [inbox, outbox].flatMap((row) => (row ? [row.due_at] : []));
  return times.length > 0 ? Math.min(...times) : undefined;
}

export async function depth(sql: Sql) {
  const open = await sql.one(upkeepQueries.inboxOpen, {});
  const claimed = countOf(await sql.one(upkeepQueries.inboxHeld, {}));
  const oldest: number | null = open?.oldest ?? null;
  return {
    inboxWaiting: countOf(open) - claimed,
    inboxClaimed: claimed,
    inboxDead: countOf(await sql.one(upkeepQueries.inboxDeadCount, {})),
    outboxWaiting: countOf(await sql.one(upkeepQueries.outboxOpen, {})),
    outboxDead: countOf(await sql.one(upkeepQueries.outboxDeadCount, {})),
    ...(oldest !== null && { oldestInboxAt: oldest }),
  };
}

function countOf(row: { readonly count: number } | undefined): number {
  return row?.count ?? 0;
}

export async function deadLetters(sql: Sql, limit: number) {
  const inbox = await sql.all(upkeepQueries.inboxDead, { limit });
  const outbox = await sql.all(upkeepQueries.outboxDead, { limit });
  const letters = [
    ...inbox.map((row) => ({ box: 'inbox' as const, ...row })),
    ...outbox.map((row) => ({ box: 'outbox' as const, ...row })),
  ];
  return letters.toSorted((one, other) => (other.at ?? 0) - (one.at ?? 0)).slice(0, limit);
}

export async function replay(sql: Sql, box: 'inbox' | 'outbox', seq: number, now: number) {
  const query = box === 'inbox' ? upkeepQueries.replayInbox : upkeepQueries.replayOutbox;
  return (await sql.one(query, { seq, now }))?.lane;
}

export async function purge(sql: Sql, before: Retention, limit: number) {
  const steps: readonly (readonly [Purge, number])[] = [
    [upkeepQueries.purgeInboxDone, before.inboxDone],
    [upkeepQueries.purgeInboxDead, before.dead],
    [upkeepQueries.purgeOutboxSent, before.outboxSent],
    [upkeepQueries.purgeOutboxDead, before.dead],
    [upkeepQueries.purgeTurns, before.turns],
  ];
  await sql.run(upkeepQueries.purgeRatings, { before: before.turns, limit });
  let removed = 0;
  for (const [query, time] of steps) removed += await sql.run(query, { before: time, limit });
  return removed;
}
