import { note } from './audit.ts';
import { prepare, type Sql } from './sql.ts';

/** A group at a vendor's. */
export interface GroupPlace {
  readonly channel: string;
  readonly chat: string;
}

export const groupScopeQueries = {
  all: prepare((db) => db.selectFrom('group_scopes').select(['channel', 'chat', 'scope'])),

  write: prepare((db, p: GroupPlace & { scope: string; now: number }) =>
    db
      .insertInto('group_scopes')
      .values({ channel: p.channel, chat: p.chat, scope: p.scope, chosen_at: p.now })
      .onConflict((conflict) =>
        conflict.columns(['channel', 'chat']).doUpdateSet({ scope: p.scope, chosen_at: p.now }),
      ),
  ),

  drop: prepare((db, p: GroupPlace) =>
    db.deleteFrom('group_scopes').where('channel', '=', p.channel).where('chat', '=', p.chat),
  ),
};

export async function all(sql: Sql) {
  return sql.all(groupScopeQueries.all, {});
}

/** @param scope - Null goes back to what the settings say. */
export async function choose(
  sql: Sql,
  place: GroupPlace,
  scope: string | null,
  by: string,
  now: number,
): Promise<void> {
  if (scope === null) await sql.run(groupScopeQueries.drop, { ...place });
  else await sql.run(groupScopeQueries.write, { ...place, scope, now });
  await note(sql, { actor: by, action: 'choose-scope', subject: by, detail: { ...place, scope } }, now);
}
