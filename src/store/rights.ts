import { note as noteAudit } from './audit.ts';
import { today } from './merges.ts';
import { touchRights } from './rights-revision.ts';
import { prepare, type Sql } from './sql.ts';

export interface RoleRow {
  readonly name: string;
  readonly place: number;
  /** JSON of what it allows. */
  readonly body: string;
}

export interface GrantRow {
  /** The same grant is made once. */
  readonly key: string;
  readonly place: number;
  readonly role: string;
  readonly target: string;
  readonly person: string | null;
  readonly from: number | null;
  readonly until: number | null;
}

export interface DecisionRow {
  readonly at: number;
  readonly person: string;
  readonly channel: string;
  readonly right: string;
  readonly allowed: number;
  readonly why: string;
}

const DECISION = ['at', 'person', 'channel', 'asked_right as right', 'allowed', 'why'] as const;

export const rightsQueries = {
  roles: prepare((db, _: object) => db.selectFrom('roles').select(['name', 'body', 'place']).orderBy('place')),

  grants: prepare((db, _: object) =>
    db
      .selectFrom('grants')
      .select(['role', 'target', 'person', 'from_at as from', 'until_at as until'])
      .orderBy('place')
      .orderBy('key'),
  ),

  dropRoles: prepare((db, _: object) => db.deleteFrom('roles')),
  dropGrants: prepare((db, _: object) => db.deleteFrom('grants')),

  dropGrant: prepare((db, p: { key: string }) => db.deleteFrom('grants').where('key', '=', p.key)),

  addRole: prepare((db, p: RoleRow) => db.insertInto('roles').values({ name: p.name, place: p.place, body: p.body })),

  changeRole: prepare((db, p: Pick<RoleRow, 'name' | 'body'>) =>
    db.updateTable('roles').set({ body: p.body }).where('name', '=', p.name),
  ),

  addGrant: prepare((db, p: GrantRow & { actor: string; now: number }) =>
    db
      .insertInto('grants')
      .values({
        key: p.key,
        place: p.place,
        role: p.role,
        target: p.target,
        person: p.person,
        from_at: p.from,
        until_at: p.until,
        actor: p.actor,
        granted_at: p.now,
      })
      .onConflict((conflict) => conflict.column('key').doNothing()),
  ),

  insertDecision: prepare((db, p: DecisionRow) =>
    db.insertInto('decisions').values({
      at: p.at,
      person: p.person,
      channel: p.channel,
      asked_right: p.right,
      allowed: p.allowed,
      why: p.why,
    }),
  ),

  decisions: prepare((db, p: { limit: number }) =>
    db.selectFrom('decisions').select(DECISION).orderBy('at', 'desc').orderBy('seq', 'desc').limit(p.limit),
  ),

  decisionsOf: prepare((db, p: { person: string; limit: number }) =>
    db.selectFrom('decisions').select(DECISION).where('person', '=', p.person).orderBy('seq', 'desc').limit(p.limit),
  ),

  purgeDecisions: prepare((db, p: { before: number; limit: number }) =>
    db
      .deleteFrom('decisions')
      .where(
        'seq',
        'in',
        db
          .selectFrom('decisions as old')
          .select('old.seq')
          .where('old.at', '<', p.before)
          .orderBy('old.at')
          .limit(p.limit),
      ),
  ),
};

/** Roles and grants; what was given to a person who was merged is the other's. */
export async function rules(sql: Sql) {
  const roles = await sql.all(rightsQueries.roles, {});
  const grants = [];
  for (const { person, ...grant } of await sql.all(rightsQueries.grants, {})) {
    const now = person === null ? undefined : await today(sql, person);
    grants.push({ ...grant, target: now ? `person:${now.id}` : grant.target });
  }
  return { roles, grants };
}

/** Puts these in the place of all that there are. */
export async function replace(
  sql: Sql,
  roles: readonly RoleRow[],
  grants: readonly GrantRow[],
  actor: string,
  now: number,
): Promise<void> {
  await sql.run(rightsQueries.dropRoles, {});
  await sql.run(rightsQueries.dropGrants, {});
  for (const role of roles) await sql.run(rightsQueries.addRole, { ...role });
  for (const grant of grants) await sql.run(rightsQueries.addGrant, { ...grant, actor, now });
  await touchRights(sql);
  const detail = { roles: roles.length, grants: grants.length };
  await noteAudit(sql, { actor, action: 'replace-rights', subject: '', detail }, now);
}

/** Adds these to all that there are: a role of the same name is changed, and a grant is there once. */
export async function merge(
  sql: Sql,
  roles: readonly RoleRow[],
  grants: readonly GrantRow[],
  actor: string,
  now: number,
): Promise<void> {
  const known = await sql.all(rightsQueries.roles, {});
  let place = Math.max(-1, ...known.map((role) => role.place));
  for (const { name, body } of roles) {
    if (known.some((role) => role.name === name)) await sql.run(rightsQueries.changeRole, { name, body });
    else await sql.run(rightsQueries.addRole, { name, body, place: ++place });
  }
  const given = new Set((await sql.all(rightsQueries.grants, {})).map(wordsOf));
  for (const grant of grants)
    if (!given.has(wordsOf(grant))) await sql.run(rightsQueries.addGrant, { ...grant, actor, now });
  await touchRights(sql);
  const detail = { roles: roles.length, grants: grants.length };
  await noteAudit(sql, { actor, action: 'merge-rights', subject: '', detail }, now);
}

function wordsOf({ role, target, from, until }: Pick<GrantRow, 'role' | 'target' | 'from' | 'until'>): string {
  return JSON.stringify([role, target, from, until]);
}

/** @returns Whether it was given now, and not before. */
export async function grant(sql: Sql, row: GrantRow, actor: string, now: number): Promise<boolean> {
  if ((await sql.run(rightsQueries.addGrant, { ...row, actor, now })) === 0) return false;
  await touchRights(sql);
  const { role, target, until } = row;
  await noteAudit(sql, { actor, action: 'grant', subject: row.person ?? '', detail: { role, target, until } }, now);
  return true;
}

export async function revoke(sql: Sql, key: string): Promise<void> {
  if ((await sql.run(rightsQueries.dropGrant, { key })) > 0) await touchRights(sql);
}

export async function note(sql: Sql, decision: DecisionRow): Promise<void> {
  await sql.run(rightsQueries.insertDecision, { ...decision });
}

export async function decisions(sql: Sql, person: string | null, limit: number) {
  if (person === null) return sql.all(rightsQueries.decisions, { limit });
  return sql.all(rightsQueries.decisionsOf, { person, limit });
}
