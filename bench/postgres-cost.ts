import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { cpuMs } from './machine.ts';

/** What a database has done. Counts, so that whatever else the machine does has no say in them; processor time nearly so. */
export interface Done {
  /** Milliseconds of its connections' processes. */
  readonly cpuMs: number;
  /** Pages looked at, in the cache or on the disk. */
  readonly pages: number;
  /** Of the write-ahead log. */
  readonly walBytes: number;
  readonly transactions: number;
  /** What it takes on the disk. */
  readonly bytes: number;
}

/** Tells what a PostgreSQL database does between two looks. */
export class PostgresMeter {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async on(url: string): Promise<PostgresMeter> {
    const client = new Client({ connectionString: url });
    await client.connect();
    return new PostgresMeter(client);
  }

  /** Whoever works on the database has to rest meanwhile: its connections tell what they did a second late. */
  async look(): Promise<Done> {
    await pause(1_100);
    const { rows: pids } = await this.#client.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database()`,
    );
    const { rows } = await this.#client.query<Readonly<Record<'pages' | 'wal' | 'transactions' | 'bytes', string>>>(
      `select blks_hit + blks_read as pages, pg_current_wal_lsn() - '0/0' as wal, xact_commit as transactions,
              pg_database_size(current_database()) as bytes
       from pg_stat_database where datname = current_database()`,
    );
    const [row] = rows;
    return {
      cpuMs: pids.reduce((sum, { pid }) => sum + (cpuMs(pid) ?? 0), 0),
      pages: Number(row?.pages),
      walBytes: Number(row?.wal),
      transactions: Number(row?.transactions),
      bytes: Number(row?.bytes),
    };
  }

  /** What `work` costs, for each of what it says it has done. The log is as after a checkpoint: a page's first change writes the whole page, as it does every few minutes. */
  async of(work: () => Promise<number>): Promise<Done> {
    await this.#client.query('checkpoint');
    const before = await this.look();
    const count = await work();
    const after = await this.look();
    const each = (name: keyof Done): number => (after[name] - before[name]) / count;
    return {
      cpuMs: each('cpuMs'),
      pages: each('pages'),
      walBytes: each('walBytes'),
      transactions: each('transactions'),
      bytes: each('bytes'),
    };
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
