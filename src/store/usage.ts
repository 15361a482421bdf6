import { prepare, type Sql } from './sql.ts';

/** What a message is counted on, and where it ends. */
export interface CounterRow {
  readonly owner: string;
  readonly period: string;
  readonly messages: number | null;
  readonly tokens: number | null;
  readonly warnAt: number | null;
}

interface Place {
  readonly owner: string;
  readonly period: string;
}

export const usageQueries = {
  read: prepare((db, p: Place) =>
    db
      .selectFrom('usage')
      .select(['owner', 'period', 'messages', 'tokens', 'warned'])
      .where('owner', '=', p.owner)
      .where('period', '=', p.period),
  ),

  ofOwner: prepare((db, p: { owner: string }) =>
    db
      .selectFrom('usage')
      .select(['owner', 'period', 'messages', 'tokens'])
      .where('owner', '=', p.owner)
      .orderBy('period'),
  ),

  count: prepare((db, p: Place & { now: number }) =>
    db
      .insertInto('usage')
      .values({ owner: p.owner, period: p.period, messages: 1, tokens: 0, warned: 0, used_at: p.now })
      .onConflict((conflict) =>
        conflict.columns(['owner', 'period']).doUpdateSet((eb) => ({
          messages: eb('usage.messages', '+', eb.lit(1)),
          used_at: p.now,
        })),
      ),
  ),

  spend: prepare((db, p: Place & { tokens: number }) =>
    db
      .updateTable('usage')
      .set((eb) => ({ tokens: eb('tokens', '+', p.tokens) }))
      .where('owner', '=', p.owner)
      .where('period', '=', p.period),
  ),

  warn: prepare((db, p: Place) =>
    db.updateTable('usage').set({ warned: 1 }).where('owner', '=', p.owner).where('period', '=', p.period),
  ),

  turn: prepare((db, p: { turn: string }) =>
    db.selectFrom('usage_turns').select(['counters', 'tokens']).where('turn', '=', p.turn),
  ),

  addTurn: prepare((db, p: { turn: string; person: string; counters: string; now: number }) =>
    db
      .insertInto('usage_turns')
      .values({ turn: p.turn, person: p.person, counters: p.counters, tokens: null, at: p.now }),
  ),

  closeTurn: prepare((db, p: { turn: string; tokens: number }) =>
    db.updateTable('usage_turns').set({ tokens: p.tokens }).where('turn', '=', p.turn).where('tokens', 'is', null),
  ),

  join: prepare((db, p: Place & { messages: number; tokens: number; now: number }) =>
    db
      .insertInto('usage')
      .values({ owner: p.owner, period: p.period, messages: p.messages, tokens: p.tokens, warned: 0, used_at: p.now })
      .onConflict((conflict) =>
        conflict.columns(['owner', 'period']).doUpdateSet((eb) => ({
          messages: eb('usage.messages', '+', p.messages),
          tokens: eb('usage.tokens', '+', p.tokens),
        })),
      ),
  ),

  drop: prepare((db, p: { owner: string }) => db.deleteFrom('usage').where('owner', '=', p.owner)),

  purge: prepare((db, p: { before: number }) => db.deleteFrom('usage').where('used_at', '<', p.before)),

  purgeTurns: prepare((db, p: { before: number; limit: number }) =>
    db
      .deleteFrom('usage_turns')
      .where(
        'turn',
        'in',
        db
          .selectFrom('usage_turns as old')
          .select('old.turn')
          .where('old.at', '<', p.before)
          .orderBy('old.at')
          .limit(p.limit),
      ),
  ),
};

type Used = { readonly owner: string; readonly period: string; readonly messages: number; readonly tokens: number };

/**
 * Counts a message on all of its counters, or on none when one of them is used up. The same turn is counted once; asked again it is told
 * the same.
 */
export async function take(sql: Sql, turn: string, person: string, counters: readonly CounterRow[], now: number) {
  const before = await sql.one(usageQueries.turn, { turn });
  if (before) return { kind: 'taken', warned: (JSON.parse(before.counters) as Kept).warned } as const;
  const used: Used[] = [];
  const warned: Used[] = [];
  for (const { owner, period, messages, tokens, warnAt } of counters) {
    const row = await sql.one(usageQueries.read, { owner, period });
    const so = { owner, period, messages: row?.messages ?? 0, tokens: row?.tokens ?? 0 };
    const isOver = (messages !== null && so.messages >= messages) || (tokens !== null && so.tokens >= tokens);
    if (isOver) return { kind: 'over', used: so } as const;
    const mine = { ...so, messages: so.messages + 1 };
    used.push(mine);
    const amount = messages === null ? mine.tokens : mine.messages;
    if (warnAt !== null && amount >= warnAt && row?.warned !== 1) warned.push(mine);
  }
  // Two quotas of one period may share a counter (messages and tokens): it is counted once.
  const places = new Map(used.map(({ owner, period }) => [`${owner} ${period}`, { owner, period }]));
  for (const place of places.values()) await sql.run(usageQueries.count, { ...place, now });
  for (const { owner, period } of warned) await sql.run(usageQueries.warn, { owner, period });
  const kept: Kept = { places: [...places.values()], warned };
  await sql.run(usageQueries.addTurn, { turn, person, counters: JSON.stringify(kept), now });
  return { kind: 'taken', warned } as const;
}

interface Kept {
  readonly places: readonly Place[];
  readonly warned: readonly Used[];
}

/** Adds what a turn has cost to what it was counted on, once. */
export async function spend(sql: Sql, turn: string, tokens: number): Promise<void> {
  const row = await sql.one(usageQueries.turn, { turn });
  if (!row || (await sql.run(usageQueries.closeTurn, { turn, tokens })) === 0) return;
  for (const { owner, period } of (JSON.parse(row.counters) as Kept).places) {
    await sql.run(usageQueries.spend, { owner, period, tokens });
  }
}

/** What two persons have used is what they have used together, now that they are one. */
export async function joinUsage(sql: Sql, kept: string, absorbed: string, now: number): Promise<void> {
  const owner = `person:${absorbed}`;
  for (const { period, messages, tokens } of await sql.all(usageQueries.ofOwner, { owner })) {
    await sql.run(usageQueries.join, { owner: `person:${kept}`, period, messages, tokens, now });
  }
  await sql.run(usageQueries.drop, { owner });
}

export async function used(sql: Sql, owners: readonly string[]): Promise<readonly Used[]> {
  const all: Used[] = [];
  for (const owner of owners) all.push(...(await sql.all(usageQueries.ofOwner, { owner })));
  return all;
}
