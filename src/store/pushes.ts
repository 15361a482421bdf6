import { type NewMessage, put } from './outbox.ts';
import { prepare, type QueryBuilder, type Sql } from './sql.ts';

/** A push as it is stored. */
export interface NewPushRow {
  readonly id: string;
  readonly key: string;
  readonly digest: string;
  readonly purpose: string | null;
  /** JSON. */
  readonly subject: string | null;
}

/** An answer as it is stored. */
export interface NewAnswerRow {
  readonly push: string;
  readonly channel: string;
  readonly account: string;
  readonly key: string;
  /** JSON. */
  readonly body: string;
}

/** One part for one receiver, as it is stored. */
export interface NewPartRow {
  readonly channel: string;
  readonly kind: string;
  readonly receiver: string;
  readonly part: number;
  readonly sendKey: string | null;
  readonly day: string | null;
  readonly digest: string | null;
}

/** The oldest of those that were accepted before, by their ids. */
function oldPushes(db: QueryBuilder, p: { before: number; limit: number }) {
  return db
    .selectFrom('pushes as old')
    .select('old.id')
    .where('old.accepted_at', '<', p.before)
    .orderBy('old.accepted_at')
    .orderBy('old.id')
    .limit(p.limit);
}

export const pushQueries = {
  insert: prepare((db, p: NewPushRow & { now: number }) =>
    db
      .insertInto('pushes')
      .values({ id: p.id, key: p.key, digest: p.digest, accepted_at: p.now, purpose: p.purpose, subject: p.subject })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id'),
  ),

  insertPart: prepare((db, p: NewPartRow & { push: string }) =>
    db.insertInto('push_parts').values({
      push: p.push,
      channel: p.channel,
      kind: p.kind,
      receiver: p.receiver,
      part: p.part,
      send_key: p.sendKey,
      day: p.day,
      digest: p.digest,
    }),
  ),

  find: prepare((db, p: { id: string }) => db.selectFrom('pushes').selectAll().where('id', '=', p.id)),

  parts: prepare((db, p: { push: string }) =>
    db
      .selectFrom('push_parts as part')
      .leftJoin('outbox as row', (join) =>
        join.onRef('row.channel', '=', 'part.channel').onRef('row.send_key', '=', 'part.send_key'),
      )
      .select(['part.channel', 'part.kind', 'part.receiver', 'part.part', 'part.send_key', 'part.day', 'part.digest'])
      .select(['row.state', 'row.code', 'row.attempts', 'row.finished_at', 'row.sent'])
      .where('part.push', '=', p.push)
      .orderBy('part.channel')
      .orderBy('part.kind')
      .orderBy('part.receiver')
      .orderBy('part.part'),
  ),

  shown: prepare((db, p: { channel: string; day: string; digest: string }) =>
    db
      .selectFrom('push_parts as part')
      .innerJoin('outbox as row', (join) =>
        join.onRef('row.channel', '=', 'part.channel').onRef('row.send_key', '=', 'part.send_key'),
      )
      .select('part.receiver')
      .where('part.day', '=', p.day)
      .where('part.channel', '=', p.channel)
      .where('part.digest', '=', p.digest)
      .where('row.state', '!=', 'dead'),
  ),

  insertAnswer: prepare((db, p: NewAnswerRow & { now: number }) =>
    db
      .insertInto('push_answers')
      .values({
        push: p.push,
        channel: p.channel,
        account: p.account,
        key: p.key,
        body: p.body,
        answered_at: p.now,
        handled: 0,
      })
      .onConflict((conflict) => conflict.columns(['push', 'channel', 'account']).doNothing()),
  ),

  answerOf: prepare((db, p: { push: string; channel: string; account: string }) =>
    db
      .selectFrom('push_answers')
      .selectAll()
      .where('push', '=', p.push)
      .where('channel', '=', p.channel)
      .where('account', '=', p.account),
  ),

  answers: prepare((db, p: { push: string }) =>
    db
      .selectFrom('push_answers')
      .selectAll()
      .where('push', '=', p.push)
      .orderBy('answered_at')
      .orderBy('channel')
      .orderBy('account'),
  ),

  handled: prepare((db, p: { push: string; channel: string; account: string }) =>
    db
      .updateTable('push_answers')
      .set({ handled: 1 })
      .where('push', '=', p.push)
      .where('channel', '=', p.channel)
      .where('account', '=', p.account),
  ),

  purgeAnswers: prepare((db, p: { before: number; limit: number }) =>
    db.deleteFrom('push_answers').where('push', 'in', oldPushes(db, p)),
  ),

  purgeParts: prepare((db, p: { before: number; limit: number }) =>
    db.deleteFrom('push_parts').where('push', 'in', oldPushes(db, p)),
  ),

  purge: prepare((db, p: { before: number; limit: number }) =>
    db.deleteFrom('pushes').where('id', 'in', oldPushes(db, p)),
  ),
};

/** Everything or nothing; answers whether it is new. */
export async function add(
  sql: Sql,
  push: NewPushRow,
  parts: readonly NewPartRow[],
  messages: readonly NewMessage[],
  now: number,
): Promise<boolean> {
  const added = await sql.one(pushQueries.insert, { ...push, now });
  if (!added) return false;
  for (const part of parts) await sql.run(pushQueries.insertPart, { ...part, push: push.id });
  await put(sql, messages, now, null);
  return true;
}

export async function get(sql: Sql, id: string) {
  const push = await sql.one(pushQueries.find, { id });
  if (!push) return undefined;
  const parts = await sql.all(pushQueries.parts, { push: id });
  return { push, parts, answers: await sql.all(pushQueries.answers, { push: id }) };
}

/** The first answer of an account stays; answers what is kept. */
export async function answer(sql: Sql, given: NewAnswerRow, now: number) {
  await sql.run(pushQueries.insertAnswer, { ...given, now });
  const { push, channel, account } = given;
  return sql.one(pushQueries.answerOf, { push, channel, account });
}

export async function handled(sql: Sql, push: string, channel: string, account: string): Promise<void> {
  await sql.run(pushQueries.handled, { push, channel, account });
}

export async function shown(sql: Sql, channel: string, day: string, digest: string) {
  return (await sql.all(pushQueries.shown, { channel, day, digest })).map(({ receiver }) => receiver);
}

/** Whoever asks for a key again finds it for as long. */
export async function purge(sql: Sql, before: number, limit: number): Promise<number> {
  await sql.run(pushQueries.purgeAnswers, { before, limit });
  await sql.run(pushQueries.purgeParts, { before, limit });
  return sql.run(pushQueries.purge, { before, limit });
}
