import { GatewayError } from '../core/errors.ts';
import { prepare, type Sql } from './sql.ts';

/*
 * What inbox and outbox have in common: rows in lanes, held under leases, tried again, given up. `tables.ts` tells of the
 * two columns that carry a row's life.
 */

export type Box = 'inbox' | 'outbox';

/** A box under another name in a query. The type says `inbox` for both: they have the columns used here in common. */
export function boxAs<Alias extends string>(box: Box, alias: Alias): `inbox as ${Alias}` {
  return `${box} as ${alias}` as `inbox as ${Alias}`;
}

export interface Held {
  readonly seq: number;
  readonly holder: string;
}

/** How a held row is given back, for one of the boxes. */
export function giveBack(box: Box) {
  const queries = {
    retry: prepare((db, p: Held & { code: string; retryAt: number }) =>
      db
        .updateTable(box)
        .set({ state: 'waiting', holder: null, code: p.code, due_at: p.retryAt })
        .where('seq', '=', p.seq)
        .where('holder', '=', p.holder),
    ),

    bury: prepare((db, p: Held & { code: string; now: number }) =>
      db
        .updateTable(box)
        .set({ state: 'dead', holder: null, code: p.code, finished_at: p.now })
        .where('seq', '=', p.seq)
        .where('holder', '=', p.holder),
    ),

    release: prepare((db, p: Held) =>
      db
        .updateTable(box)
        .set((eb) => ({
          state: 'waiting',
          holder: null,
          due_at: eb.ref('arrived_at'),
          attempts: eb('attempts', '-', eb.lit(1)),
        }))
        .where('seq', '=', p.seq)
        .where('holder', '=', p.holder),
    ),
  };

  async function fail(sql: Sql, held: Held, code: string, retryAt: number | undefined, now: number) {
    const changed =
      retryAt === undefined
        ? await sql.run(queries.bury, { ...held, code, now })
        : await sql.run(queries.retry, { ...held, code, retryAt });
    expectHeld(box, changed, held);
  }

  async function release(sql: Sql, held: Held) {
    expectHeld(box, await sql.run(queries.release, held), held);
  }

  return { queries, fail, release };
}

/** @throws {GatewayError} `lease_lost` when a write under a lease found no row. */
export function expectHeld(box: Box, changed: number, { seq, holder }: Held): void {
  if (changed > 0) return;
  throw new GatewayError('lease_lost', `${box} row ${seq} is no longer held by ${holder}`);
}
