import { prepare, type Sql } from './sql.ts';

/** Where a memo stands. */
export interface MemoPlace {
  readonly channel: string;
  readonly name: string;
}

export interface MemoChange extends MemoPlace {
  readonly body: string;
  readonly keepUntil: number;
}

export const memoQueries = {
  read: prepare((db, p: { channel: string; name: string }) =>
    db.selectFrom('memos').select('body').where('channel', '=', p.channel).where('name', '=', p.name),
  ),

  begin: prepare((db, p: MemoChange) =>
    db
      .insertInto('memos')
      .values({ channel: p.channel, name: p.name, body: p.body, keep_until: p.keepUntil })
      .onConflict((conflict) => conflict.columns(['channel', 'name']).doNothing()),
  ),

  change: prepare((db, p: MemoChange & { before: string }) =>
    db
      .updateTable('memos')
      .set({ body: p.body, keep_until: p.keepUntil })
      .where('channel', '=', p.channel)
      .where('name', '=', p.name)
      .where('body', '=', p.before),
  ),

  purge: prepare((db, p: { before: number; limit: number }) =>
    db
      .deleteFrom('memos')
      .where((eb) =>
        eb(
          eb.refTuple('channel', 'name'),
          'in',
          eb
            .selectFrom('memos as old')
            .select(['old.channel', 'old.name'])
            .where('old.keep_until', '<', p.before)
            .orderBy('old.keep_until')
            .limit(p.limit)
            .$asTuple('channel', 'name'),
        ),
      ),
  ),
};

export async function read(sql: Sql, place: MemoPlace): Promise<string | undefined> {
  return (await sql.one(memoQueries.read, { channel: place.channel, name: place.name }))?.body;
}

/** Writes a memo that still is as it was read. @returns Whether it was. */
export async function swap(sql: Sql, before: string | undefined, change: MemoChange): Promise<boolean> {
  const changed =
    before === undefined
      ? await sql.run(memoQueries.begin, { ...change })
      : await sql.run(memoQueries.change, { ...change, before });
  return changed > 0;
}
