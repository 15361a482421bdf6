import { note } from './audit.ts';
import { touchRights } from './rights-revision.ts';
import { personScope } from './sessions.ts';
import { prepare, type Sql } from './sql.ts';

export interface AccountKey {
  readonly channel: string;
  readonly account: string;
}

export const leaverQueries = {
  account: prepare((db, p: AccountKey) =>
    db
      .selectFrom('accounts')
      .select(['person', 'left_at', 'apart_since', 'checked_at'])
      .where('channel', '=', p.channel)
      .where('account', '=', p.account),
  ),

  checked: prepare((db, p: AccountKey & { now: number; left: number | null }) =>
    db
      .updateTable('accounts')
      .set({ checked_at: p.now, left_at: p.left })
      .where('channel', '=', p.channel)
      .where('account', '=', p.account),
  ),

  accounts: prepare((db, p: { person: string }) =>
    db.selectFrom('accounts').select(['left_at', 'checked_at']).where('person', '=', p.person),
  ),

  person: prepare((db, p: { id: string }) => db.selectFrom('people').select('left_at').where('id', '=', p.id)),

  mark: prepare((db, p: { id: string; left: number | null }) =>
    db.updateTable('people').set({ left_at: p.left }).where('id', '=', p.id),
  ),

  endSessions: prepare((db, p: { scope: string; now: number }) =>
    db.updateTable('sessions').set({ ended_at: p.now }).where('scope', '=', p.scope).where('ended_at', 'is', null),
  ),
};

/**
 * Notes that an account was looked up, and what follows when its owner has left or come back.
 * @returns Whether either has happened.
 */
export async function settleAccount(sql: Sql, key: AccountKey, isActive: boolean, now: number): Promise<boolean> {
  const known = await sql.one(leaverQueries.account, key);
  if (!known) return false;
  const { person, left_at: before } = known;
  await sql.run(leaverQueries.checked, { ...key, now, left: isActive ? null : (before ?? now) });
  // A first look that finds her may let in whoever was shut out for want of one.
  const changed = await settlePerson(sql, person, now);
  if (isActive === (before === null)) return changed;
  if (!isActive) await sql.run(leaverQueries.endSessions, { scope: personScope(person), now });
  const action = isActive ? 'came-back' : 'left';
  await note(sql, { actor: 'directory', action, subject: person, detail: { ...key } }, now);
  await touchRights(sql);
  return true;
}

/**
 * Whether a person has left everywhere: one directory says so, and none says that she is still there. Accounts that no directory speaks
 * for go by that too.
 */
export async function settlePerson(sql: Sql, person: string, now: number): Promise<boolean> {
  const accounts = await sql.all(leaverQueries.accounts, { person });
  const isThere = accounts.some(({ left_at, checked_at }) => left_at === null && checked_at !== null);
  const hasLeft = !isThere && accounts.some(({ left_at }) => left_at !== null);
  const before = (await sql.one(leaverQueries.person, { id: person }))?.left_at ?? null;
  if (hasLeft === (before !== null)) return false;
  await sql.run(leaverQueries.mark, { id: person, left: hasLeft ? now : null });
  await touchRights(sql);
  return true;
}
