import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Lease, Store } from '../src/core/store.ts';
import { type Engine, OPS, type OpAnswer, type OpArgs, type OpName } from '../src/store/ops.ts';
import { storeOver } from '../src/store/port.ts';
import type { Sql } from '../src/store/sql.ts';
import { SqliteDatabase } from '../src/store/sqlite/database.ts';
import { frame, message, newTurn, sent } from '../test/contracts/store/samples.ts';
import { percentile } from './figures.ts';

const BATCHES = 400;
const A_BATCH = 16;
const CHATS = 64;

/**
 * What the store does for a message from its arrival to its answer, alone in this thread: microseconds of processor time for each folder's
 * store. Many short looks by turns, of which the quicker quarter counts, so that a busy machine has little to say in it.
 */
export async function storeWork(folders: readonly string[]): Promise<readonly number[]> {
  const users = folders.map((folder) => new StoreUser(join(folder, 'posthouse.db')));
  const costs: number[][] = users.map(() => []);
  for (let batch = 0; batch < BATCHES; batch += 1) {
    for (const [index, user] of users.entries()) costs[index]?.push(await user.batch(batch * A_BATCH));
  }
  for (const user of users) user.close();
  return costs.map((cost) => percentile(cost.slice(BATCHES / 4), 0.25));
}

/** Uses a store as the pipeline does, without the gateway around it. */
class StoreUser {
  readonly #db: SqliteDatabase;
  readonly #store: Store;

  constructor(file: string) {
    this.#db = new SqliteDatabase({ file, readOnly: false, busyTimeoutMs: 5_000 });
    // Waiting for the disk is no work.
    this.#db.exec('pragma synchronous = off');
    this.#store = storeOver(engineOn(this.#db));
  }

  /** One transaction of some messages, as the thread of a busy gateway has it. */
  async batch(first: number): Promise<number> {
    const before = process.threadCpuUsage();
    this.#db.begin();
    for (let number = first; number < first + A_BATCH; number += 1) await this.#answer(number);
    this.#db.commit();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / A_BATCH;
  }

  async #answer(number: number): Promise<void> {
    const now = Date.now();
    const lease: Lease = { holder: `bench:${number}`, until: now + 60_000 };
    const name = `om_${createHash('md5').update(`work ${number}`).digest('hex')}`;
    const chat = `work-${number % CHATS}`;
    const arrived = message(name, chat);
    await this.#store.inbox.accept([arrived], now);
    const claimed = await this.#store.claim(arrived.lane, lease, now);
    if (claimed?.box !== 'inbox') throw new Error(`nothing to do in ${arrived.lane}`);
    const { row } = claimed;
    await this.#store.turns.begin(newTurn(name, row), lease.holder, now);
    const end = {
      turn: newTurn(name, row).id,
      state: 'done',
      suggested: [],
      replies: [frame(name, 0, chat)],
      seq: row.seq,
      lease,
    } as const;
    const { replies } = await this.#store.turns.end(end, now);
    await this.#store.outbox.sent(replies[0]?.seq ?? 0, lease.holder, sent(name), now);
    await this.#store.claim(arrived.lane, { ...lease, holder: `${lease.holder}b` }, now);
  }

  close(): void {
    this.#db.close();
  }
}

function engineOn(db: SqliteDatabase): Engine {
  return {
    async call<Name extends OpName>(name: Name, ...args: OpArgs<Name>): Promise<OpAnswer<Name>> {
      const run = OPS[name] as unknown as (sql: Sql, ...args: OpArgs<Name>) => Promise<OpAnswer<Name>>;
      return run(db, ...args);
    },
    own: async () => true,
    close: async () => db.close(),
  };
}
