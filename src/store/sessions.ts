import { randomBytes } from 'node:crypto';
import { prepare, type Sql } from './sql.ts';

export const sessionQueries = {
  running: prepare((db, p: { scope: string; agent: string }) =>
    db
      .selectFrom('sessions')
      .select(['id', 'user', 'conversation', 'last_used_at'])
      .where('scope', '=', p.scope)
      .where('agent', '=', p.agent)
      .where('ended_at', 'is', null),
  ),

  use: prepare((db, p: { id: string; now: number }) =>
    db.updateTable('sessions').set({ last_used_at: p.now }).where('id', '=', p.id),
  ),

  end: prepare((db, p: { scope: string; agent: string; now: number }) =>
    db
      .updateTable('sessions')
      .set({ ended_at: p.now })
      .where('scope', '=', p.scope)
      .where('agent', '=', p.agent)
      .where('ended_at', 'is', null),
  ),

  insert: prepare((db, p: { id: string; scope: string; agent: string; user: string; now: number }) =>
    db.insertInto('sessions').values({
      id: p.id,
      scope: p.scope,
      agent: p.agent,
      user: p.user,
      started_at: p.now,
      last_used_at: p.now,
    }),
  ),
};

/** The agent knows whoever begins a session by the person's id, and keeps that name as long as the session lives. */
export async function current(sql: Sql, scope: string, agent: string, user: string, idleMs: number, now: number) {
  const before = await sql.one(sessionQueries.running, { scope, agent });
  if (before && now - before.last_used_at <= idleMs) {
    await sql.run(sessionQueries.use, { id: before.id, now });
    return { id: before.id, user: before.user, conversation: before.conversation };
  }
  if (before) await reset(sql, scope, agent, now);
  const id = `s-${randomBytes(12).toString('base64url')}`;
  await sql.run(sessionQueries.insert, { id, scope, agent, user, now });
  return { id, user, conversation: null };
}

export async function reset(sql: Sql, scope: string, agent: string, now: number) {
  await sql.run(sessionQueries.end, { scope, agent, now });
}
