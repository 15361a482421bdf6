import { prepare, type Sql } from './sql.ts';

/* How many rows have their texts sealed under a key, by one text column of each table: a row is sealed under one key. */

interface Pattern {
  readonly like: string;
}

export const sealedTextQueries = {
  inbox: prepare((db, p: Pattern) =>
    db
      .selectFrom('inbox')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('body', 'like', p.like),
  ),

  outbox: prepare((db, p: Pattern) =>
    db
      .selectFrom('outbox')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('body', 'like', p.like),
  ),

  turns: prepare((db, p: Pattern) =>
    db
      .selectFrom('turns')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('address', 'like', p.like),
  ),

  memos: prepare((db, p: Pattern) =>
    db
      .selectFrom('memos')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('body', 'like', p.like),
  ),

  placeholders: prepare((db, p: Pattern) =>
    db
      .selectFrom('placeholders')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('body', 'like', p.like),
  ),

  approvals: prepare((db, p: Pattern) =>
    db
      .selectFrom('approvals')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('subject', 'like', p.like),
  ),

  pushes: prepare((db, p: Pattern) =>
    db
      .selectFrom('pushes')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('subject', 'like', p.like),
  ),

  pushAnswers: prepare((db, p: Pattern) =>
    db
      .selectFrom('push_answers')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('body', 'like', p.like),
  ),
};

/** How many rows hold a text that begins like this. */
export async function count(sql: Sql, start: string): Promise<number> {
  const like = `${start}%`;
  let rows = 0;
  for (const query of Object.values(sealedTextQueries)) rows += Number((await sql.one(query, { like }))?.rows ?? 0);
  return rows;
}
