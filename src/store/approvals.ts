import { type Prepared, prepare, type QueryBuilder, type Sql } from './sql.ts';
import type { ApprovalsTable } from './tables.ts';

/** An approval as it is stored. */
export type ApprovalRow = Omit<ApprovalsTable, 'claimed_until'>;

/** The wish to start one. */
export type NewApprovalRow = Pick<
  ApprovalRow,
  'id' | 'purpose' | 'subject' | 'channel' | 'template' | 'asker' | 'person'
>;

interface Move {
  readonly id: string;
  readonly state: string;
  readonly at: number;
  readonly decisions: string;
}

const COLUMNS = [
  'id',
  'purpose',
  'subject',
  'channel',
  'template',
  'asker',
  'person',
  'instance',
  'state',
  'state_at',
  'decisions',
  'handled_state',
  'created_at',
  'code',
] as const;

const select = (db: QueryBuilder) => db.selectFrom('approvals').select(COLUMNS);

export const approvalQueries = {
  insert: prepare((db, p: NewApprovalRow & { until: number; now: number }) =>
    db
      .insertInto('approvals')
      .values({
        id: p.id,
        purpose: p.purpose,
        subject: p.subject,
        channel: p.channel,
        template: p.template,
        asker: p.asker,
        person: p.person,
        state: 'starting',
        state_at: 0,
        decisions: '[]',
        created_at: p.now,
        claimed_until: p.until,
      })
      .onConflict((conflict) => conflict.column('id').doNothing()),
  ),

  /** Nothing of a failed one is at the vendor, so all of it may be new. */
  again: prepare((db, p: NewApprovalRow & { until: number; now: number }) =>
    db
      .updateTable('approvals')
      .set({
        subject: p.subject,
        channel: p.channel,
        template: p.template,
        asker: p.asker,
        person: p.person,
        state: 'starting',
        code: null,
        created_at: p.now,
        claimed_until: p.until,
      })
      .where('id', '=', p.id)
      .where('state', '=', 'failed'),
  ),

  takeOver: prepare((db, p: { id: string; until: number; now: number }) =>
    db
      .updateTable('approvals')
      .set({ claimed_until: p.until })
      .where('id', '=', p.id)
      .where('state', '=', 'starting')
      .where('claimed_until', '<=', p.now),
  ),

  started: prepare((db, p: { id: string; instance: string }) =>
    db
      .updateTable('approvals')
      .set({ instance: p.instance, state: 'running', claimed_until: 0 })
      .where('id', '=', p.id)
      .where('state', '=', 'starting'),
  ),

  failed: prepare((db, p: { id: string; code: string }) =>
    db
      .updateTable('approvals')
      .set({ state: 'failed', code: p.code, claimed_until: 0 })
      .where('id', '=', p.id)
      .where('state', '=', 'starting'),
  ),

  letGo: prepare((db, p: { id: string }) =>
    db.updateTable('approvals').set({ claimed_until: 0 }).where('id', '=', p.id).where('state', '=', 'starting'),
  ),

  get: prepare((db, p: { id: string }) => select(db).where('id', '=', p.id)),

  ofInstance: prepare((db, p: { channel: string; instance: string }) =>
    select(db).where('channel', '=', p.channel).where('instance', '=', p.instance),
  ),

  starting: prepare((db, p: { channel: string }) =>
    db
      .selectFrom('approvals')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('channel', '=', p.channel)
      .where('state', '=', 'starting'),
  ),

  running: prepare((db, p: { before: number; limit: number }) =>
    select(db).where('state', '=', 'running').where('created_at', '<', p.before).orderBy('created_at').limit(p.limit),
  ),

  list: prepare((db, p: { limit: number }) => select(db).orderBy('created_at', 'desc').limit(p.limit)),

  move: prepare((db, p: Move) =>
    db
      .updateTable('approvals')
      .set({ state: p.state, state_at: p.at, decisions: p.decisions })
      .where('id', '=', p.id)
      .where('state_at', '<', p.at),
  ),

  /** An end may be told after something newer that was none (a comment); older than another end it changes nothing. */
  end: prepare((db, p: Move) =>
    db
      .updateTable('approvals')
      .set({ state: p.state, state_at: p.at, decisions: p.decisions })
      .where('id', '=', p.id)
      .where('state', '=', 'running'),
  ),

  /** What goes on again has not ended yet, so that its next end is told too. */
  forget: prepare((db, p: { id: string }) =>
    db.updateTable('approvals').set({ handled_state: null }).where('id', '=', p.id).where('state', '=', 'running'),
  ),

  handled: prepare((db, p: { id: string; state: string }) =>
    db.updateTable('approvals').set({ handled_state: p.state }).where('id', '=', p.id),
  ),

  purge: purge(),
};

function purge(): Prepared<{ before: number; limit: number }, unknown> {
  return prepare((db, p) =>
    db
      .deleteFrom('approvals')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('approvals as old')
          .select('old.id')
          .where('old.created_at', '<', p.before)
          .where('old.state', 'not in', ['starting', 'running'])
          .limit(p.limit),
      ),
  );
}

export async function begin(sql: Sql, wish: NewApprovalRow, until: number, now: number) {
  const args = { ...wish, until, now };
  const isNew = (await sql.run(approvalQueries.insert, args)) + (await sql.run(approvalQueries.again, args)) > 0;
  const taken = !isNew && (await sql.run(approvalQueries.takeOver, { id: wish.id, until, now })) > 0;
  const row = (await sql.one(approvalQueries.get, { id: wish.id })) as ApprovalRow;
  return { row, mine: isNew || taken, inDoubt: taken };
}

export async function started(sql: Sql, id: string, instance: string): Promise<void> {
  await sql.run(approvalQueries.started, { id, instance });
}

export async function notStarted(sql: Sql, id: string, code: string | null): Promise<void> {
  if (code === null) await sql.run(approvalQueries.letGo, { id });
  else await sql.run(approvalQueries.failed, { id, code });
}

export async function get(sql: Sql, id: string): Promise<ApprovalRow | undefined> {
  return sql.one(approvalQueries.get, { id });
}

export async function ofInstance(sql: Sql, channel: string, instance: string): Promise<ApprovalRow | undefined> {
  return sql.one(approvalQueries.ofInstance, { channel, instance });
}

export async function starting(sql: Sql, channel: string): Promise<number> {
  return (await sql.one(approvalQueries.starting, { channel }))?.count ?? 0;
}

export async function running(sql: Sql, before: number, limit: number): Promise<readonly ApprovalRow[]> {
  return sql.all(approvalQueries.running, { before, limit });
}

export async function list(sql: Sql, limit: number): Promise<readonly ApprovalRow[]> {
  return sql.all(approvalQueries.list, { limit });
}

export async function move(sql: Sql, id: string, state: string, at: number, decisions: string) {
  const moved = await sql.run(approvalQueries.move, { id, state, at, decisions });
  if (moved === 0 && state !== 'running') await sql.run(approvalQueries.end, { id, state, at, decisions });
  await sql.run(approvalQueries.forget, { id });
  return sql.one(approvalQueries.get, { id });
}

export async function handled(sql: Sql, id: string, state: string): Promise<void> {
  await sql.run(approvalQueries.handled, { id, state });
}
