import { prepare, type Sql } from './sql.ts';

/** Something that was done to a person's accounts or data; ids and names of things, never what somebody wrote. */
export interface Entry {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export const auditQueries = {
  of: prepare((db, p: { subject: string; limit: number }) =>
    db
      .selectFrom('audit')
      .select(['at', 'actor', 'action', 'subject', 'detail'])
      .where('subject', '=', p.subject)
      .orderBy('seq', 'desc')
      .limit(p.limit),
  ),

  insert: prepare((db, p: { at: number; actor: string; action: string; subject: string; detail: string }) =>
    db.insertInto('audit').values({ at: p.at, actor: p.actor, action: p.action, subject: p.subject, detail: p.detail }),
  ),
};

/** Notes it in the transaction that does it. */
export async function note(sql: Sql, { detail, ...entry }: Entry, now: number) {
  await sql.run(auditQueries.insert, { ...entry, at: now, detail: JSON.stringify(detail) });
}

/** What was done to a person, the newest first. */
export async function of(sql: Sql, subject: string, limit: number) {
  return sql.all(auditQueries.of, { subject, limit });
}
