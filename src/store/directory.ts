import { note } from './audit.ts';
import { personScope } from './sessions.ts';
import { prepare, type Sql } from './sql.ts';

interface Key {
  readonly channel: string;
  readonly account: string;
}

/** What was learned of one account. */
export interface LearnedRow extends Key {
  readonly attributes: readonly (readonly [attribute: string, value: string])[];
  /** Null where only an attribute was found. */
  readonly isActive: boolean | null;
}

export const directoryQueries = {
  forget: prepare((db, p: Key) =>
    db.deleteFrom('directory').where('channel', '=', p.channel).where('account', '=', p.account),
  ),

  add: prepare((db, p: Key & { attribute: string; value: string }) =>
    db
      .insertInto('directory')
      .values({ channel: p.channel, account: p.account, attribute: p.attribute, value: p.value })
      .onConflict((conflict) => conflict.columns(['channel', 'account', 'attribute']).doUpdateSet({ value: p.value })),
  ),

  of: prepare((db, p: Key) =>
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

  account: prepare((db, p: Key) =>
    db
      .selectFrom('accounts')
      .select(['person', 'left_at', 'apart_since', 'checked_at'])
      .where('channel', '=', p.channel)
      .where('account', '=', p.account),
  ),

  checked: prepare((db, p: Key & { now: number; left: number | null }) =>
    db
      .updateTable('accounts')
      .set({ checked_at: p.now, left_at: p.left })
      .where('channel', '=', p.channel)
      .where('account', '=', p.account),
  ),

  endSessions: prepare((db, p: { scope: string; now: number }) =>
    db.updateTable('sessions').set({ ended_at: p.now }).where('scope', '=', p.scope).where('ended_at', 'is', null),
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

export async function learn(sql: Sql, learned: readonly LearnedRow[], now: number) {
  for (const { channel, account, attributes, isActive } of learned) {
    const key = { channel, account };
    // A directory that tells no attributes leaves those by which others have found the account.
    const isNews = isActive === false || (isActive === true && attributes.length > 0);
    if (isNews) await sql.run(directoryQueries.forget, key);
    for (const [attribute, value] of attributes) await sql.run(directoryQueries.add, { ...key, attribute, value });
    if (isActive !== null) await settle(sql, key, isActive, now);
  }
}

/** Notes that an account was looked up, and what follows when its owner has left or come back. */
async function settle(sql: Sql, key: Key, isActive: boolean, now: number) {
  const known = await sql.one(directoryQueries.account, key);
  if (!known) return;
  const { person, left_at: before } = known;
  await sql.run(directoryQueries.checked, { ...key, now, left: isActive ? null : (before ?? now) });
  if (isActive === (before === null)) return;
  if (!isActive) await sql.run(directoryQueries.endSessions, { scope: personScope(person), now });
  const action = isActive ? 'came-back' : 'left';
  await note(sql, { actor: 'directory', action, subject: person, detail: { ...key } }, now);
}

/** The one other person who has a trusted attribute in common with the account. */
export async function match(sql: Sql, channel: string, account: string, trust: readonly string[]) {
  const own = await sql.one(directoryQueries.account, { channel, account });
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
  return (await sql.one(directoryQueries.account, { channel, account }))?.checked_at != null;
}

export async function due(sql: Sql, before: number, limit: number) {
  return sql.all(directoryQueries.due, { before, limit });
}
