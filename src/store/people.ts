import { randomBytes } from 'node:crypto';
import { prepare, type Sql } from './sql.ts';

/** An account as a message tells of it. */
export interface SeenAccount {
  readonly channel: string;
  readonly account: string;
  readonly name: string | null;
  /** JSON of the wider ids that were told, maybe not all of them. */
  readonly ids: string;
  readonly lang: string | null;
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
      ])
      .where('accounts.channel', '=', p.channel)
      .where('accounts.account', '=', p.account),
  ),

  insertPerson: prepare((db, p: { id: string; name: string | null; now: number }) =>
    db.insertInto('people').values({ id: p.id, name: p.name, created_at: p.now }),
  ),

  insertAccount: prepare((db, p: SeenAccount & { person: string; now: number }) =>
    db.insertInto('accounts').values({
      channel: p.channel,
      account: p.account,
      person: p.person,
      name: p.name,
      ids: p.ids,
      lang: p.lang,
      seen_at: p.now,
    }),
  ),

  updateAccount: prepare((db, p: SeenAccount & { now: number }) =>
    db
      .updateTable('accounts')
      .set({ name: p.name, ids: p.ids, lang: p.lang, seen_at: p.now })
      .where('channel', '=', p.channel)
      .where('account', '=', p.account),
  ),

  rename: prepare((db, p: { id: string; name: string | null }) =>
    db.updateTable('people').set({ name: p.name }).where('id', '=', p.id),
  ),

  setLang: prepare((db, p: { id: string; lang: string }) =>
    db.updateTable('people').set({ lang: p.lang }).where('id', '=', p.id),
  ),
};

/** Writes only when the account tells something new, for this runs for every message. */
export async function identify(sql: Sql, seen: SeenAccount, now: number) {
  const known = await sql.one(peopleQueries.find, seen);
  if (!known) return create(sql, seen, now);

  const name = seen.name ?? known.name;
  const lang = seen.lang ?? known.lang;
  const ids = mergedIds(known.ids, seen.ids);
  if (name !== known.name || lang !== known.lang || ids !== known.ids) {
    await sql.run(peopleQueries.updateAccount, { channel: seen.channel, account: seen.account, name, ids, lang, now });
  }
  if (name !== known.name) await sql.run(peopleQueries.rename, { id: known.id, name });
  const personName = name === known.name ? known.personName : name;
  return { id: known.id, name: personName, lang: known.chosen ?? lang };
}

export async function setLang(sql: Sql, id: string, lang: string) {
  await sql.run(peopleQueries.setLang, { id, lang });
}

async function create(sql: Sql, seen: SeenAccount, now: number) {
  const id = newPersonId();
  await sql.run(peopleQueries.insertPerson, { id, name: seen.name, now });
  await sql.run(peopleQueries.insertAccount, { ...seen, person: id, now });
  return { id, name: seen.name, lang: seen.lang };
}

export function newPersonId(): string {
  return `p-${randomBytes(12).toString('base64url')}`;
}

// One event tells more ids than another (a button press fewer than a message): what was known stays.
function mergedIds(known: string, seen: string): string {
  if (known === seen) return known;
  return JSON.stringify({ ...(JSON.parse(known) as object), ...(JSON.parse(seen) as object) });
}
