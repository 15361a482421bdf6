import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { SCRIPTS } from '../../src/store/postgres/statements.generated.ts';
import { startPostgres } from '../../test/support/postgres-server.ts';
import { programOf } from '../../test/support/programs.ts';
import type { Figure, Report } from '../figures.ts';
import { type Done, PostgresMeter } from '../postgres-cost.ts';

const DAYS = 8;
const CHANNELS = 4;
const MESSAGES = 4_000;
/** Rows that one statement of a purge takes away. */
const PURGED_AT_ONCE = 1_000;

interface Costs {
  /** For a message: stored, claimed, done. */
  readonly message: Done;
  /** For a row of the oldest day: taken away for good. */
  readonly purged: Done;
}

/**
 * An inbox as it is beside a copy of it that is cut by channel and day: what a message costs, and what it costs to be rid of a day. The copy is nowhere in the product;
 * this is what it would bring.
 *
 * @param rows - Old ones, all done, spread over the days and channels.
 */
export async function partitions(rows = 1_000_000): Promise<Report> {
  const server = await startPostgres(programOf('PostgreSQL'));
  try {
    const plain = await costsOf(await server.database(), rows, false);
    const cut = await costsOf(await server.database(), rows, true);
    return {
      scenario: `partitions: an inbox cut by ${CHANNELS} channels and ${DAYS} days, ${rows.toLocaleString('en')} old rows, beside a whole one`,
      figures: [
        ...figuresOf('message: ', cut.message, plain.message),
        ...figuresOf('purged row: ', cut.purged, plain.purged).filter(({ name }) => !name.includes('pages')),
      ],
    };
  } finally {
    await server.close();
  }
}

function figuresOf(name: string, cut: Done, whole: Done): readonly Figure[] {
  const beside = (field: keyof Done, by: number) => ({
    value: cut[field] * by,
    beside: { name: 'whole', value: whole[field] * by },
  });
  return [
    { name: `${name}processor time`, ...beside('cpuMs', 1_000), unit: 'µs' },
    { name: `${name}pages looked at`, ...beside('pages', 1), unit: '' },
    { name: `${name}log written after a checkpoint`, ...beside('walBytes', 1), unit: 'bytes' },
  ];
}

async function costsOf(url: string, rows: number, isCut: boolean): Promise<Costs> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const { statements } of SCRIPTS) for (const statement of statements) await client.query(statement);
    await client.query('alter table inbox add column day integer');
    if (isCut) await cut(client);
    await fill(client, rows);
    return await measure(client, await PostgresMeter.on(url), { rows, isCut });
  } finally {
    await client.end();
  }
}

async function measure(
  client: Client,
  meter: PostgresMeter,
  { rows, isCut }: { rows: number; isCut: boolean },
): Promise<Costs> {
  try {
    const inbox = new Inbox(client, isCut);
    // A warm-up, until each statement is planned.
    await inbox.take(0, 200);
    const message = await meter.of(() => inbox.take(1_000, MESSAGES));
    const purged = await meter.of(() => inbox.purge(rows / DAYS));
    return { message, purged };
  } finally {
    await meter.close();
  }
}

/** The same table and the same indexes, for each channel and day. What is unique has to name what it is cut by. */
async function cut(client: Client): Promise<void> {
  const { rows: indexes } = await client.query<{ sql: string }>(
    `select indexdef as sql from pg_indexes where tablename = 'inbox' and indexname not in ('inbox_pkey', 'inbox_key')`,
  );
  await client.query('alter table inbox rename to inbox_whole');
  await client.query('create table inbox (like inbox_whole) partition by list (channel)');
  await client.query('drop table inbox_whole');
  await client.query('create sequence inbox_numbers');
  await client.query(`alter table inbox alter column seq set default nextval('inbox_numbers')`);
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    await client.query(
      `create table inbox_c${channel} partition of inbox for values in ('c${channel}') partition by list (day)`,
    );
    for (let day = 0; day < DAYS; day += 1) {
      await client.query(
        `create table inbox_c${channel}_d${day} partition of inbox_c${channel} for values in (${day})`,
      );
    }
  }
  await client.query('create unique index inbox_key on inbox (channel, event_key, day)');
  await client.query('create index inbox_seq on inbox (seq)');
  for (const { sql } of indexes) await client.query(sql.replace(' ONLY ', ' '));
}

async function fill(client: Client, rows: number): Promise<void> {
  const body = JSON.stringify({ kind: 'message', parts: [{ kind: 'text', text: 'An old question. '.repeat(10) }] });
  await client.query('set synchronous_commit = off');
  await client.query(
    `insert into inbox (channel, event_key, lane, state, attempts, due_at, arrived_at, finished_at, body, day)
     select 'c' || n % ${CHANNELS}, 'om_' || replace(gen_random_uuid()::text, '-', ''), '["direct","c","' || n % 5000 || '"]', 'done', 1, n, n, n, $1,
            n * ${DAYS} / ($2::bigint + 1) from generate_series(1, $2::bigint) as old(n)`,
    [body, rows],
  );
  await client.query('vacuum (analyze) inbox');
}

const TODAY = DAYS - 1;

const STATEMENTS = {
  insert: (today: string, before?: string) =>
    `insert into ${today} (channel, event_key, lane, message, state, attempts, due_at, arrived_at, body, day)
     select $1::text, $2::text, $3, $2, 'waiting', 0, 1, 1, $4, ${TODAY}
     ${before ? `where not exists (select from ${before} where channel = $1 and event_key = $2)` : ''}
     on conflict (channel, event_key${before ? ', day' : ''}) do nothing returning seq`,
  claim: (today: string, before?: string) =>
    `update ${today} set state = 'claimed', holder = $1, due_at = $2, attempts = attempts + 1
     where seq = (select seq from ${today} where lane = $3 and finished_at is null order by seq limit 1) and finished_at is null
     ${before ? `and not exists (select from ${before} where lane = $3 and finished_at is null)` : ''} returning seq`,
  finish: (today: string) =>
    `update ${today} set state = 'done', holder = null, finished_at = $1 where seq = $2 and holder = $3`,
} as const;

/** Takes messages in and works them off, as the store does: three statements, each a transaction. */
class Inbox {
  readonly #client: Client;
  readonly #isCut: boolean;

  constructor(client: Client, isCut: boolean) {
    this.#client = client;
    this.#isCut = isCut;
  }

  async take(first: number, count: number): Promise<number> {
    for (let number = first; number < first + count; number += 1) await this.#takeOne(number);
    return count;
  }

  async #takeOne(number: number): Promise<void> {
    const channel = `c${number % CHANNELS}`;
    const lane = `["direct","${channel}","${number % 64}"]`;
    const key = `om_${createHash('md5').update(String(number)).digest('hex')}`;
    const holder = `bench:${number}`;
    await this.#ask('insert', channel, [channel, key, lane, JSON.stringify({ text: 'A question. '.repeat(15) })]);
    const [claimed] = await this.#ask('claim', channel, [holder, 10 ** 12 + number, lane]);
    await this.#ask('finish', channel, [10 ** 12 + number, claimed?.seq ?? null, holder]);
  }

  /**
   * Whoever asks knows channel and day, so the copy is asked by the names of its parts: through the table above them, each statement would cost a look at all (three times as much).
   * What yesterday's part has is looked up first: a delivery that comes again, and a message in front.
   */
  async #ask(what: 'insert' | 'claim' | 'finish', channel: string, values: unknown[]): Promise<{ seq: string }[]> {
    const today = this.#isCut ? `inbox_${channel}_d${TODAY}` : 'inbox';
    const before = this.#isCut ? `inbox_${channel}_d${TODAY - 1}` : undefined;
    const name = `${what}_${today}`;
    const text = STATEMENTS[what](today, before);
    return (await this.#client.query<{ seq: string }>({ name, text, values })).rows;
  }

  /** Rids it of the oldest day: row by row and its dead rows after them, or the tables that hold it. */
  async purge(rows: number): Promise<number> {
    if (this.#isCut) {
      for (let channel = 0; channel < CHANNELS; channel += 1)
        await this.#client.query(`drop table inbox_c${channel}_d0`);
      return rows;
    }
    const until = await this.#client.query<{ until: string }>(
      'select max(finished_at) as until from inbox where day = 0',
    );
    for (let gone = PURGED_AT_ONCE; gone === PURGED_AT_ONCE; ) {
      const { rowCount } = await this.#client.query({
        name: 'purge',
        text: `delete from inbox where seq in (select seq from inbox where state = 'done' and finished_at is not null and finished_at <= $1
               order by finished_at limit ${PURGED_AT_ONCE})`,
        values: [until.rows[0]?.until],
      });
      gone = rowCount ?? 0;
    }
    await this.#client.query('vacuum inbox');
    return rows;
  }
}
