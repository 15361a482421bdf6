import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toGatewayError } from '../../src/core/errors.ts';
import { id, type TurnId } from '../../src/core/ids.ts';
import type { Store } from '../../src/core/store.ts';
import { eventToRow } from '../../src/store/codec.ts';
import { bind, type Slot } from '../../src/store/compile.ts';
import type { NewEvent } from '../../src/store/inbox.ts';
import { openStore } from '../../src/store/open.ts';
import { STATEMENTS } from '../../src/store/postgres/statements.generated.ts';
import { beginAlone } from '../../src/store/postgres/transaction.ts';
import type { Cell } from '../../src/store/sql.ts';
import { emptyDatabase, type PostgresServer, run, startPostgres } from '../support/postgres-server.ts';
import { describeWith } from '../support/requirements.ts';
import { claimed, FEISHU, frame, lane, lease, message, NOON, newTurn, notice, sender, sent } from './store/samples.ts';

const ROUNDS = 25;
const CONNECTIONS = 4;

/** What only a store can get wrong on which transactions run side by side. Each `Store` stands for a process. */
describeWith('PostgreSQL', 'a store on PostgreSQL, used by two processes', (programs) => {
  let server: PostgresServer;
  let url: string;
  let one: Store;
  let other: Store;
  const both = () => [one, other] as const;

  beforeAll(async () => {
    server = await startPostgres(programs);
    url = await server.database();
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    one = await openStore(url, { connections: CONNECTIONS });
    other = await openStore(url, { connections: CONNECTIONS });
  });
  afterEach(async () => {
    for (const store of both()) await store.close();
    await emptyDatabase(url);
  });

  describe('taking work', () => {
    it('gives each row to one of them, and in order', async () => {
      const chats = ['a', 'b', 'c'];
      for (const chat of chats)
        await one.inbox.accept(
          texts(6).map((text) => message(`${chat}${text}`, chat)),
          NOON,
        );
      const done: string[] = [];
      const work = async (store: Store, chat: string) => {
        for (let idle = 0; idle < 5; ) {
          const held = lease();
          const row = await store.inbox.claim(lane(chat), held, NOON);
          if (!row) idle += 1;
          else {
            done.push(row.event.key);
            await store.inbox.done(row.seq, held.holder, NOON);
          }
        }
      };
      await Promise.all(chats.flatMap((chat) => both().map((store) => work(store, chat))));
      await Promise.all(chats.map((chat) => work(one, chat)));
      for (const chat of chats) {
        expect(done.filter((key) => key.startsWith(chat))).toEqual(texts(6).map((text) => `${chat}${text}`));
      }
    });

    it('never lets one work on an event while the other sends in the same lane', async () => {
      for (const round of texts(ROUNDS)) {
        const chat = `skew-${round}`;
        await one.inbox.accept([message(round, chat)], NOON);
        const [event, out] = await Promise.all([
          one.inbox.claim(lane(chat), lease(), NOON),
          other.outbox
            .put([notice(`n-${round}`, chat)], NOON)
            .then(() => other.outbox.claim(lane(chat), lease(), NOON)),
        ]);
        expect([event, out].filter((row) => row !== undefined).length, round).toBeLessThanOrEqual(1);
      }
    });

    it('does not take what its former holder is just finishing or giving up', async () => {
      for (const round of texts(ROUNDS)) {
        const chat = `late-${round}`;
        const [row, late] = await claimed(one, round, chat, lease(NOON));
        const ending =
          Number(round) % 2 === 0
            ? one.inbox.done(row.seq, late.holder, NOON)
            : one.inbox.fail(row.seq, late.holder, 'internal', undefined, NOON);
        const [ended, taken] = await Promise.all([codeOf(ending), other.inbox.claim(lane(chat), lease(), NOON)]);
        // One of the two came first, and the other saw it.
        expect([ended, taken?.seq], round).toEqual(
          ended === undefined ? [undefined, undefined] : ['lease_lost', row.seq],
        );
      }
    });

    it('sends what is being sent by a late holder once more only when that has not ended', async () => {
      for (const round of texts(ROUNDS)) {
        const chat = `sent-${round}`;
        const late = lease(NOON);
        const [out] = await one.outbox.put([notice(`n-${round}`, chat)], NOON, late);
        const [ended, taken] = await Promise.all([
          codeOf(one.outbox.sent(out?.seq ?? 0, late.holder, sent('m'), NOON)),
          other.outbox.claim(lane(chat), lease(), NOON),
        ]);
        expect([ended, taken?.seq], round).toEqual(
          ended === undefined ? [undefined, undefined] : ['lease_lost', out?.seq],
        );
      }
    });
  });

  describe('storing', () => {
    it('makes one row of a delivery that comes to both at once', async () => {
      for (const round of texts(ROUNDS)) {
        const pair = [message(`${round}-x`), message(`${round}-y`)];
        // In two orders: they meet in the middle.
        const answers = await Promise.all([one.inbox.accept(pair, NOON), other.inbox.accept(pair.toReversed(), NOON)]);
        const [first, second] = answers;
        expect(
          second.toReversed().map(({ seq }) => seq),
          round,
        ).toEqual(first.map(({ seq }) => seq));
        expect(
          answers.flat().filter(({ duplicate }) => !duplicate),
          round,
        ).toHaveLength(2);
      }
    });

    it('shows the rows of a lane in the order of their numbers, whoever stored them', async () => {
      const seen: number[] = [];
      const watch = async () => {
        for (let count = 0; count < 60; count += 1) {
          const held = lease();
          const row = await one.inbox.claim(lane('lin'), held, NOON);
          if (!row) continue;
          seen.push(row.seq);
          await one.inbox.done(row.seq, held.holder, NOON);
        }
      };
      const store = (process: Store, name: string) =>
        Promise.all(texts(20).map((text) => process.inbox.accept([message(`${name}${text}`)], NOON)));
      await Promise.all([watch(), store(one, 'a'), store(other, 'b')]);
      expect(seen.length).toBeGreaterThan(0);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    });

    it('makes one person of an account and one rating of a press that are told to both at once', async () => {
      const [row, held] = await claimed(one, 'one');
      await one.turns.begin(newTurn('t1', row), held.holder, NOON);
      for (const round of texts(ROUNDS)) {
        const people = await Promise.all(
          both().map((store) => store.people.identify(FEISHU, { account: id(`account-${round}`), ids: {} }, NOON)),
        );
        expect(new Set(people.map((person) => person.id)).size, round).toBe(1);
        const seq = Number(round) + 1;
        const ratings = await Promise.all(both().map((store) => store.turns.rate(id('t1'), id('p'), 'up', seq, NOON)));
        expect(ratings, round).toEqual(Number(round) % 2 === 0 ? ['up', 'up'] : ['none', 'none']);
      }
    });

    it('lets one turn of a dialogue begin, though its questions come by two lanes at once', async () => {
      for (const round of texts(ROUNDS)) {
        const asker = sender(`account-${round}`);
        const { id: person } = await one.people.identify(FEISHU, asker, NOON);
        const begun = await Promise.all(
          both().map(async (store, index) => {
            const [row, held] = await claimed(store, `${round}-${index}`, `${round}-chat-${index}`);
            return store.turns.begin(
              newTurn(`t-${round}-${index}`, row, { scope: 'person', person, asker }),
              held.holder,
              NOON,
            );
          }),
        );
        expect(begun.map(({ kind }) => kind).toSorted(), round).toEqual(['begun', 'waits']);
      }
    });

    it('lets no turn begin unheard that is taken back elsewhere at that instant', async () => {
      for (const round of texts(ROUNDS)) {
        const [row, held] = await claimed(one, `taken-${round}`, `chat-${round}`);
        const turn = newTurn(`t-taken-${round}`, row);
        const [begun, found] = await Promise.all([
          one.turns.begin(turn, held.holder, NOON),
          other.inbox.cancel(FEISHU, id(`taken-${round}`), NOON),
        ]);
        expect(found, round).toBe('running');
        const stop = (await one.turns.get(turn.id))?.stop;
        expect([begun.kind, stop], round).toEqual(
          begun.kind === 'begun' ? ['begun', 'recalled'] : ['recalled', undefined],
        );
      }
    });

    it('counts calls of both', async () => {
      const call = { channel: FEISHU, month: '2026-05', kind: 'card', number: 1 };
      await Promise.all(texts(20).flatMap(() => both().map((store) => store.calls.add([call]))));
      expect(await one.calls.ofMonth('2026-05')).toEqual([{ ...call, number: 40 }]);
    });
  });

  describe('calls that are made at once', () => {
    it('share a transaction, and leave nobody waiting for a lane that somebody else has', async () => {
      const holder = new Client({ connectionString: url });
      await holder.connect();
      await beginAlone(holder, [`lane ${lane('chat-7')}`]);
      let stored = 0;
      const all = texts(40).map(async (text) => {
        await one.inbox.accept([message(text, `chat-${text}`)], NOON);
        stored += 1;
      });
      await expect.poll(() => stored, { timeout: 1_500 }).toBe(39);
      expect(await counted(url, 'select count(distinct xmin::text) as n from inbox')).toBe(1);
      // Whoever comes to the lane now waits by itself, too.
      await other.inbox.accept([message('more', 'chat-8')], NOON);
      await holder.query('commit');
      await Promise.all(all);
      expect(await counted(url, 'select count(distinct xmin::text) as n from inbox')).toBe(3);
      await holder.end();
    });

    it('never stand in each other’s way in two processes that want the same in another order', async () => {
      const before = await deadlocks(url);
      const lost: unknown[] = [];
      for (const round of texts(ROUNDS)) {
        const chats = texts(10).map((text) => `${round}-${text}`);
        await Promise.all(
          both().map(async (store, index) => {
            const order = index === 0 ? chats : chats.toReversed();
            await Promise.all(
              order.map((chat) => store.inbox.accept([message(chat, chat), message(`${chat}-2`, chat)], NOON)),
            );
            await Promise.all(order.map((chat) => workOff(store, chat, lost)));
          }),
        );
        await Promise.all(chats.map((chat) => workOff(one, chat, lost)));
      }
      expect(lost).toEqual([]);
      expect(await counted(url, `select count(*) as n from inbox where state <> 'done'`)).toBe(0);
      expect(await counted(url, `select count(*) as n from outbox where state <> 'sent'`)).toBe(0);
      expect(await counted(url, 'select count(*) as n from turns')).toBe(ROUNDS * 20);
      expect(await deadlocks(url)).toBe(before);
    });

    it('are all stored or none of them when the process is killed in the midst of it, and leave no lane locked', {
      timeout: 30_000,
    }, async () => {
      // One of the rows waits for somebody who has stored the same and not committed: the others are written by then.
      const holder = new Client({ connectionString: url });
      await holder.connect();
      const { text = '', slots = [] } = STATEMENTS['inbox.insert'] ?? {};
      await holder.query('begin');
      await holder.query(text, valuesOf(slots, { ...stored('burst-7'), now: NOON }));
      const file = fileURLToPath(new URL('./store/burst-child.ts', import.meta.url));
      const child = fork(file, [url, '30'], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      const told: unknown[] = [];
      child.on('message', (word) => told.push(word));
      const gone = once(child, 'exit');
      await expect.poll(() => waiting(url), { timeout: 10_000 }).toBe(1);
      child.kill('SIGKILL');
      await gone;
      await holder.query('rollback');
      await expect.poll(() => waiting(url)).toBe(0);
      expect(told).toEqual(['open']);
      const again = await other.inbox.accept(
        texts(30).map((number) => message(`burst-${number}`, `burst-${number}`)),
        NOON,
      );
      expect(again.filter(({ duplicate }) => duplicate)).toEqual([]);
      await holder.end();
    });
  });

  it('lets nobody take an event over in the middle of a write of its holder', async () => {
    const [row, held] = await claimed(one, 'one', 'lin', lease(NOON));
    const turn: TurnId = id('t1');
    await one.turns.begin(newTurn(turn, row), held.holder, NOON);
    // A process that is paused after its write and before its commit.
    const paused = new Client({ connectionString: url });
    await paused.connect();
    await paused.query('begin');
    const { text = '' } = STATEMENTS['turns.saveRun'] ?? {};
    expect((await paused.query(text, ['{"user":"late"}', turn, held.holder])).rowCount).toBe(1);

    let isTaken = false;
    const taking = other.inbox.claim(lane('lin'), lease(), NOON).then((taken) => {
      isTaken = true;
      return taken;
    });
    // Whoever asks for the lock has been seen waiting for it.
    await expect.poll(() => waiting(url), { timeout: 10_000 }).toBe(1);
    expect(isTaken).toBe(false);
    await paused.query('commit');
    expect(await taking).toMatchObject({ seq: row.seq, attempts: 2 });
    expect((await other.turns.get(turn))?.run).toEqual({ user: 'late' });
    expect((await paused.query(text, ['{"user":"later"}', turn, held.holder])).rowCount).toBe(0);
    await paused.end();
  });

  it('takes what a paused process has locked from it after a while', { timeout: 30_000 }, async () => {
    await one.inbox.accept([message('one')], NOON);
    const holding = new Client({ connectionString: url, idle_in_transaction_session_timeout: 300 });
    holding.on('error', () => undefined);
    await holding.connect();
    await holding.query('begin');
    await holding.query('select seq from inbox for update');
    expect(await other.inbox.claim(lane('lin'), lease(), NOON)).toMatchObject({ attempts: 1 });
  });

  it('is made once, though many processes open a new one at the same time', async () => {
    const fresh = await server.database();
    const stores = await Promise.all(texts(5).map(() => openStore(fresh, { connections: 1 })));
    await Promise.all(stores.map((store, index) => store.inbox.accept([message(`from-${index}`)], NOON)));
    expect(await stores[0]?.upkeep.depth()).toMatchObject({ inboxWaiting: 5 });
    await Promise.all(stores.map((store) => store.close()));
  });

  it('can be looked at without a change, once it is made', async () => {
    const fresh = await server.database();
    await expect(openStore(fresh, { readOnly: true })).rejects.toMatchObject({ code: 'config_invalid' });
    const reader = await openStore(url, { readOnly: true });
    await one.inbox.accept([message('one')], NOON);
    expect(await reader.upkeep.depth()).toMatchObject({ inboxWaiting: 1 });
    await expect(reader.inbox.accept([message('two')], NOON)).rejects.toMatchObject({ code: 'store_unavailable' });
    await reader.close();
  });

  it('goes on beside a newer version that has added to it', async () => {
    await run(url, `insert into migrations (name, applied_at) values ('9999-from-the-future', 1)`);
    const store = await openStore(url);
    expect(await store.inbox.accept([message('one')], NOON)).toMatchObject([{ duplicate: false }]);
    await store.close();
    await run(url, `delete from migrations where name = '9999-from-the-future'`);
  });

  it('says what is to be done when there is no such database', async () => {
    await expect(openStore(url.replace(/store_\d+/, 'nowhere'))).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('no such database; create it first'),
    });
  });

  it('is refused what it was in the midst of when the server is shut down, and nothing of it is left unheard', {
    timeout: 60_000,
  }, async () => {
    const holder = new Client({ connectionString: url });
    holder.on('error', () => undefined);
    await holder.connect();
    await beginAlone(holder, [`lane ${lane('lin')}`]);
    // What is rejected and has nobody to hear of it ends a gateway, and fails this run.
    const asked = texts(CONNECTIONS).map(() => codeOf(one.inbox.claim(lane('lin'), lease(), NOON)));
    await expect.poll(() => waiting(url)).toBe(CONNECTIONS);
    await server.stop();
    expect(await Promise.all(asked)).toEqual(texts(CONNECTIONS).map(() => 'store_unavailable'));
    await server.start();
  });

  it('waits where all connections are taken, but for a delivery, whose vendor does not', {
    timeout: 30_000,
  }, async () => {
    const narrow = await openStore(url, { connections: 1 });
    const holder = new Client({ connectionString: url });
    await holder.connect();
    await beginAlone(holder, [`lane ${lane('lin')}`]);
    const taken = narrow.inbox.claim(lane('lin'), lease(), NOON);
    await expect.poll(() => waiting(url)).toBe(1);
    const delivery = codeOf(narrow.inbox.accept([message('one')], NOON));
    const look = codeOf(narrow.upkeep.depth());
    expect(await delivery).toBe('store_unavailable');
    await holder.end();
    expect(await look).toBeUndefined();
    expect(await taken).toBeUndefined();
    await narrow.close();
  });

  it('refuses while the server is away, and goes on by itself when it is back', { timeout: 60_000 }, async () => {
    await one.inbox.accept([message('one')], NOON);
    await server.kill();
    const asked = both().map((store) => codeOf(store.inbox.accept([message('two')], NOON)));
    expect(await Promise.all(asked)).toEqual(['store_unavailable', 'store_unavailable']);
    await server.start();
    expect(await other.inbox.accept([message('one'), message('two')], NOON)).toMatchObject([
      { duplicate: true },
      { duplicate: false },
    ]);
  });
});

/** Works a chat off as a gateway does, until nothing is left. */
async function workOff(store: Store, chat: string, lost: unknown[]): Promise<void> {
  for (let idle = 0; idle < 2; ) {
    const held = lease();
    const row = await store.inbox.claim(lane(chat), held, NOON);
    if (!row) {
      idle += 1;
      continue;
    }
    const turn: TurnId = id(`t-${row.event.key}`);
    try {
      await store.turns.begin(newTurn(turn, row), held.holder, NOON);
      const replies = [frame(turn, 0, chat)];
      const end = { turn, state: 'done', suggested: [], replies, seq: row.seq, lease: held } as const;
      const ended = await store.turns.end(end, NOON);
      for (const { seq } of ended.replies) await store.outbox.sent(seq, held.holder, sent(`m${seq}`), NOON);
    } catch (error) {
      lost.push(error);
    }
  }
}

/** An event as `accept` gives it to its statement. */
function stored(text: string): NewEvent {
  return eventToRow(message(text, text));
}

function valuesOf(slots: readonly Slot[], args: object): unknown[] {
  return bind(slots, args as Record<string, Cell>);
}

async function deadlocks(url: string): Promise<number> {
  return counted(url, 'select deadlocks as n from pg_stat_database where datname = current_database()');
}

async function counted(url: string, question: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(question);
    return Number((rows as readonly { readonly n: string }[])[0]?.n);
  } finally {
    await client.end();
  }
}

function texts(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => String(index));
}

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => toGatewayError(error).code,
  );
}

/** How many connections wait for a lock. */
async function waiting(url: string): Promise<number> {
  return counted(url, `select count(*) as n from pg_stat_activity where wait_event_type = 'Lock'`);
}
