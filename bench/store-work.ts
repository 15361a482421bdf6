import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lease, Store } from '../src/core/store.ts';
import { type Engine, OPS, type OpAnswer, type OpArgs, type OpName } from '../src/store/ops.ts';
import { storeOver } from '../src/store/port.ts';
import type { Sql } from '../src/store/sql.ts';
import { SqliteDatabase } from '../src/store/sqlite/database.ts';
import { frame, message, newTurn, sent } from '../test/contracts/store/samples.ts';

/** Looks at each store, by turns: whatever else the machine does meets all of them. */
const LOOKS = 16;
/** Transactions of a look. A system tells processor time by the tick, some four milliseconds: a look has to be many of them. */
const A_LOOK = 60;
/** Messages that share a transaction, as in a busy gateway. */
const A_BATCH = 16;
const CHATS = 64;
/** SQLite's page. */
const PAGE_BYTES = 4096;

/** What the store did for a message. */
export interface Work {
  /** Microseconds of processor time. */
  readonly cpu: number;
  /** Pages that were asked of the system, whose cache had most of them; NaN where the system does not tell it the Linux way. */
  readonly read: number;
  /** Pages that were written, into the log and from there into the file. */
  readonly written: number;
}

/** What SQLite does for a message from its arrival to its answer, alone in this thread, in the store of each folder. */
export async function storeWork(folders: readonly string[]): Promise<readonly Work[]> {
  const users = folders.map((folder) => new SqliteUser(join(folder, 'posthouse.db')));
  const sums = users.map(() => ({ cpu: 0, read: 0, written: 0 }));
  // The first look of each is a warm-up.
  for (let look = 0; look <= LOOKS; look += 1) {
    for (const [index, user] of users.entries()) {
      const { cpu, read, written } = await user.look(look);
      const sum = sums[index];
      if (look > 0 && sum)
        Object.assign(sum, { cpu: sum.cpu + cpu, read: sum.read + read, written: sum.written + written });
    }
  }
  for (const user of users) user.close();
  const messages = LOOKS * A_LOOK * A_BATCH;
  return sums.map(({ cpu, read, written }) => ({
    cpu: cpu / messages,
    read: read / PAGE_BYTES / messages,
    written: written / PAGE_BYTES / messages,
  }));
}

/** Does with a store what the pipeline does for a message, without the gateway around it. */
export async function answerOne(store: Store, number: number): Promise<void> {
  const now = Date.now();
  const lease: Lease = { holder: `bench:${number}`, until: now + 60_000 };
  const name = `om_${createHash('md5').update(`work ${number}`).digest('hex')}`;
  const chat = `work-${number % CHATS}`;
  const arrived = message(name, chat);
  const [accepted] = await store.inbox.accept([{ ...arrived, lease }], now);
  if (!accepted?.taken) throw new Error(`something else is to be done in ${arrived.lane}`);
  const row = { ...arrived, seq: accepted.seq, receivedAt: now, attempts: 1 };
  await store.turns.begin(newTurn(name, row), lease.holder, now);
  const end = {
    turn: newTurn(name, row).id,
    state: 'done',
    suggested: [],
    replies: [frame(name, 0, chat)],
    seq: row.seq,
    lease,
  } as const;
  const { replies } = await store.turns.end(end, now);
  await store.outbox.sent(replies[0]?.seq ?? 0, lease.holder, sent(name), now);
  await store.claim(arrived.lane, { ...lease, holder: `${lease.holder}b` }, now);
}

class SqliteUser {
  readonly #db: SqliteDatabase;
  readonly #store: Store;

  constructor(file: string) {
    this.#db = new SqliteDatabase({ file, readOnly: false, busyTimeoutMs: 5_000 });
    // Waiting for the disk is no work.
    this.#db.exec('pragma synchronous = off');
    this.#store = storeOver(engineOn(this.#db));
  }

  /** @returns Microseconds and bytes of the whole look. */
  async look(number: number): Promise<Work> {
    const cpu = process.threadCpuUsage();
    const bytes = bytesMoved();
    for (let batch = 0; batch < A_LOOK; batch += 1) await this.#transaction((number * A_LOOK + batch) * A_BATCH);
    const { user, system } = process.threadCpuUsage(cpu);
    const after = bytesMoved();
    return { cpu: user + system, read: after.read - bytes.read, written: after.written - bytes.written };
  }

  async #transaction(first: number): Promise<void> {
    this.#db.begin();
    for (let number = first; number < first + A_BATCH; number += 1) await answerOne(this.#store, number);
    this.#db.commit();
  }

  close(): void {
    this.#db.close();
  }
}

/** By this process, from files and into them, whether the disk had to move for it or not. */
function bytesMoved(): { read: number; written: number } {
  if (process.platform !== 'linux') return { read: Number.NaN, written: Number.NaN };
  const io = readFileSync('/proc/self/io', 'utf8');
  const of = (name: string): number => Number(new RegExp(`${name}: (\\d+)`).exec(io)?.[1]);
  return { read: of('rchar'), written: of('wchar') };
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
