import { accessRequestQueries } from './access-requests.ts';
import { approvalQueries } from './approvals.ts';
import { type Box, boxAs } from './boxes.ts';
import { laneIsFree, noEventIsHeld, nothingToSend } from './lanes.ts';
import { memoQueries } from './memos.ts';
import { placeholderQueries } from './placeholders.ts';
import { purge as purgePushes } from './pushes.ts';
import { rightsQueries } from './rights.ts';
import { type Prepared, prepare, type QueryBuilder, type Sql } from './sql.ts';
import { usageQueries } from './usage.ts';

/** What was used is of use for as long as the month may still be asked for. */
const USAGE_MS = 70 * 24 * 60 * 60_000;

/** What is finished before these times is removed. */
export interface Retention {
  readonly inboxDone: number;
  readonly outboxSent: number;
  readonly turns: number;
  readonly dead: number;
  readonly memos: number;
  readonly placeholders: number;
}

type Purge = Prepared<{ before: number; limit: number }, unknown>;

export const inboxUpkeepQueries = {
  ...queriesFor('inbox'),

  recover: prepare((db, _: object) =>
    db
      .updateTable('inbox')
      .set((eb) => ({ state: 'waiting', holder: null, due_at: eb.ref('arrived_at') }))
      .where('holder', 'is not', null),
  ),

  lanes: prepare((db, p: { now: number; limit: number }) =>
    dueHeads(db, 'inbox', p)
      .where((eb) => noEventIsHeld(eb, eb.ref('row.lane'), p.now))
      .where((eb) => nothingToSend(eb, eb.ref('row.lane'))),
  ),

  held: prepare((db, _: object) =>
    db
      .selectFrom('inbox')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('holder', 'is not', null),
  ),

  purgeDone: purge('inbox', 'done'),
};

export const outboxUpkeepQueries = {
  ...queriesFor('outbox'),

  recover: prepare((db, _: object) =>
    db
      .updateTable('outbox')
      .set((eb) => ({
        state: 'waiting',
        holder: null,
        due_at: eb.ref('arrived_at'),
        doubts: eb('doubts', '+', eb.lit(1)),
      }))
      .where('holder', 'is not', null),
  ),

  lanes: prepare((db, p: { now: number; limit: number }) =>
    dueHeads(db, 'outbox', p).where((eb) => laneIsFree(eb, eb.ref('row.lane'), p.now)),
  ),

  purgeSent: purge('outbox', 'sent'),
};

export const turnUpkeepQueries = {
  purgeRatings: prepare((db, p: { before: number; limit: number }) =>
    db
      .deleteFrom('ratings')
      .where('turn', 'in', (eb) =>
        eb
          .selectFrom('turns as old')
          .select('old.id')
          .where('old.started_at', '<', p.before)
          .orderBy('old.started_at')
          .orderBy('old.seq')
          .limit(p.limit),
      ),
  ),

  purge: prepare((db, p: { before: number; limit: number }) =>
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

/** What both boxes are asked. */
function queriesFor(box: Box) {
  return {
    due: prepare((db, p: { now: number }) =>
      db
        .selectFrom(box)
        .select('due_at')
        .where('finished_at', 'is', null)
        .where('due_at', '>', p.now)
        .orderBy('due_at')
        .limit(1),
    ),

    open: prepare((db, _: object) =>
      db
        .selectFrom(box)
        .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('arrived_at').as('oldest')])
        .where('finished_at', 'is', null),
    ),

    deadCount: prepare((db, _: object) =>
      db
        .selectFrom(box)
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('state', '=', 'dead')
        .where('finished_at', 'is not', null),
    ),

    dead: prepare((db, p: { limit: number }) =>
      db
        .selectFrom(box)
        .select(['seq', 'channel', 'lane', 'code', 'attempts', 'finished_at as at'])
        .where('state', '=', 'dead')
        .where('finished_at', 'is not', null)
        .orderBy('finished_at', 'desc')
        .limit(p.limit),
    ),

    replay: prepare((db, p: { seq: number; now: number }) =>
      db
        .updateTable(box)
        .set({ state: 'waiting', due_at: p.now, attempts: 0, finished_at: null })
        .where('seq', '=', p.seq)
        .where('state', '=', 'dead')
        .returning('lane'),
    ),

    purgeDead: purge(box, 'dead'),
  };
}

/** Lanes whose oldest row is due, oldest first. */
function dueHeads(db: QueryBuilder, box: Box, p: { now: number; limit: number }) {
  return db
    .selectFrom(boxAs(box, 'row'))
    .select(['row.lane', 'row.due_at'])
    .where('row.finished_at', 'is', null)
    .where('row.due_at', '<=', p.now)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom(boxAs(box, 'earlier'))
            .select('earlier.seq')
            .whereRef('earlier.lane', '=', 'row.lane')
            .where('earlier.finished_at', 'is', null)
            .whereRef('earlier.seq', '<', 'row.seq'),
        ),
      ),
    )
    .orderBy('row.due_at')
    .limit(p.limit);
}

function purge(box: Box, state: 'done' | 'sent' | 'dead'): Purge {
  return prepare((db, p: { before: number; limit: number }) =>
    db
      .deleteFrom(box)
      .where('seq', 'in', (eb) =>
        eb
          .selectFrom(boxAs(box, 'old'))
          .select('old.seq')
          .where('old.state', '=', state)
          .where('old.finished_at', '<', p.before)
          .limit(p.limit),
      ),
  );
}

const inbox = inboxUpkeepQueries;
const outbox = outboxUpkeepQueries;

/** A push is remembered for so long after its last row has gone: what is told once a month has to be. */
const PUSH_KEYS_MS = 31 * 24 * 60 * 60_000;

/** Gives back everything that was held; only for an engine with one owner, who has just taken the store over. */
export async function recover(sql: Sql) {
  return (await sql.run(inbox.recover, {})) + (await sql.run(outbox.recover, {}));
}

export async function lanesWithWork(sql: Sql, now: number, limit: number) {
  const rows = [...(await sql.all(inbox.lanes, { now, limit })), ...(await sql.all(outbox.lanes, { now, limit }))];
  const lanes = rows.toSorted((one, other) => one.due_at - other.due_at).map((row) => row.lane);
  return [...new Set(lanes)].slice(0, limit);
}

/** The next time at which a row becomes claimable: a retry, or the end of a lease. */
export async function nextDueAt(sql: Sql, now: number) {
  const rows = [await sql.one(inbox.due, { now }), await sql.one(outbox.due, { now })];
  const times = rows.flatMap((row) => (row ? [row.due_at] : []));
  return times.length > 0 ? Math.min(...times) : undefined;
}

export async function depth(sql: Sql) {
  const open = await sql.one(inbox.open, {});
  const claimed = countOf(await sql.one(inbox.held, {}));
  const oldest: number | null = open?.oldest ?? null;
  return {
    inboxWaiting: countOf(open) - claimed,
    inboxClaimed: claimed,
    inboxDead: countOf(await sql.one(inbox.deadCount, {})),
    outboxWaiting: countOf(await sql.one(outbox.open, {})),
    outboxDead: countOf(await sql.one(outbox.deadCount, {})),
    ...(oldest !== null && { oldestInboxAt: oldest }),
  };
}

function countOf(row: { readonly count: number } | undefined): number {
  return row?.count ?? 0;
}

export async function deadLetters(sql: Sql, limit: number) {
  const letters = [
    ...(await sql.all(inbox.dead, { limit })).map((row) => ({ box: 'inbox' as const, ...row })),
    ...(await sql.all(outbox.dead, { limit })).map((row) => ({ box: 'outbox' as const, ...row })),
  ];
  return letters.toSorted((one, other) => (other.at ?? 0) - (one.at ?? 0)).slice(0, limit);
}

export async function replay(sql: Sql, box: Box, seq: number, now: number) {
  const { replay: query } = box === 'inbox' ? inbox : outbox;
  return (await sql.one(query, { seq, now }))?.lane;
}

export async function purgeAll(sql: Sql, before: Retention, limit: number) {
  const steps: readonly (readonly [Purge, number])[] = [
    [inbox.purgeDone, before.inboxDone],
    [inbox.purgeDead, before.dead],
    [outbox.purgeSent, before.outboxSent],
    [outbox.purgeDead, before.dead],
    [turnUpkeepQueries.purge, before.turns],
    [memoQueries.purge, before.memos],
    [placeholderQueries.forget, before.placeholders],
  ];
  await sql.run(rightsQueries.purgeDecisions, { before: before.turns, limit });
  await sql.run(accessRequestQueries.purge, { before: before.turns, limit });
  await sql.run(usageQueries.purgeTurns, { before: before.turns, limit });
  await sql.run(usageQueries.purge, { before: before.memos - USAGE_MS });
  await sql.run(approvalQueries.purge, { before: before.turns, limit });
  // Ratings go with their turns, and are not counted.
  await sql.run(turnUpkeepQueries.purgeRatings, { before: before.turns, limit });
  let removed = 0;
  for (const [query, time] of steps) removed += await sql.run(query, { before: time, limit });
  return removed + (await purgePushes(sql, Math.min(before.outboxSent, before.dead) - PUSH_KEYS_MS, limit));
}
