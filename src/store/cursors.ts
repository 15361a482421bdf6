import { prepare, type Sql } from './sql.ts';

/** A place in what is pulled from a vendor, as it is stored. */
export interface CursorPlace {
  readonly channel: string;
  readonly name: string;
  readonly place: string;
}

export const cursorQueries = {
  move: prepare((db, p: CursorPlace & { now: number }) =>
    db
      .insertInto('cursors')
      .values({ channel: p.channel, name: p.name, place: p.place, moved_at: p.now })
      .onConflict((conflict) => conflict.columns(['channel', 'name']).doUpdateSet({ place: p.place, moved_at: p.now })),
  ),

  read: prepare((db, p: { channel: string; name: string }) =>
    db.selectFrom('cursors').select('place').where('channel', '=', p.channel).where('name', '=', p.name),
  ),
};

export async function move(sql: Sql, cursor: CursorPlace, now: number): Promise<void> {
  await sql.run(cursorQueries.move, { ...cursor, now });
}

export async function read(sql: Sql, channel: string, name: string): Promise<string | undefined> {
  return (await sql.one(cursorQueries.read, { channel, name }))?.place;
}
