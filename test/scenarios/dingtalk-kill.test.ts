import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { type GatewayProcess, lastOutput, startGatewayProcess } from '../support/gateway-process.ts';
import { seededRandom } from '../support/random.ts';

const PEOPLE = ['lin', 'chen', 'wang'] as const;
const KILLS = 4;
const EACH = 5;

let sim: Simulator;
let gateway: GatewayProcess | undefined;
let folder: string;
afterEach(async () => {
  await gateway?.kill();
  await sim.close();
  await rm(folder, { recursive: true, force: true });
});

describe(`a gateway on a long connection that is killed ${KILLS} times while people ask`, () => {
  it('answers every question once, in a card that has ended', { timeout: 120_000 }, async () => {
    folder = await mkdtemp(join(tmpdir(), 'posthouse-dingtalk-kill-'));
    const redeliverAfterMs = Array.from({ length: 60 }, () => 500);
    sim = await startSimulator({
      dify: false,
      dingtalk: { apps: [{}], rules: { offline: 'redeliver' }, limits: { redeliverAfterMs }, rateLimits: false },
    });
    const { dingtalk } = sim;
    const { app } = dingtalk;
    const env = {
      DINGTALK_CLIENT_ID: app.id,
      DINGTALK_CLIENT_SECRET: app.secret,
      DINGTALK_BASE_URL: sim.url,
      DINGTALK_OAPI_BASE_URL: sim.url,
      DINGTALK_CALLS_PER_MONTH: '0',
    };
    const random = seededRandom(11);
    const asked = new Map<string, string[]>(PEOPLE.map((person) => [person, []]));
    for (let life = 0; life <= KILLS; life += 1) {
      gateway = await startGatewayProcess({ folder, env });
      for (let n = 0; n < EACH; n += 1) {
        for (const from of PEOPLE) {
          const text = `第${life}轮第${n}问`;
          asked.get(from)?.push(text);
          dingtalk.say({ from, text });
        }
        await systemClock.sleep(random.between(5, 60));
      }
      if (life < KILLS) await gateway.kill();
    }

    const total = PEOPLE.length * EACH * (KILLS + 1);
    const done = () => dingtalk.pendingDeliveries === 0 && dingtalk.record.answers().length >= total;
    for (const end = Date.now() + 60_000; !done() && Date.now() < end; ) await systemClock.sleep(50);
    await systemClock.sleep(1_000);
    for (const person of PEOPLE) {
      const answers = dingtalk.record.inChat(dingtalk.directChat(person));
      const open = answers.filter(({ isSettled }) => !isSettled);
      expect(open, lastOutput(folder)).toEqual([]);
      const texts = answers.map(({ text }) => /第\d轮第\d问/.exec(text)?.[0] ?? text);
      expect(texts.toSorted()).toEqual(asked.get(person)?.toSorted());
    }
  });
});
