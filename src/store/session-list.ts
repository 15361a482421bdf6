import { personScope } from './sessions.ts';
import { prepare, type Sql } from './sql.ts';

/*
 * What a person may do with her sessions: look at them, name one, go on with an older one. Only what is in her own scope is found, so an id of
 * somebody else's session is as good as none.
 */

interface Mine {
  readonly id: string;
  readonly scope: string;
}

export const sessionListQueries = {
  list: prepare((db, p: { scope: string; limit: number }) =>
    db
      .selectFrom('sessions')
      .select([
        'id',
        'agent',
        'user',
        'conversation',
        'name',
        'channel',
        'started_at',
        'last_used_at',
        'ended_at',
        'first_turn',
      ])
      .where('scope', '=', p.scope)
      .orderBy('last_used_at', 'desc')
      .limit(p.limit),
  ),

  rename: prepare((db, p: Mine & { name: string | null }) =>
    db.updateTable('sessions').set({ name: p.name }).where('id', '=', p.id).where('scope', '=', p.scope),
  ),

  endOthers: prepare((db, p: Mine & { agent: string; now: number }) =>
    db
      .updateTable('sessions')
      .set({ ended_at: p.now })
      .where('scope', '=', p.scope)
      .where('agent', '=', p.agent)
      .where('ended_at', 'is', null)
      .where('id', '<>', p.id),
  ),

  isTheirs: prepare((db, p: Mine & { agent: string }) =>
    db
      .selectFrom('sessions')
      .select('id')
      .where('id', '=', p.id)
      .where('scope', '=', p.scope)
      .where('agent', '=', p.agent),
  ),

  resume: prepare((db, p: Mine & { now: number }) =>
    db
      .updateTable('sessions')
      .set({ ended_at: null, last_used_at: p.now })
      .where('id', '=', p.id)
      .where('scope', '=', p.scope),
  ),
};

/** The newest first. */
export async function list(sql: Sql, person: string, limit: number) {
  return sql.all(sessionListQueries.list, { scope: personScope(person), limit });
}

/** @returns false when it is not hers. */
export async function rename(sql: Sql, person: string, id: string, name: string | null) {
  return (await sql.run(sessionListQueries.rename, { id, scope: personScope(person), name })) === 1;
}

/** Makes it the running one with its agent, however old it is. @returns false when it is not hers. */
export async function resume(sql: Sql, person: string, id: string, agent: string, now: number) {
  const scope = personScope(person);
  if (!(await sql.one(sessionListQueries.isTheirs, { id, scope, agent }))) return false;
  await sql.run(sessionListQueries.endOthers, { id, scope, agent, now });
  return (await sql.run(sessionListQueries.resume, { id, scope, now })) === 1;
}
