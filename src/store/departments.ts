import { type AccountKey, leaverQueries } from './leavers.ts';
import { touchRights } from './rights-revision.ts';
import { prepare, type Sql } from './sql.ts';

interface DepartmentKey {
  readonly channel: string;
  readonly department: string;
}

/** A department as a directory tells of it. */
export interface DepartmentRow extends DepartmentKey {
  readonly name: string | null;
  readonly parent: string | null;
}

export const departmentQueries = {
  read: prepare((db, p: DepartmentKey) =>
    db
      .selectFrom('departments')
      .select(['channel', 'department', 'name', 'parent'])
      .where('channel', '=', p.channel)
      .where('department', '=', p.department),
  ),

  put: prepare((db, p: DepartmentRow & { now: number }) =>
    db
      .insertInto('departments')
      .values({ channel: p.channel, department: p.department, name: p.name, parent: p.parent, seen_at: p.now })
      .onConflict((conflict) =>
        conflict.columns(['channel', 'department']).doUpdateSet({ name: p.name, parent: p.parent, seen_at: p.now }),
      ),
  ),

  drop: prepare((db, p: DepartmentKey) =>
    db.deleteFrom('departments').where('channel', '=', p.channel).where('department', '=', p.department),
  ),

  dropMembers: prepare((db, p: DepartmentKey) =>
    db.deleteFrom('memberships').where('channel', '=', p.channel).where('department', '=', p.department),
  ),

  unseen: prepare((db, p: { channel: string; before: number }) =>
    db
      .selectFrom('departments')
      .select(['channel', 'department'])
      .where('channel', '=', p.channel)
      .where('seen_at', '<', p.before),
  ),

  page: prepare((db, p: { channel: string; after: string; limit: number }) =>
    db
      .selectFrom('departments')
      .select(['channel', 'department', 'name', 'parent'])
      .where('channel', '=', p.channel)
      .where('department', '>', p.after)
      .orderBy('department')
      .limit(p.limit),
  ),

  of: prepare((db, p: AccountKey) =>
    db.selectFrom('memberships').select('department').where('channel', '=', p.channel).where('account', '=', p.account),
  ),

  join: prepare((db, p: AccountKey & { department: string }) =>
    db
      .insertInto('memberships')
      .values({ channel: p.channel, account: p.account, department: p.department })
      .onConflict((conflict) => conflict.columns(['channel', 'account', 'department']).doNothing()),
  ),

  leave: prepare((db, p: AccountKey & { department: string }) =>
    db
      .deleteFrom('memberships')
      .where('channel', '=', p.channel)
      .where('account', '=', p.account)
      .where('department', '=', p.department),
  ),

  ofPerson: prepare((db, p: { person: string }) =>
    db
      .selectFrom('accounts')
      .innerJoin('memberships', (join) =>
        join
          .onRef('memberships.channel', '=', 'accounts.channel')
          .onRef('memberships.account', '=', 'accounts.account'),
      )
      .select(['memberships.channel', 'memberships.department'])
      .where('accounts.person', '=', p.person)
      .where('accounts.left_at', 'is', null),
  ),
};

/** Notes which departments an account is in. @returns Whether they were others before. */
export async function setMemberships(sql: Sql, key: AccountKey, departments: readonly string[]): Promise<boolean> {
  const before = (await sql.all(departmentQueries.of, key)).map(({ department }) => department);
  const came = departments.filter((one) => !before.includes(one));
  const went = before.filter((one) => !departments.includes(one));
  for (const department of came) await sql.run(departmentQueries.join, { ...key, department });
  for (const department of went) await sql.run(departmentQueries.leave, { ...key, department });
  const changed = came.length + went.length > 0;
  if (changed) await touchRights(sql);
  return changed;
}

/** Keeps what departments are called and what they are part of. @returns Whether anything is new. */
export async function place(sql: Sql, rows: readonly DepartmentRow[], now: number): Promise<boolean> {
  let changed = false;
  for (const row of rows) {
    const before = await sql.one(departmentQueries.read, { channel: row.channel, department: row.department });
    if (!before || before.name !== row.name || before.parent !== row.parent) changed = true;
    await sql.run(departmentQueries.put, { ...row, now });
  }
  if (changed) await touchRights(sql);
  return changed;
}

/** Departments that are no more; nobody is in them. */
export async function drop(sql: Sql, keys: readonly DepartmentKey[]): Promise<void> {
  for (const { channel, department } of keys) {
    await sql.run(departmentQueries.drop, { channel, department });
    await sql.run(departmentQueries.dropMembers, { channel, department });
  }
  if (keys.length > 0) await touchRights(sql);
}

/** Those that a whole look through the directory did not find. @returns How many. */
export async function dropUnseen(sql: Sql, channel: string, before: number): Promise<number> {
  const gone = await sql.all(departmentQueries.unseen, { channel, before });
  await drop(sql, gone);
  return gone.length;
}

export async function page(sql: Sql, channel: string, after: string, limit: number) {
  return sql.all(departmentQueries.page, { channel, after, limit });
}

function placeOf({ channel, department }: DepartmentKey): string {
  return JSON.stringify([channel, department]);
}

/** Companies have fewer levels; a ring would have more. */
const MOST_LEVELS = 50;

/** Where a person stands: her departments, then those above them; and whether she has left. */
export async function standing(sql: Sql, person: string) {
  const rows = await sql.all(departmentQueries.ofPerson, { person });
  const own = rows.toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
  const found = new Map<string, DepartmentRow & { isOwn: boolean }>();
  let level: readonly DepartmentKey[] = own;
  for (let depth = 0; level.length > 0 && depth < MOST_LEVELS; depth += 1) {
    const above: DepartmentKey[] = [];
    for (const { channel, department } of level) {
      const key = placeOf({ channel, department });
      const row = found.has(key) ? undefined : await sql.one(departmentQueries.read, { channel, department });
      if (!row) continue;
      found.set(key, { ...row, isOwn: depth === 0 });
      if (row.parent !== null) above.push({ channel, department: row.parent });
    }
    level = above;
  }
  const left = (await sql.one(leaverQueries.person, { id: person }))?.left_at ?? null;
  return { departments: [...found.values()], left };
}
