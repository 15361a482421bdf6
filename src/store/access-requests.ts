import { note } from './audit.ts';
import { prepare, type Sql } from './sql.ts';

export interface NewRequest {
  readonly id: string;
  readonly person: string;
  readonly role: string;
  readonly lane: string;
  /** JSON. */
  readonly address: string;
  readonly lang: string;
}

const COLUMNS = ['id', 'person', 'role', 'state', 'lane', 'address', 'lang', 'asked_at', 'decided_at'] as const;

export const accessRequestQueries = {
  open: prepare((db, p: { person: string; role: string }) =>
    db
      .selectFrom('access_requests')
      .select(COLUMNS)
      .where('person', '=', p.person)
      .where('role', '=', p.role)
      .where('state', '=', 'asked'),
  ),

  get: prepare((db, p: { id: string }) => db.selectFrom('access_requests').select(COLUMNS).where('id', '=', p.id)),

  insert: prepare((db, p: NewRequest & { now: number }) =>
    db.insertInto('access_requests').values({
      id: p.id,
      person: p.person,
      role: p.role,
      state: 'asked',
      lane: p.lane,
      address: p.address,
      lang: p.lang,
      asked_at: p.now,
    }),
  ),

  decide: prepare((db, p: { id: string; before: string; state: string; by: string; now: number }) =>
    db
      .updateTable('access_requests')
      .set({ state: p.state, decided_at: p.now, decided_by: p.by })
      .where('id', '=', p.id)
      .where('state', '=', p.before),
  ),

  purge: prepare((db, p: { before: number; limit: number }) =>
    db
      .deleteFrom('access_requests')
      .where(
        'id',
        'in',
        db
          .selectFrom('access_requests as old')
          .select('old.id')
          .where('old.decided_at', '<', p.before)
          .orderBy('old.decided_at')
          .limit(p.limit),
      ),
  ),
};

export async function ask(sql: Sql, request: NewRequest, now: number) {
  const { person, role } = request;
  const open = await sql.one(accessRequestQueries.open, { person, role });
  if (open) return open;
  await sql.run(accessRequestQueries.insert, { ...request, now });
  return { ...request, state: 'asked', asked_at: now, decided_at: null };
}

export async function decide(sql: Sql, id: string, state: 'approved' | 'refused', by: string, now: number) {
  const request = await sql.one(accessRequestQueries.get, { id });
  if (!request) return undefined;
  const before = request.state;
  const mayMove = before === 'asked' || (before === 'approved' && state === 'refused');
  if (!mayMove || before === state) return request;
  await sql.run(accessRequestQueries.decide, { id, before, state, by, now });
  const detail = { request: id, role: request.role };
  await note(sql, { actor: by, action: `access-${state}`, subject: request.person, detail }, now);
  return { ...request, state, decided_at: now };
}
