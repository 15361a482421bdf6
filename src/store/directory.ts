import { setMemberships } from './departments.ts';
import { type AccountKey, leaverQueries, settleAccount } from './leavers.ts';
import { prepare, type Sql } from './sql.ts';

/** What was learned of one account. */
export interface LearnedRow extends AccountKey {
  readonly attributes: readonly (readonly [attribute: string, value: string])[];
  /** Null where only an attribute was found. */
  readonly isActive: boolean | null;
  /** Those she is in herself; null where nothing was learned of them. */
  readonly departments: readonly string[] | null;
}

export const directoryQueries = {
  forget: prepare((db, p: AccountKey) =>
    db.deleteFrom('directory').where('channel', '=', p.channel).where('account', '=', p.account),
  ),

  add: prepare((db, p: AccountKey & { attribute: string; value: string }) =>
    db
      .insertInto('directory')
      .values({ channel: p.channel, account: p.account, attribute: p.attribute, value: p.value })
      .onConflict((conflict) => conflict.columns(['channel', 'account', 'attribute']).doUpdateSet({ value: p.value })),
  ),

  of: prepare((db, p: AccountKey) =>
    db
      .selectFrom('directory')
      .select(['attribute', 'value'])
      .where('channel', '=', p.channel)
      .where('account', '=', p.account),
  ),

  having: prepare((db, p: { attribute: string; value: string }) =>
    db
      .selectFrom('directory')
      .innerJoin('accounts', (join) =>
        join.onRef('accounts.channel', '=', 'directory.channel').onRef('accounts.account', '=', 'directory.account'),
      )
      .select('accounts.person')
      .where('directory.attribute', '=', p.attribute)
      .where('directory.value', '=', p.value)
      .where('accounts.apart_since', 'is', null)
      .where('accounts.left_at', 'is', null),
  ),

  unseen: prepare((db, p: { channel: string; before: number; after: string; limit: number }) =>
    db
      .selectFrom('accounts')
      .select(['account', 'ids'])
      .where('channel', '=', p.channel)
      .where('account', '>', p.after)
      .where('checked_at', '<', p.before)
      .where('left_at', 'is', null)
      .orderBy('account')
      .limit(p.limit),
  ),

  due: prepare((db, p: { before: number; limit: number }) =>
    db
      .selectFrom('accounts')
      .select(['channel', 'account', 'ids'])
      .where('checked_at', '<', p.before)
      .orderBy('checked_at')
      .limit(p.limit),
  ),
};

/** @returns Whether somebody has left, come back or moved. */
export async function learn(sql: Sql, learned: readonly LearnedRow[], now: number): Promise<boolean> {
  let changed = false;
  for (const { channel, account, attributes, isActive, departments } of learned) {
    const key = { channel, account };
    // A directory that tells no attributes leaves those by which others have found the account.
    const isNews = isActive === false || (isActive === true && attributes.length > 0);
    if (isNews) await sql.run(directoryQueries.forget, key);
    for (const [attribute, value] of attributes) await sql.run(directoryQueries.add, { ...key, attribute, value });
    const hers = isActive === false ? [] : departments;
    if (hers !== null && (await setMemberships(sql, key, hers))) changed = true;
    if (isActive !== null && (await settleAccount(sql, key, isActive, now))) changed = true;
  }
  return changed;
}

/** The same for those only who have an account here: of others nothing is kept. */
export async function learnKnown(sql: Sql, learned: readonly LearnedRow[], now: number) {
  const known: LearnedRow[] = [];
  for (const row of learned) if (await sql.one(leaverQueries.account, keyOf(row))) known.push(row);
  const changed = await learn(sql, known, now);
  return { changed, accounts: known.map(({ account }) => account) };
}

function keyOf({ channel, account }: AccountKey): AccountKey {
  return { channel, account };
}

/** The one other person who has a trusted attribute in common with the account. */
export async function match(sql: Sql, channel: string, account: string, trust: readonly string[]) {
  const own = await sql.one(leaverQueries.account, { channel, account });
  if (!own || own.apart_since !== null || own.left_at !== null) return undefined;
  const others = new Set<string>();
  for (const { attribute, value } of await sql.all(directoryQueries.of, { channel, account })) {
    if (!trust.includes(attribute)) continue;
    for (const { person } of await sql.all(directoryQueries.having, { attribute, value })) others.add(person);
  }
  others.delete(own.person);
  const [only] = others;
  return others.size === 1 ? only : undefined;
}

/** Whether a directory has ever had this account. */
export async function isKnown(sql: Sql, channel: string, account: string): Promise<boolean> {
  return (await sql.one(leaverQueries.account, { channel, account }))?.checked_at != null;
}

export async function due(sql: Sql, before: number, limit: number) {
  return sql.all(directoryQueries.due, { before, limit });
}

/** Members whom nobody has found since a time, by their accounts. */
export async function unseen(sql: Sql, channel: string, before: number, after: string, limit: number) {
  return sql.all(directoryQueries.unseen, { channel, before, after, limit });
}
