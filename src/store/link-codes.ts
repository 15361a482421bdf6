import { merge } from './merges.ts';
import { prepare, type Sql } from './sql.ts';

/** How long a code may be typed, and how long wrong ones are held against an account, in milliseconds. */
const VALID_MS = 10 * 60_000;
const MOST_TRIES = 5;

/** A one-time code as it is kept: its hash, and who is told when it was used. */
export interface NewCode {
  readonly hash: string;
  readonly person: string;
  readonly lane: string;
  readonly address: string;
  readonly lang: string;
}

export interface Typist {
  readonly channel: string;
  readonly account: string;
  readonly person: string;
}

export const linkCodeQueries = {
  // One code a person: the newest.
  dropOf: prepare((db, p: { person: string }) => db.deleteFrom('link_codes').where('person', '=', p.person)),

  dropOld: prepare((db, p: { before: number }) => db.deleteFrom('link_codes').where('expires_at', '<', p.before)),

  drop: prepare((db, p: { hash: string }) =>
    db.deleteFrom('link_codes').where('hash', '=', p.hash).where('used_by', 'is', null),
  ),

  insert: prepare((db, p: NewCode & { expires: number }) =>
    db.insertInto('link_codes').values({
      hash: p.hash,
      person: p.person,
      lane: p.lane,
      address: p.address,
      lang: p.lang,
      expires_at: p.expires,
    }),
  ),

  find: prepare((db, p: { hash: string; now: number }) =>
    db
      .selectFrom('link_codes')
      .select(['person', 'lane', 'address', 'lang', 'used_by'])
      .where('hash', '=', p.hash)
      .where('expires_at', '>', p.now),
  ),

  use: prepare((db, p: { hash: string; by: string }) =>
    db.updateTable('link_codes').set({ used_by: p.by }).where('hash', '=', p.hash).where('used_by', 'is', null),
  ),

  tries: prepare((db, p: { channel: string; account: string }) =>
    db
      .selectFrom('link_tries')
      .select(['tries', 'since'])
      .where('channel', '=', p.channel)
      .where('account', '=', p.account),
  ),

  setTries: prepare((db, p: { channel: string; account: string; tries: number; since: number }) =>
    db
      .insertInto('link_tries')
      .values({ channel: p.channel, account: p.account, tries: p.tries, since: p.since })
      .onConflict((conflict) =>
        conflict.columns(['channel', 'account']).doUpdateSet({ tries: p.tries, since: p.since }),
      ),
  ),
};

export async function offer(sql: Sql, code: NewCode, now: number) {
  await sql.run(linkCodeQueries.dropOf, { person: code.person });
  await sql.run(linkCodeQueries.dropOld, { before: now - VALID_MS });
  await sql.run(linkCodeQueries.insert, { ...code, expires: now + VALID_MS });
}

/** Shown where others could read it: worth nothing from now on. */
export async function burn(sql: Sql, hash: string) {
  return (await sql.run(linkCodeQueries.drop, { hash })) === 1;
}

/**
 * Links whoever typed a code with whoever got it. Asked again by the same account for the same code, it answers the same. Wrong codes are
 * counted by the account that types them, for there is no saying whose code was meant.
 */
export async function redeem(sql: Sql, hash: string, typist: Typist, now: number) {
  const { channel, account, person } = typist;
  const by = JSON.stringify([channel, account]);
  const failed = (await sql.one(linkCodeQueries.tries, { channel, account })) ?? { tries: 0, since: now };
  const tried = now - failed.since > VALID_MS ? { tries: 0, since: now } : failed;
  if (tried.tries >= MOST_TRIES) return { kind: 'locked' } as const;

  const code = await sql.one(linkCodeQueries.find, { hash, now });
  const isTheirs = code !== undefined && (code.used_by === null || code.used_by === by);
  if (!isTheirs) {
    const tries = tried.tries + 1;
    await sql.run(linkCodeQueries.setTries, { channel, account, tries, since: tried.since });
    return { kind: 'wrong', left: MOST_TRIES - tries } as const;
  }
  const { lane, address, lang } = code;
  if (code.used_by === by) return { kind: 'linked', lane, address, lang } as const;
  const made = await merge(sql, code.person, person, { actor: person, reason: 'code' }, now);
  if (!made) return { kind: 'own' } as const;
  await sql.run(linkCodeQueries.use, { hash, by });
  return { kind: 'linked', lane, address, lang } as const;
}
