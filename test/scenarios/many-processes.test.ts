import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { GatewayStatus } from '../../src/http/admin/contract.ts';
import { type FeishuOptions, type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { checkRecord, markIn } from '../support/check-record.ts';
import { type Crowd, createCrowd } from '../support/crowd.ts';
import { type GatewayProcess, lastOutput, startGatewayProcess } from '../support/gateway-process.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { describeWith } from '../support/requirements.ts';

const ADMIN_TOKEN = 'an-admin-token-of-an-operator';
const SEED = 20_261_130;
const ANSWERED_WITHIN_MS = 60_000;
/** What comes too much comes a little later. */
const SETTLED_AFTER_MS = 1_500;
const REDELIVER_AFTER_MS = [250, 500, 500, 1_000, 1_000, ...Array.from({ length: 60 }, () => 2_000)];
const NOTHING_WRONG = {
  lost: [],
  incomplete: [],
  answeredTwice: [],
  misaddressed: [],
  outOfOrder: [],
  unfinished: [],
  shared: [],
};

describeWith('PostgreSQL', 'several processes on one store', (programs) => {
  describeWith('Redis', 'that tell each other by Redis', (redisProgram) => {
    let folder: string;
    let postgres: PostgresServer;
    let redis: RedisServer;
    let simulator: Simulator;
    let crowd: Crowd;
    let databaseUrl: string;
    const processes = new Map<string, GatewayProcess>();

    beforeAll(async () => {
      postgres = await startPostgres(programs);
      redis = await startRedis(redisProgram);
    });
    afterAll(async () => {
      await redis?.close();
      await postgres?.close();
    });
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'posthouse-many-'));
      databaseUrl = await postgres.database();
    });
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail')
        for (const name of processes.keys()) console.log(name, lastOutput(join(folder, name)));
      await Promise.all([...processes.values()].map((one) => one.stop()));
      processes.clear();
      await simulator?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    async function open(mode: 'webhook' | 'socket', feishu: FeishuOptions = {}): Promise<void> {
      simulator = await startSimulator({
        wire: false,
        feishu: {
          rateLimits: false,
          keepHistory: false,
          apps: [{ name: 'helper', mode }],
          limits: { redeliverAfterMs: REDELIVER_AFTER_MS },
          ...feishu,
        },
        dify: {
          seed: SEED,
          words: false,
          pace: { firstMs: 60, chunkMs: 40, chunks: 8 },
          answer: ({ query }) => answerTo(query),
        },
      });
      crowd = createCrowd(
        simulator,
        { conversations: 12, messagesEach: 2, longestPauseMs: 1_500, repeated: 0.2 },
        SEED,
      );
    }

    async function start(name: string, role: 'gateway' | 'worker'): Promise<GatewayProcess> {
      const place = join(folder, name);
      mkdirSync(place, { recursive: true });
      const { id, secret, encryptKey, verificationToken, mode } = simulator.feishu.app;
      writeFileSync(join(place, 'posthouse.yaml'), settingsFor(mode));
      const one = await startGatewayProcess({
        folder: place,
        env: {
          POSTHOUSE_CONFIG: join(place, 'posthouse.yaml'),
          ROLE: role,
          DATABASE_URL: databaseUrl,
          REDIS_URL: redis.url,
          WORK_LEASE_SECONDS: '5',
          ADMIN_TOKEN,
          FEISHU_APP_ID: id,
          FEISHU_APP_SECRET: secret,
          FEISHU_ENCRYPT_KEY: encryptKey,
          FEISHU_VERIFICATION_TOKEN: verificationToken,
          FEISHU_BASE_URL: simulator.url,
          DIFY_BASE_URL: simulator.difyUrl,
          DIFY_API_KEY: 'app-demo-chat',
          DIFY_MAX_CONCURRENT: '100',
        },
      });
      processes.set(name, one);
      return one;
    }

    async function startAll(): Promise<void> {
      await Promise.all([start('gateway-1', 'gateway'), start('gateway-2', 'gateway')]);
      await Promise.all([start('worker-1', 'worker'), start('worker-2', 'worker')]);
    }

    async function kill(name: string): Promise<void> {
      await processes.get(name)?.kill();
      processes.delete(name);
    }

    /** Everybody writes, and what `trouble` does goes on meanwhile; deliveries come to both gateways in turn. */
    async function talkThrough(trouble: () => Promise<void>): Promise<void> {
      const gateways = [...processes].filter(([name]) => name.startsWith('gateway')).map(([, { url }]) => url);
      let turn = 0;
      const balance = setInterval(() => {
        turn += 1;
        simulator.feishu.app.webhookUrl = `${gateways[turn % gateways.length]}/webhook/feishu`;
      }, 20);
      simulator.feishu.app.webhookUrl = `${gateways[0]}/webhook/feishu`;
      await Promise.all([crowd.write(), trouble()]);
      clearInterval(balance);
      const until = performance.now() + ANSWERED_WITHIN_MS;
      while (crowd.waiting > 0 && performance.now() < until) await pause(50);
      await pause(SETTLED_AFTER_MS);
    }

    const asked = async (name: string) => {
      const metrics = await (await fetch(`${processes.get(name)?.url}/metrics`)).text();
      return Number(/^posthouse_agent_calls_total\{[^}]*\} (\d+)/m.exec(metrics)?.[1] ?? 0);
    };

    it('share the work; lose and double nothing when one is killed, Redis is emptied, or PostgreSQL is away', {
      timeout: 240_000,
    }, async () => {
      await open('webhook');
      await startAll();
      await talkThrough(async () => {
        await expect.poll(() => asked('worker-1'), { timeout: 20_000 }).toBeGreaterThan(0);
        await kill('worker-1');
        await start('worker-3', 'worker');
      });
      expect(checkRecord(crowd.record())).toEqual(NOTHING_WRONG);
      expect(await asked('worker-2')).toBeGreaterThan(0);

      await talkThrough(async () => {
        await redis.kill();
        await pause(1_000);
        await redis.start();
      });
      expect(checkRecord(crowd.record())).toEqual(NOTHING_WRONG);
      expect(await asked('worker-3')).toBeGreaterThan(0);

      let status = 0;
      await talkThrough(async () => {
        await pause(300);
        await postgres.kill();
        status = (await fetch(`${processes.get('gateway-1')?.url}/readyz`)).status;
        await pause(500);
        await postgres.start();
      });
      expect(status).toBe(503);
      expect(checkRecord(crowd.record())).toEqual(NOTHING_WRONG);
    });

    it('hold a long connection by one of them, and another takes it over from a dead one', {
      timeout: 180_000,
    }, async () => {
      await open('socket');
      await startAll();
      const { sockets, app } = simulator.feishu;
      let most = 0;
      const watch = setInterval(() => {
        most = Math.max(most, sockets.count(app.id));
      }, 5);
      await talkThrough(async () => {
        await expect.poll(() => crowd.record().questions.length, { timeout: 30_000 }).toBeGreaterThan(0);
        await vi.waitFor(async () => expectToldByAll(await holder()), { timeout: 30_000, interval: 100 });
        await kill(await holder());
        await expect.poll(holder, { timeout: 30_000 }).toBeTruthy();
        await vi.waitFor(async () => expectToldByAll(await holder()), { timeout: 30_000, interval: 100 });
      });
      clearInterval(watch);
      expect(most).toBe(1);
      expect(checkRecord(crowd.record())).toEqual(NOTHING_WRONG);
    });

    /** Every other process says whose connection it is. */
    async function expectToldByAll(name: string): Promise<void> {
      const { worker } = await status(name);
      const told = [...processes.keys()].map(async (one) => (await status(one)).channels[0]?.connection);
      for (const [index, connection] of (await Promise.all(told)).entries()) {
        const isHolder = [...processes.keys()][index] === name;
        expect(connection).toMatchObject(isHolder ? { state: 'open' } : { state: 'elsewhere', holder: worker });
      }
    }

    async function status(name: string): Promise<GatewayStatus> {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
      const answer = await fetch(`${processes.get(name)?.url}/api/v1/status`, { headers });
      return (await answer.json()) as GatewayStatus;
    }

    /** Which gateway has the connection, by its own word. */
    async function holder(): Promise<string> {
      for (const [name, { url }] of processes) {
        const { parts } = (await (await fetch(`${url}/readyz`)).json()) as { parts: { connection?: object }[] };
        if (parts.some(({ connection }) => connection !== undefined)) return name;
      }
      return '';
    }
  });
});

function settingsFor(mode: string): string {
  return `
channels:
  - platform: feishu
    mode: ${mode}
    # The simulator's limits are off, so are ours.
    limits: { perSecond: 100000, perMinute: 6000000, perChatPerSecond: 100 }
`;
}

function answerTo(query: string): string {
  const mark = markIn(query) ?? 'none';
  return `begin${mark}: this is what the handbook says.\n\n- first you write it down\n- then you **sign** it\n\nThat is all. end${mark}`;
}
