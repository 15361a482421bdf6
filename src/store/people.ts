import { note } from './audit.ts';
import { addPerson } from './new-person.ts';
import { prepare, type Sql } from './sql.ts';

/** An account as a message tells of it. */
export interface SeenAccount {
  readonly channel: string;
  readonly account: string;
  readonly name: string | null;
  /** JSON of the wider ids that were told, maybe not all of them. */
  readonly ids: string;
  readonly lang: string | null;
  /** By which the vendor knows it in all its apps. */
  readonly everywhere: string | null;
}

export const peopleQueries = {
  find: prepare((db, p: { channel: string; account: string }) =>
    db
      .selectFrom('accounts')
      .innerJoin('people', 'people.id', 'accounts.person')
      .select([
        'people.id',
        'people.name as personName',
        'people.lang as chosen',
        'accounts.name',
        'accounts.ids',
        'accounts.lang',
        'accounts.everywhere',
        'accounts.apart_since',
        'accounts.left_at',
        'people.left_at as leftEverywhere',
      ])
      .where('accounts.channel', '=', p.channel)
      .where('accounts.account', '=', p.account),
  ),

  insertAccount: prepare((db, p: SeenAccount & { person: string; now: number }) =>
    db.insertInto('accounts').values({
      channel: p.channel,
      account: p.account,
      person: p.person,
      name: p.name,
      ids: p.ids,
      lang: p.lang,
      everywhere: p.everywhere,
      seen_at: p.now,
    }),
  ),

  updateAccount: prepare((db, p: SeenAccount & { now: number }) =>
    db
      .updateTable('accounts')
      .set({ name: p.name, ids: p.ids, lang: p.lang, everywhere: p.everywhere, seen_at: p.now })
      .where('channel', '=', p.channel)
      .where('account', '=', p.account),
  ),

  elsewhere: prepare((db, p: { everywhere: string; channel: string; account: string }) =>
    db
      .selectFrom('accounts')
      .innerJoin('people', 'people.id', 'accounts.person')
      .select(['people.id', 'people.name', 'people.lang', 'people.left_at'])
      .where('accounts.everywhere', '=', p.everywhere)
      .where('accounts.apart_since', 'is', null)
      .where((eb) => eb.or([eb('accounts.channel', '<>', p.channel), eb('accounts.account', '<>', p.account)]))
      .limit(1),
  ),

  rename: prepare((db, p: { id: string; name: string | null }) =>
    db.updateTable('people').set({ name: p.name }).where('id', '=', p.id),
  ),

  setLang: prepare((db, p: { id: string; lang: string }) =>
    db.updateTable('people').set({ lang: p.lang }).where('id', '=', p.id),
  ),
};

/**
 * Writes only when the account tells something new, for this runs for every message.
 *
 * @returns With `same`, somebody else whom the vendor says this account is too: to be merged, then asked again.
 */
export async function identify(sql: Sql, seen: SeenAccount, now: number) {
  const known = await sql.one(peopleQueries.find, seen);
  if (!known) return create(sql, seen, now);

  const { channel, account } = seen;
  const name = seen.name ?? known.name;
  const lang = seen.lang ?? known.lang;
  const ids = mergedIds(known.ids, seen.ids);
  const everywhere = seen.everywhere ?? known.everywhere;
  const isNews = everywhere !== known.everywhere;
  const same = isNews && known.apart_since === null ? await elsewhere(sql, seen) : undefined;
  if (same && same.id !== known.id)
    return { id: known.id, name, lang, same: same.id, left: known.left_at ?? known.leftEverywhere };
  if (name !== known.name || lang !== known.lang || ids !== known.ids || isNews) {
    await sql.run(peopleQueries.updateAccount, { channel, account, name, ids, lang, everywhere, now });
  }
  if (name !== known.name) await sql.run(peopleQueries.rename, { id: known.id, name });
  const personName = name === known.name ? known.personName : name;
  return {
    id: known.id,
    name: personName,
    lang: known.chosen ?? lang,
    same: undefined,
    left: known.left_at ?? known.leftEverywhere,
  };
}

/** The person of an account, as `identify` would tell of her. */
export async function find(sql: Sql, channel: string, account: string) {
  const known = await sql.one(peopleQueries.find, { channel, account });
  if (!known) return undefined;
  return {
    id: known.id,
    name: known.personName,
    lang: known.chosen ?? known.lang,
    left: known.left_at ?? known.leftEverywhere,
  };
}

async function elsewhere(sql: Sql, { channel, account, everywhere }: SeenAccount) {
  return everywhere === null ? undefined : sql.one(peopleQueries.elsewhere, { everywhere, channel, account });
}

export async function setLang(sql: Sql, id: string, lang: string) {
  await sql.run(peopleQueries.setLang, { id, lang });
}

async function create(sql: Sql, seen: SeenAccount, now: number) {
  const same = await elsewhere(sql, seen);
  if (same) {
    await sql.run(peopleQueries.insertAccount, { ...seen, person: same.id, now });
    const { channel, account } = seen;
    const detail = { channel, account, reason: 'vendor-id' };
    await note(sql, { actor: 'vendor', action: 'link', subject: same.id, detail }, now);
    return {
      id: same.id,
      name: same.name ?? seen.name,
      lang: same.lang ?? seen.lang,
      same: undefined,
      left: same.left_at,
    };
  }
  const id = await addPerson(sql, seen.name, now);
  await sql.run(peopleQueries.insertAccount, { ...seen, person: id, now });
  return { id, name: seen.name, lang: seen.lang, same: undefined, left: null };
}

// One event tells more ids than another (a button press fewer than a message): what was known stays.
function mergedIds(known: string, seen: string): string {
  if (known === seen) return known;
  return JSON.stringify({ ...(JSON.parse(known) as object), ...(JSON.parse(seen) as object) });
}
