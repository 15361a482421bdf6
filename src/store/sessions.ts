import { randomBytes } from 'node:crypto';
import { GatewayError } from '../core/errors.ts';
import { allOf, prepare, type Sql } from './sql.ts';

/** Whose dialogue is meant, and how long it may rest. */
export interface Dialogue {
  readonly scope: string;
  /** A person's own, on every platform; else that of a lane. */
  readonly isPersonal: boolean;
  readonly idleMs: number;
}

/** Who speaks in a session, and with which agent. */
export interface Speaker {
  readonly channel: string;
  readonly account: string;
  readonly person: string;
  readonly agent: string;
  /** Her inbox row. */
  readonly seq: number;
}

/** The session that a turn is to begin in. */
export interface Running {
  readonly id: string;
  readonly user: string;
  readonly conversation: string | null;
  readonly name: string | null;
  readonly isNew: boolean;
  /** The channel it was used on last, where it goes on on another. */
  readonly from: string | null;
  /** Spoke in it last. */
  readonly channel: string | null;
  readonly account: string | null;
}

/** The scope of a person's own sessions. */
export function personScope(person: string): string {
  return JSON.stringify(['person', person]);
}

/** The scope of a session that two persons have used who are not one any more: nobody's. */
export function sealedScope(session: string): string {
  return JSON.stringify(['sealed', session]);
}

export function isSealed({ scope }: { readonly scope: string }): boolean {
  return scope.startsWith('["sealed",');
}

const COLUMNS = ['id', 'user', 'conversation', 'name', 'channel', 'account', 'last_used_at'] as const;

export const sessionQueries = {
  running: prepare((db, p: { scope: string; agent: string }) =>
    db
      .selectFrom('sessions')
      .select(COLUMNS)
      .where('scope', '=', p.scope)
      .where('agent', '=', p.agent)
      .where('ended_at', 'is', null),
  ),

  // No row says that the account is not this person's; a row without an id, that she has no running session.
  runningOfPerson: prepare((db, p: Speaker & { scope: string }) =>
    db
      .selectFrom('accounts')
      .leftJoin('sessions', (join) =>
        join.on('sessions.scope', '=', p.scope).on('sessions.agent', '=', p.agent).on('sessions.ended_at', 'is', null),
      )
      .select([
        'sessions.id',
        'sessions.user',
        'sessions.conversation',
        'sessions.name',
        'sessions.channel',
        'sessions.account',
        'sessions.last_used_at',
      ])
      .where('accounts.channel', '=', p.channel)
      .where('accounts.account', '=', p.account)
      .where('accounts.person', '=', p.person),
  ),

  byId: prepare((db, p: { id: string }) =>
    db
      .selectFrom('sessions')
      .select([...COLUMNS, 'scope'])
      .where('id', '=', p.id),
  ),

  use: prepare((db, p: { id: string; scope: string; channel: string; account: string; now: number }) =>
    db
      .updateTable('sessions')
      .set({ last_used_at: p.now, channel: p.channel, account: p.account })
      .where('id', '=', p.id)
      .where('scope', '=', p.scope)
      .where('ended_at', 'is', null),
  ),

  join: prepare((db, p: { session: string; channel: string; account: string }) =>
    db
      .insertInto('session_accounts')
      .values({ session: p.session, channel: p.channel, account: p.account })
      .onConflict((conflict) => conflict.doNothing()),
  ),

  end: prepare((db, p: { scope: string; agent: string; now: number }) =>
    db
      .updateTable('sessions')
      .set({ ended_at: p.now })
      .where('scope', '=', p.scope)
      .where('agent', '=', p.agent)
      .where('ended_at', 'is', null),
  ),

  insert: prepare(
    (db, p: Speaker & { id: string; scope: string; user: string; seq: number; now: number; end: number | null }) =>
      db.insertInto('sessions').values({
        id: p.id,
        scope: p.scope,
        agent: p.agent,
        user: p.user,
        channel: p.channel,
        account: p.account,
        started_at: p.now,
        last_used_at: p.now,
        ended_at: p.end,
        first_turn: p.seq,
      }),
  ),
};

/**
 * The session that a turn of this speaker begins in: the running one, or a new one that `use` will store.
 * @returns undefined when the account is not this person's (any more).
 */
export async function running(
  sql: Sql,
  speaker: Speaker,
  dialogue: Dialogue,
  now: number,
): Promise<Running | undefined> {
  const { scope, isPersonal } = dialogue;
  const found = isPersonal
    ? await sql.one(sessionQueries.runningOfPerson, { ...speakerOf(speaker), scope })
    : await sql.one(sessionQueries.running, { scope, agent: speaker.agent });
  if (!found && isPersonal) return undefined;
  if (!found || found.id === null || now - (found.last_used_at ?? 0) > dialogue.idleMs) return newFor(speaker);
  const { id, user, conversation, name, channel, account } = found;
  const goesOn = isPersonal && conversation !== null && channel !== null && channel !== speaker.channel;
  return { id, user: user ?? '', conversation, name, channel, account, isNew: false, from: goesOn ? channel : null };
}

/** Stores that a turn has begun in the session. */
export async function use(sql: Sql, session: Running, speaker: Speaker, dialogue: Dialogue, now: number) {
  const { channel, account } = speaker;
  const isKnown = !session.isNew && session.channel === channel && session.account === account;
  await allOf([
    session.isNew ? replace(sql, session, speaker, dialogue, now) : goOn(sql, session, speaker, dialogue, now),
    dialogue.isPersonal && !isKnown && sql.run(sessionQueries.join, { session: session.id, channel, account }),
  ]);
}

async function replace(sql: Sql, session: Running, speaker: Speaker, { scope }: Dialogue, now: number) {
  await allOf([
    sql.run(sessionQueries.end, { scope, agent: speaker.agent, now }),
    add(sql, session, speaker, scope, now, null),
  ]);
}

async function goOn(sql: Sql, { id }: Running, { channel, account }: Speaker, { scope }: Dialogue, now: number) {
  const used = await sql.run(sessionQueries.use, { id, scope, channel, account, now });
  // Only where transactions run side by side: the session was ended or taken away in this very moment.
  if (used !== 1) throw new GatewayError('overloaded', `session ${id} has just changed hands`);
}

/** The agent knows whoever begins a session by the person's id, and keeps that name as long as the session lives. */
function newFor(speaker: Speaker): Running {
  const { person: user, channel, account } = speaker;
  const id = `s-${randomBytes(12).toString('base64url')}`;
  return { id, user, conversation: null, name: null, channel, account, isNew: true, from: null };
}

/** A session for one turn alone. */
export async function apart(sql: Sql, speaker: Speaker, now: number): Promise<Running> {
  const session = newFor(speaker);
  await add(sql, session, speaker, sealedScope(session.id), now, now);
  await sql.run(sessionQueries.join, { session: session.id, channel: speaker.channel, account: speaker.account });
  return session;
}

async function add(sql: Sql, { id, user }: Running, speaker: Speaker, scope: string, now: number, end: number | null) {
  await sql.run(sessionQueries.insert, { ...speakerOf(speaker), id, scope, user, now, end });
}

function speakerOf({ channel, account, person, agent, seq }: Speaker): Speaker {
  return { channel, account, person, agent, seq };
}

export async function byId(sql: Sql, id: string) {
  return sql.one(sessionQueries.byId, { id });
}

export async function reset(sql: Sql, scope: string, agent: string, now: number) {
  await sql.run(sessionQueries.end, { scope, agent, now });
}
