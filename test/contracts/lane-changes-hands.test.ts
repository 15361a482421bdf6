import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/core/store.ts';
import { localFleet } from '../../src/queue/local-fleet.ts';
import { openStore } from '../../src/store/open.ts';
import { PgSql, TYPES } from '../../src/store/postgres/connection.ts';
import { runOp } from '../../src/store/postgres/run.ts';
import { beginAlone } from '../../src/store/postgres/transaction.ts';
import type { Sql } from '../../src/store/sql.ts';
import { startGateway, type TestGateway, message as written } from '../support/gateway.ts';
import { emptyDatabase, type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { describeWith } from '../support/requirements.ts';
import { ScriptAgent, stepwise } from '../support/script-agent.ts';
import { lane, lease, message, NOON, notice, sent, seqIn } from './store/samples.ts';

const ROUNDS = 50;
const texts = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => String(index));
const LIN = lane('lin');

/**
 * A process stores something for a lane in which another one works, which has looked already and found nothing behind. One of them must come to
 * know of it, however their steps fall.
 */
describeWith('PostgreSQL', 'what is stored for a lane that another process works in', (programs) => {
  let server: PostgresServer;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres(programs);
    url = await server.database();
  });
  afterAll(() => server?.close());

  describe('in the store', () => {
    let one: Store;
    let other: Store;
    beforeEach(async () => {
      one = await openStore(url);
      other = await openStore(url);
    });
    afterEach(async () => {
      await one.close();
      await other.close();
      await emptyDatabase(url);
    });

    /** One works on an event of the lane, and was told that nothing is behind it; the other has stored a second one since. */
    async function workedOn(chat: string): Promise<{ readonly seq: number; readonly holder: string }> {
      await one.inbox.accept([message(`first-${chat}`, chat)], NOON);
      const held = lease();
      const first = await one.claim(lane(chat), held, NOON);
      expect(first).toMatchObject({ box: 'inbox', alone: true });
      await other.inbox.accept([message(`second-${chat}`, chat)], NOON);
      return { seq: seqIn(first), holder: held.holder };
    }

    /** The first is done, and the second is worked on. */
    async function claimedAfter(chat: string, seq: number, holder: string) {
      await one.inbox.done(seq, holder, NOON);
      const held = lease();
      return { seq: seqIn(await one.claim(lane(chat), held, NOON)), holder: held.holder };
    }

    it('is answered with who holds it, where that one has not ended', async () => {
      const { seq, holder } = await workedOn('lin');
      expect(await other.claim(LIN, lease(), NOON)).toEqual({ box: 'held', holder });
      await one.inbox.done(seq, holder, NOON);
      // Told of it, the holder looks once more, and after its last write.
      expect(await one.claim(LIN, lease(), NOON)).toMatchObject({ row: { event: { key: 'second-lin' } } });
    });

    it('is taken, where that one has ended', async () => {
      const { seq, holder } = await workedOn('lin');
      await one.inbox.done(seq, holder, NOON);
      expect(await other.claim(LIN, lease(), NOON)).toMatchObject({ row: { event: { key: 'second-lin' } } });
    });

    it('is taken, where that one ends between our look for work and our look for who holds it', async () => {
      const { seq, holder } = await workedOn('lin');
      const client = new Client({ connectionString: url, types: TYPES });
      await client.connect();
      await beginAlone(client, [`lane ${LIN}`]);
      const sql = new PgSql(client);
      let asked = 0;
      const interleaved: Sql = {
        all: (query, args) => sql.all(query, args),
        run: (query, args) => sql.run(query, args),
        async one(query, args) {
          asked += 1;
          // Event and message were looked for, and the lane was held.
          if (asked === 3) await one.inbox.done(seq, holder, NOON);
          return sql.one(query, args);
        },
      };
      const found = await runOp('lane.claim', interleaved, [LIN, 'other:1', NOON + 1_000, NOON]);
      await client.end();
      expect(found).toMatchObject({ box: 'inbox', event: { attempts: 1 } });
    });

    it('is never left, when both steps fall together', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const chat = `together-${round}`;
        const { seq, holder } = await workedOn(chat);
        const [, found] = await Promise.all([
          one.inbox.done(seq, holder, NOON),
          other.claim(lane(chat), lease(), NOON),
        ]);
        expect(['held', 'inbox'], `round ${round}`).toContain(found?.box);
      }
    });

    it('is never left and never taken by both, when both take what they store at the same moment', async () => {
      for (const round of texts(ROUNDS)) {
        const chat = `both-${round}`;
        const rows = ['x', 'y'].map((name) => ({ ...message(`${name}-${round}`, chat), lease: lease() }));
        const stored = await Promise.all(
          [one, other].map(async (store, index) => store.inbox.accept(rows.slice(index, index + 1), NOON)),
        );
        const taken = stored.flat().map((accepted) => accepted.taken === true);
        expect(taken.filter(Boolean), chat).toHaveLength(1);
        // Who has not got it learns who has.
        const holder = rows[taken.indexOf(true)]?.lease.holder;
        expect(await other.claim(lane(chat), lease(), NOON), chat).toEqual({ box: 'held', holder });
      }
    });

    it('is taken while it is stored, or claimed behind that, when the one before it ends at the same moment', async () => {
      for (const round of texts(ROUNDS)) {
        const chat = `ends-${round}`;
        const { seq, holder } = await workedOn(chat);
        const second = await claimedAfter(chat, seq, holder);
        const [, [stored]] = await Promise.all([
          one.inbox.done(second.seq, second.holder, NOON),
          other.inbox.accept([{ ...message(`third-${round}`, chat), lease: lease() }], NOON),
        ]);
        const found = stored?.taken ? undefined : await other.claim(lane(chat), lease(), NOON);
        expect(stored?.taken === true || found?.box === 'inbox', chat).toBe(true);
      }
    });

    it('is never left, when the last message of the lane is noted as sent at the same moment', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const chat = `sent-${round}`;
        const held = lease();
        const [out] = await one.outbox.put([notice(`n-${round}`, chat)], NOON, held);
        await other.inbox.accept([message(`after-${round}`, chat)], NOON);
        const [, found] = await Promise.all([
          one.outbox.sent(out?.seq ?? 0, held.holder, sent('m'), NOON),
          other.claim(lane(chat), lease(), NOON),
        ]);
        expect(['held', 'inbox'], `round ${round}`).toContain(found?.box);
      }
    });
  });

  describe('in two processes that look through the store only once an hour', () => {
    let gateways: readonly TestGateway[];
    const agent = new ScriptAgent();

    beforeEach(async () => {
      // Two processes whose words reach each other, and each of which takes what it has stored itself.
      const fleets = [localFleet(), localFleet()] as const;
      const told = fleets.map((fleet, index) => ({
        ...fleet,
        say: (...args: Parameters<typeof fleet.say>) => {
          for (const each of fleets) setTimeout(() => each.say(...args), each === fleets[index] ? 0 : 2);
        },
      }));
      const options = { database: url, sweepEveryMs: 3_600_000, agent };
      gateways = await Promise.all(told.map((fleet) => startGateway({ ...options, fleet })));
    });
    afterEach(async () => {
      for (const gateway of gateways) await gateway.close();
      await emptyDatabase(url);
    });

    it('is answered by the one that works there, when it is through', async () => {
      const [one, other] = gateways as [TestGateway, TestGateway];
      const steps = stepwise();
      agent.answer = steps.answer;
      await one.deliver(written('first'));
      await expect.poll(() => agent.asked.length).toBe(1);
      await other.deliver(written('second'));
      // Its claim has met the other's lease.
      await expect.poll(() => other.pipeline.activeLanes).toBe(0);
      agent.answer = new ScriptAgent().answer;
      steps.end();
      await expect.poll(() => agent.asked.map(({ text }) => text), { timeout: 10_000 }).toEqual(['first', 'second']);
      await one.quiet();
    });

    it('is answered where it was stored right behind what the other has taken and not begun', async () => {
      const [one, other] = gateways as [TestGateway, TestGateway];
      agent.asked.length = 0;
      agent.answer = new ScriptAgent().answer;
      // The answer of its acceptance comes late; the other one's word that the lane is held comes before.
      const accept = one.store.inbox.accept.bind(one.store.inbox);
      const late = async (...given: Parameters<typeof accept>) => {
        const accepted = await accept(...given);
        await other.deliver(written('behind', { account: 'late' }));
        await expect.poll(() => other.pipeline.activeLanes).toBe(0);
        await pause(50);
        return accepted;
      };
      Object.assign(one.store.inbox, { accept: late });
      await one.deliver(written('taken', { account: 'late' }));
      Object.assign(one.store.inbox, { accept });
      await expect.poll(() => agent.asked.map(({ text }) => text), { timeout: 10_000 }).toEqual(['taken', 'behind']);
      await one.quiet();
    });

    it('is given back, where the process ends before it hears that what it has taken is stored', async () => {
      const [one, other] = gateways as [TestGateway, TestGateway];
      agent.asked.length = 0;
      agent.answer = new ScriptAgent().answer;
      const accept = one.store.inbox.accept.bind(one.store.inbox);
      const stored = Promise.withResolvers<void>();
      const heard = Promise.withResolvers<void>();
      const late = async (...given: Parameters<typeof accept>) => {
        const accepted = await accept(...given);
        expect(accepted).toMatchObject([{ taken: true }]);
        stored.resolve();
        await heard.promise;
        return accepted;
      };
      Object.assign(one.store.inbox, { accept: late });
      const delivered = one.deliver(written('left behind', { account: 'leaving' }));
      await stored.promise;
      const ended = one.pipeline.stop(0);
      await pause(20);
      heard.resolve();
      await Promise.all([delivered, ended]);
      const [lane] = await other.store.upkeep.lanesWithWork(Date.now(), 10);
      if (!lane) throw new Error('nobody has left anything');
      other.pipeline.wake(lane);
      await expect.poll(() => agent.asked.map(({ text }) => text), { timeout: 10_000 }).toEqual(['left behind']);
    });

    it('is answered however the moments fall', { timeout: 60_000 }, async () => {
      const [one, other] = gateways as [TestGateway, TestGateway];
      agent.answer = new ScriptAgent().answer;
      agent.asked.length = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const account = `writer-${round}`;
        const first = one.deliver(written(`${round} a`, { account }));
        await pause((round % 10) * 2);
        await Promise.all([first, other.deliver(written(`${round} b`, { account }))]);
      }
      await expect.poll(() => agent.asked.length, { timeout: 20_000 }).toBe(2 * ROUNDS);
      await one.quiet();
    });
  });
});
