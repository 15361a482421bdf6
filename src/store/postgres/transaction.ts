import type { ClientBase } from 'pg';
import type { OpName } from '../ops.ts';
import { isKept, locksInOrder, locksOf } from './conduct.ts';
import { type Answered, ask, type Named } from './wave.ts';

const BEGIN = { name: 'begin', text: 'begin isolation level read committed' };
const COMMIT = { name: 'commit', text: 'commit' };
const COMMIT_SOON = { name: 'commit.soon', text: 'set local synchronous_commit = off' };

const WAIT_FOR_LOCKS = {
  name: 'lock.wait',
  text: 'select pg_advisory_xact_lock(key) from unnest($1::bigint[]) as key',
};
const WAIT_FOR_SHARED = {
  name: 'lock.wait.shared',
  text: 'select pg_advisory_xact_lock_shared(key) from unnest($1::bigint[]) as key',
};

/**
 * Takes what is free and waits for nothing: whoever waits for a lock while it holds others would make many wait for one, and two of
 * them each other.
 */
const TAKE_LOCKS = {
  name: 'lock.take',
  text: 'select place from unnest($1::bigint[]) with ordinality as wanted (key, place) where not pg_try_advisory_xact_lock(key)',
};
const TAKE_SHARED = {
  name: 'lock.take.shared',
  text: 'select place from unnest($1::bigint[]) with ordinality as wanted (key, place) where not pg_try_advisory_xact_lock_shared(key)',
};

export function begin(client: ClientBase): Promise<unknown> {
  return ask(client, BEGIN);
}

/**
 * Begins a transaction that is alone with `keys`. What is asked next may leave with it: the server runs one after the other, so the locks are
 * there before the first statement of the operation looks at anything.
 */
export function beginAlone(client: ClientBase, keys: readonly string[], among?: string): Promise<unknown> {
  const asked = [begin(client)];
  if (among !== undefined) asked.push(ask(client, WAIT_FOR_SHARED, [locksOf([among])]));
  if (keys.length > 0) asked.push(ask(client, WAIT_FOR_LOCKS, [locksInOrder(keys)]));
  return Promise.all(asked);
}

/** Locks what nobody else has locked. @returns The keys that somebody has. */
export async function takeFree(client: ClientBase, keys: readonly string[]): Promise<readonly string[]> {
  return keys.length === 0 ? [] : lacking(client, TAKE_LOCKS, keys);
}

/** The same of a key that many may have at once. @returns Whether it was free for us. */
export async function takeShared(client: ClientBase, key: string): Promise<boolean> {
  return (await lacking(client, TAKE_SHARED, [key])).length === 0;
}

async function lacking(client: ClientBase, statement: Named, keys: readonly string[]): Promise<readonly string[]> {
  const { rows } = await ask(client, statement, [locksOf(keys)]);
  return (rows as readonly { readonly place: number }[]).map(({ place }) => keys[place - 1] ?? '');
}

/** Ends the transaction of calls that answer `values`. @returns Whether it has happened: one in which a statement failed has not. */
export async function commit(client: ClientBase, name: OpName, values: readonly unknown[]): Promise<boolean> {
  const asked: Promise<Answered>[] = [];
  if (!isKept(name, values)) asked.push(ask(client, COMMIT_SOON));
  asked.push(ask(client, COMMIT));
  const ended = await Promise.all(asked);
  return ended.at(-1)?.tag === 'COMMIT';
}
