import { prepare, type Sql } from './sql.ts';

interface Of {
  readonly session: string;
  readonly person: string;
}

/** What stands for a value, as it is stored; `body` is the value, and empty once its time is over. */
export interface PlaceholderRow {
  readonly kind: string;
  readonly number: number;
  readonly lang: string;
  readonly own: number;
  readonly body: string;
}

type NewRow = Of & PlaceholderRow & { readonly now: number };

export const placeholderQueries = {
  mine: prepare((db, p: Of) =>
    db
      .selectFrom('placeholders')
      .select(['kind', 'number', 'lang', 'own', 'body'])
      .where('session', '=', p.session)
      .where('person', '=', p.person)
      .where('body', '<>', ''),
  ),

  last: prepare((db, p: { session: string }) =>
    db
      .selectFrom('placeholders')
      .select((eb) => ['kind', eb.fn.max('number').as('number')])
      .where('session', '=', p.session)
      .groupBy('kind'),
  ),

  add: prepare((db, p: NewRow) =>
    db
      .insertInto('placeholders')
      .values({
        session: p.session,
        kind: p.kind,
        number: p.number,
        person: p.person,
        lang: p.lang,
        own: p.own,
        body: p.body,
        used_at: p.now,
      })
      .onConflict((conflict) => conflict.columns(['session', 'kind', 'number']).doNothing()),
  ),

  use: prepare((db, p: Of & { now: number }) =>
    db
      .updateTable('placeholders')
      .set({ used_at: p.now })
      .where('session', '=', p.session)
      .where('person', '=', p.person),
  ),

  // The number stays: what it stood for is gone, and nothing else may ever stand for it in what the agent remembers.
  forget: prepare((db, p: { before: number; limit: number }) =>
    db
      .updateTable('placeholders')
      .set({ body: '' })
      .where((eb) =>
        eb(
          eb.refTuple('session', 'kind', 'number'),
          'in',
          eb
            .selectFrom('placeholders as old')
            .select(['old.session', 'old.kind', 'old.number'])
            .where('old.body', '<>', '')
            .where('old.used_at', '<', p.before)
            .orderBy('old.used_at')
            .limit(p.limit)
            .$asTuple('session', 'kind', 'number'),
        ),
      ),
  ),
};

export async function of(sql: Sql, session: string, person: string) {
  const mine = await sql.all(placeholderQueries.mine, { session, person });
  const last = await sql.all(placeholderQueries.last, { session });
  return { mine, last: last.map(({ kind, number }) => ({ kind, number: Number(number) })) };
}

/** @returns Whether all were new. */
export async function keep(sql: Sql, session: string, person: string, rows: readonly PlaceholderRow[], now: number) {
  await sql.run(placeholderQueries.use, { session, person, now });
  let added = 0;
  for (const row of rows) added += await sql.run(placeholderQueries.add, { session, person, ...row, now });
  return added === rows.length;
}
