import { prepare, type Sql } from './sql.ts';

/** So many calls of one kind, by one app, in one month. */
export interface CallRow {
  readonly channel: string;
  readonly month: string;
  readonly kind: string;
  readonly number: number;
}

export const callQueries = {
  add: prepare((db, p: CallRow) =>
    db
      .insertInto('calls')
      .values({ channel: p.channel, month: p.month, kind: p.kind, number: p.number })
      .onConflict((conflict) =>
        conflict
          .columns(['month', 'channel', 'kind'])
          .doUpdateSet((eb) => ({ number: eb('calls.number', '+', eb.ref('excluded.number')) })),
      ),
  ),

  ofMonth: prepare((db, p: { month: string }) =>
    db.selectFrom('calls').select(['channel', 'month', 'kind', 'number']).where('month', '=', p.month),
  ),
};

export async function add(sql: Sql, rows: readonly CallRow[]): Promise<void> {
  for (const row of rows) await sql.run(callQueries.add, { ...row });
}

export async function ofMonth(sql: Sql, month: string): Promise<readonly CallRow[]> {
  return sql.all(callQueries.ofMonth, { month });
}
