import { prepare, type Sql } from './sql.ts';

const NAME = 'rules';

export const rightsRevisionQueries = {
  read: prepare((db, p: { name: string }) =>
    db.selectFrom('rights_state').select('revision').where('name', '=', p.name),
  ),

  touch: prepare((db, p: { name: string }) =>
    db
      .insertInto('rights_state')
      .values({ name: p.name, revision: 1 })
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet((eb) => ({ revision: eb('rights_state.revision', '+', eb.lit(1)) })),
      ),
  ),
};

export async function revision(sql: Sql): Promise<number> {
  return (await sql.one(rightsRevisionQueries.read, { name: NAME }))?.revision ?? 0;
}

/** The rules, or whom they are about, have changed: whoever goes by them reads them again. */
export async function touchRights(sql: Sql): Promise<void> {
  await sql.run(rightsRevisionQueries.touch, { name: NAME });
}
