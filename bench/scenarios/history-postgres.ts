import { openStore } from '../../src/store/open.ts';
import { startPostgres } from '../../test/support/postgres-server.ts';
import { programOf } from '../../test/support/programs.ts';
import type { Report } from '../figures.ts';
import { fillPostgres } from '../old-rows.ts';
import { type Done, PostgresMeter } from '../postgres-cost.ts';
import { answerOne } from '../store-work.ts';

const FEW = 1_000;
const MESSAGES = 2_000;

/**
 * What PostgreSQL does for a message with a short history and with a long one, by counts and by processor time of its processes.
 *
 * @param rows - Of the long history; 10,000,000 take some ten minutes and 12 GB.
 */
export async function historyPostgres(rows = 1_000_000): Promise<Report> {
  // What is committed need not reach the disk: waiting for it is no work.
  const server = await startPostgres(programOf('PostgreSQL'));
  try {
    const few = await costWith(await server.database(), FEW);
    const many = await costWith(await server.database(), rows);
    const beside = (name: keyof Done, by = 1) => ({
      value: many[name] * by,
      beside: { name: 'with 1,000', value: few[name] * by },
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

async function costWith(url: string, rows: number): Promise<Done> {
  await (await openStore(url)).close();
  await fillPostgres(url, rows);
  const store = await openStore(url, { connections: 2 });
  const meter = await PostgresMeter.on(url);
  const answer = async (first: number, count: number): Promise<number> => {
    for (let number = first; number < first + count; number += 1) await answerOne(store, number);
    return count;
  };
  // A warm-up, until each statement is planned.
  await answer(0, MESSAGES / 4);
  const cost = await meter.of(() => answer(MESSAGES, MESSAGES));
  await meter.close();
  await store.close();
  return cost;
}
