import type { Store } from '../../src/core/store.ts';
import { openStore } from '../../src/store/open.ts';
import { startPostgres } from '../../test/support/postgres-server.ts';
import { programOf } from '../../test/support/programs.ts';
import type { Report } from '../figures.ts';
import { fillPostgres } from '../old-rows.ts';
import { type Done, PostgresMeter } from '../postgres-cost.ts';
import { answerOne } from '../store-work.ts';

const FEW = 1_000;
/** Looks at each database, by turns: whatever else the machine does, writing out what was filled in among it, meets both. */
const LOOKS = 5;
/** Messages of a look. */
const A_LOOK = 800;

/**
 * What PostgreSQL does for a message with a short history and with a long one, by counts and by processor time of its processes.
 *
 * @param rows - Of the long history; 10,000,000 take some ten minutes and 12 GB.
 */
export async function historyPostgres(rows = 1_000_000): Promise<Report> {
  // What is committed need not reach the disk: waiting for it is no work.
  const server = await startPostgres(programOf('PostgreSQL'));
  try {
    const few = await PostgresUser.on(await server.database(), FEW);
    const many = await PostgresUser.on(await server.database(), rows);
    // The first look of each is a warm-up, until each statement is planned.
    for (let look = 0; look <= LOOKS; look += 1) for (const user of [few, many]) await user.look(look);
    for (const user of [few, many]) await user.close();
    const beside = (name: keyof Done, by = 1) => ({
      value: many.mean(name) * by,
      beside: { name: 'with 1,000', value: few.mean(name) * by },
    });
    return {
      scenario: `history-postgres: ${rows.toLocaleString('en')} old messages in the inbox against 1,000`,
      figures: [
        { name: 'processor time of the server’s connections a message', ...beside('cpuMs', 1_000), unit: 'µs' },
        { name: 'pages looked at', ...beside('pages'), unit: 'a message', budget: { atMost: 1.05 } },
        { name: 'log written after a checkpoint', ...beside('walBytes', 1 / 1_000), unit: 'KB a message' },
        { name: 'transactions', ...beside('transactions'), unit: 'a message' },
      ],
    };
  } finally {
    await server.close();
  }
}

/** One store of the server, with its past. */
class PostgresUser {
  readonly #store: Store;
  readonly #meter: PostgresMeter;
  readonly #looks: Done[] = [];

  private constructor(store: Store, meter: PostgresMeter) {
    this.#store = store;
    this.#meter = meter;
  }

  static async on(url: string, rows: number): Promise<PostgresUser> {
    await (await openStore(url)).close();
    await fillPostgres(url, rows);
    return new PostgresUser(await openStore(url, { connections: 2 }), await PostgresMeter.on(url));
  }

  async look(number: number): Promise<void> {
    const done = await this.#meter.of(async () => {
      for (let message = 0; message < A_LOOK; message += 1) await answerOne(this.#store, number * A_LOOK + message);
      return A_LOOK;
    });
    if (number > 0) this.#looks.push(done);
  }

  mean(name: keyof Done): number {
    return this.#looks.reduce((sum, look) => sum + look[name], 0) / this.#looks.length;
  }

  async close(): Promise<void> {
    await this.#meter.close();
    await this.#store.close();
  }
}
