import { randomBytes } from 'node:crypto';
import { joinChoices } from './agent-choices.ts';
import { type Entry, note } from './audit.ts';
import { settlePerson } from './leavers.ts';
import { addPerson } from './new-person.ts';
import { touchRights } from './rights-revision.ts';
import { personScope, sealedScope } from './sessions.ts';
import { prepare, type Sql } from './sql.ts';
import { joinUsage } from './usage.ts';

/** Who makes or parts persons, and on what grounds. */
export interface Deed {
  readonly actor: string;
  readonly reason: string;
}

type AccountKey = readonly [channel: string, account: string];

const COLUMNS = ['id', 'kept', 'absorbed', 'reason', 'actor', 'merged_at', 'undone_at'] as const;

export const mergeQueries = {
  person: prepare((db, p: { id: string }) =>
    db.selectFrom('people').select(['id', 'name', 'lang', 'created_at', 'merged_into']).where('id', '=', p.id),
  ),

  absorb: prepare((db, p: { id: string; into: string | null }) =>
    db.updateTable('people').set({ merged_into: p.into }).where('id', '=', p.id),
  ),

  describe: prepare((db, p: { id: string; name: string | null; lang: string | null }) =>
    db.updateTable('people').set({ name: p.name, lang: p.lang }).where('id', '=', p.id),
  ),

  absorbed: prepare((db, p: { id: string }) => db.selectFrom('people').select('id').where('merged_into', '=', p.id)),

  accounts: prepare((db, p: { person: string }) =>
    db.selectFrom('accounts').select(['channel', 'account', 'name', 'seen_at']).where('person', '=', p.person),
  ),

  account: prepare((db, p: { channel: string; account: string }) =>
    db
      .selectFrom('accounts')
      .select(['person', 'name'])
      .where('channel', '=', p.channel)
      .where('account', '=', p.account),
  ),

  moveAccount: prepare((db, p: { channel: string; account: string; person: string; apart: number | null }) =>
    db
      .updateTable('accounts')
      .set({ person: p.person, apart_since: p.apart })
      .where('channel', '=', p.channel)
      .where('account', '=', p.account),
  ),

  sessions: prepare((db, p: { scope: string }) =>
    db.selectFrom('sessions').select(['id', 'agent', 'last_used_at', 'ended_at']).where('scope', '=', p.scope),
  ),

  speakers: prepare((db, p: { session: string }) =>
    db.selectFrom('session_accounts').select(['channel', 'account']).where('session', '=', p.session),
  ),

  moveSession: prepare((db, p: { id: string; scope: string; end: number | null }) =>
    db
      .updateTable('sessions')
      .set((eb) => ({ scope: p.scope, ended_at: eb.fn.coalesce('ended_at', eb.val(p.end)) }))
      .where('id', '=', p.id),
  ),

  endSession: prepare((db, p: { id: string; now: number }) =>
    db.updateTable('sessions').set({ ended_at: p.now }).where('id', '=', p.id),
  ),

  reopenSession: prepare((db, p: { id: string }) =>
    db.updateTable('sessions').set({ ended_at: null }).where('id', '=', p.id),
  ),

  insert: prepare(
    (db, p: Deed & { id: string; kept: string; absorbed: string; now: number; accounts: string; ended: string }) =>
      db.insertInto('merges').values({
        id: p.id,
        kept: p.kept,
        absorbed: p.absorbed,
        reason: p.reason,
        actor: p.actor,
        merged_at: p.now,
        accounts: p.accounts,
        ended: p.ended,
      }),
  ),

  list: prepare((db, p: { after: string; limit: number }) =>
    db
      .selectFrom('people')
      .select(['id', 'name', 'lang', 'created_at'])
      .where('id', '>', p.after)
      .where('merged_into', 'is', null)
      .orderBy('id')
      .limit(p.limit),
  ),

  byId: prepare((db, p: { id: string }) =>
    db
      .selectFrom('merges')
      .select([...COLUMNS, 'accounts', 'ended'])
      .where('id', '=', p.id),
  ),

  undone: prepare((db, p: { id: string; now: number }) =>
    db.updateTable('merges').set({ undone_at: p.now }).where('id', '=', p.id).where('undone_at', 'is', null),
  ),

  keptBy: prepare((db, p: { person: string }) => db.selectFrom('merges').select(COLUMNS).where('kept', '=', p.person)),

  absorbedFrom: prepare((db, p: { person: string }) =>
    db.selectFrom('merges').select(COLUMNS).where('absorbed', '=', p.person),
  ),
};

/** Who this person is by now: herself, or whom she was merged into. Undefined for somebody unknown. */
export async function today(sql: Sql, id: string) {
  let person = await sql.one(mergeQueries.person, { id });
  while (person?.merged_into != null) person = await sql.one(mergeQueries.person, { id: person.merged_into });
  return person;
}

/** Everybody this person has been: herself and all who were merged into her. */
export async function everBeen(sql: Sql, id: string): Promise<readonly string[]> {
  const all = [id];
  for (const one of all) {
    for (const { id: former } of await sql.all(mergeQueries.absorbed, { id: one })) all.push(former);
  }
  return all;
}

export async function merge(sql: Sql, one: string, other: string, deed: Deed, now: number) {
  const [first, second] = [await today(sql, one), await today(sql, other)];
  if (!first || !second || first.id === second.id) return undefined;
  const [kept, absorbed] = first.created_at <= second.created_at ? [first, second] : [second, first];
  const accounts = (await sql.all(mergeQueries.accounts, { person: absorbed.id })).map(keyOf);
  for (const [channel, account] of accounts) {
    await sql.run(mergeQueries.moveAccount, { channel, account, person: kept.id, apart: null });
  }
  await sql.run(mergeQueries.absorb, { id: absorbed.id, into: kept.id });
  const { name, lang } = kept;
  await sql.run(mergeQueries.describe, { id: kept.id, name: name ?? absorbed.name, lang: lang ?? absorbed.lang });
  await joinUsage(sql, kept.id, absorbed.id, now);
  await joinChoices(sql, personScope(kept.id), personScope(absorbed.id));
  await settlePerson(sql, kept.id, now);
  await touchRights(sql);
  const ended = await joinSessions(sql, kept.id, absorbed.id, now);
  const id = `m-${randomBytes(12).toString('base64url')}`;
  const stored = { id, kept: kept.id, absorbed: absorbed.id, ...deed };
  const lists = { accounts: JSON.stringify(accounts), ended: JSON.stringify(ended) };
  await sql.run(mergeQueries.insert, { ...stored, ...lists, now });
  await note(sql, entry(deed, 'merge', kept.id, { merge: id, absorbed: absorbed.id }), now);
  return { ...stored, merged_at: now, undone_at: null };
}

/** Of two running sessions with one agent the one used last goes on. @returns Those that were ended. */
async function joinSessions(sql: Sql, kept: string, absorbed: string, now: number): Promise<readonly string[]> {
  const hers = await sql.all(mergeQueries.sessions, { scope: personScope(kept) });
  const others = await sql.all(mergeQueries.sessions, { scope: personScope(absorbed) });
  const ended: string[] = [];
  for (const one of hers.filter(isRunning)) {
    const other = others.filter(isRunning).find(({ agent }) => agent === one.agent);
    if (other) ended.push(other.last_used_at > one.last_used_at ? one.id : other.id);
  }
  for (const id of ended) await sql.run(mergeQueries.endSession, { id, now });
  for (const { id } of others) await sql.run(mergeQueries.moveSession, { id, scope: personScope(kept), end: null });
  return ended;
}

function isRunning({ ended_at }: { readonly ended_at: number | null }): boolean {
  return ended_at === null;
}

export async function unlink(sql: Sql, channel: string, account: string, deed: Deed, now: number) {
  const found = await sql.one(mergeQueries.account, { channel, account });
  if (!found) return undefined;
  const siblings = await sql.all(mergeQueries.accounts, { person: found.person });
  if (siblings.length === 1) return undefined;
  const id = await addPerson(sql, found.name, now);
  await part(sql, [[channel, account]], found.person, id, now);
  await note(sql, entry(deed, 'unlink', found.person, { channel, account, person: id }), now);
  return id;
}

export async function undo(sql: Sql, id: string, deed: Deed, now: number) {
  const record = await sql.one(mergeQueries.byId, { id });
  const kept = record && (await today(sql, record.kept));
  if (!record || record.undone_at !== null || !kept) return false;
  const here = (await sql.all(mergeQueries.accounts, { person: kept.id })).map(keyOf);
  const came = JSON.parse(record.accounts) as readonly AccountKey[];
  const back = came.filter((key) => contains(here, key));
  if (back.length === 0 || back.length === here.length) return false;
  await sql.run(mergeQueries.undone, { id, now });
  await sql.run(mergeQueries.absorb, { id: record.absorbed, into: null });
  await part(sql, back, kept.id, record.absorbed, now);
  await reopen(sql, JSON.parse(record.ended) as readonly string[], [kept.id, record.absorbed]);
  await note(sql, entry(deed, 'undo-merge', kept.id, { merge: id, absorbed: record.absorbed }), now);
  return true;
}

/**
 * Gives accounts of one person to another. A dialogue goes with whoever alone has spoken in it; one in which both sides have is nobody's
 * from now on, for each would read what the other wrote.
 */
async function part(sql: Sql, accounts: readonly AccountKey[], from: string, to: string, now: number) {
  for (const [channel, account] of accounts) {
    await sql.run(mergeQueries.moveAccount, { channel, account, person: to, apart: now });
  }
  for (const person of [from, to]) await settlePerson(sql, person, now);
  await touchRights(sql);
  for (const { id } of await sql.all(mergeQueries.sessions, { scope: personScope(from) })) {
    const speakers = (await sql.all(mergeQueries.speakers, { session: id })).map(keyOf);
    const theirs = speakers.filter((key) => contains(accounts, key));
    if (theirs.length === 0) continue;
    const goes = theirs.length === speakers.length;
    const scope = goes ? personScope(to) : sealedScope(id);
    await sql.run(mergeQueries.moveSession, { id, scope, end: goes ? null : now });
  }
}

/** What was ended only because two persons became one goes on, where nothing else has begun. */
async function reopen(sql: Sql, ended: readonly string[], persons: readonly string[]) {
  for (const person of persons) {
    const sessions = await sql.all(mergeQueries.sessions, { scope: personScope(person) });
    const busy = new Set(sessions.filter(isRunning).map(({ agent }) => agent));
    const rested = sessions.filter(({ id, agent }) => ended.includes(id) && !busy.has(agent));
    for (const { id } of rested) await sql.run(mergeQueries.reopenSession, { id });
  }
}

function entry({ actor, reason }: Deed, action: string, subject: string, detail: Entry['detail']): Entry {
  return { actor, action, subject, detail: { ...detail, reason } };
}

function keyOf({ channel, account }: { readonly channel: string; readonly account: string }): AccountKey {
  return [channel, account];
}

function contains(keys: readonly AccountKey[], [channel, account]: AccountKey): boolean {
  return keys.some(([otherChannel, other]) => otherChannel === channel && other === account);
}

export async function accounts(sql: Sql, person: string) {
  return sql.all(mergeQueries.accounts, { person });
}

export async function ofPerson(sql: Sql, person: string) {
  const rows = [
    ...(await sql.all(mergeQueries.keptBy, { person })),
    ...(await sql.all(mergeQueries.absorbedFrom, { person })),
  ];
  return rows.toSorted((one, other) => other.merged_at - one.merged_at);
}

/** Persons who are themselves, by their ids. */
export async function list(sql: Sql, after: string, limit: number) {
  return sql.all(mergeQueries.list, { after, limit });
}
