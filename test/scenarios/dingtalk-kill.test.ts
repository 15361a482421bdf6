import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { type RecordedDingtalkAnswer, type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { type GatewayProcess, lastOutput, startGatewayProcess } from '../support/gateway-process.ts';
import { type Random, seededRandom } from '../support/random.ts';

const PEOPLE = ['lin', 'chen', 'wang'] as const;
const KILLS = 4;
const EACH = 6;
const SEED = Number(process.env['KILL_SEED'] ?? randomInt(1_000_000));
/** After the last question: what is left has to be answered by then. */
const ANSWERED_WITHIN_MS = 60_000;
/** What comes too much comes a little later. */
const SETTLED_AFTER_MS = 1_000;
/** Questions of one person that have no card yet: some are asked in every life of the gateway. */
const OPEN_AT_MOST = 3;
const MARK = /第\d+问/;
/** The three calls in a card's life: made, growing, whole. Each has a death before which it took effect and nobody was told. */
const CALLS = ['card/instances/createAndDeliver', 'card/streaming', 'card/instances'];

describe(`a gateway on a long connection that is killed ${KILLS} times while people ask`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'posthouse-dingtalk-kill-'));
  const asked = new Map<string, string[]>(PEOPLE.map((person) => [person, []]));
  /** Of each death, how many cards were growing or turned their wheel. */
  const openAtDeath: number[] = [];
  const doubts: string[] = [];
  let sim: Simulator;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    console.log(`seed ${SEED}: KILL_SEED=${SEED} repeats the same pauses`);
    const redeliverAfterMs = Array.from({ length: 200 }, () => 300);
    sim = await startSimulator({
      dify: false,
      dingtalk: { apps: [{}], rules: { offline: 'redeliver' }, limits: { redeliverAfterMs }, rateLimits: false },
    });
    gateway = await start();
    const random = seededRandom(SEED);
    await Promise.all([...PEOPLE.map((person) => ask(person, random)), killAgainAndAgain(random)]);
    for (const end = Date.now() + ANSWERED_WITHIN_MS; !isAllAnswered() && Date.now() < end; ) await pause(50);
    await pause(SETTLED_AFTER_MS);
  }, 150_000);

  afterAll(async () => {
    await gateway?.kill();
    await sim?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(): Promise<GatewayProcess> {
    const { app } = sim.dingtalk;
    return startGatewayProcess({
      folder,
      env: {
        DINGTALK_CLIENT_ID: app.id,
        DINGTALK_CLIENT_SECRET: app.secret,
        DINGTALK_BASE_URL: sim.url,
        DINGTALK_OAPI_BASE_URL: sim.url,
        DINGTALK_CALLS_PER_MONTH: '0',
        ECHO_PACE_MS: '10',
      },
    });
  }

  /** One after the other, as a person does: the next question once the vendor has brought the one before. */
  async function ask(from: string, random: Random): Promise<void> {
    for (let n = 1; n <= EACH; n += 1) {
      while (n - answersTo(from).length > OPEN_AT_MOST) await pause(10);
      asked.get(from)?.push(`第${n}问`);
      await sim.dingtalk.say({ from, text: `第${n}问：${'要想一想的事情 '.repeat(2)}` }).delivered;
      await pause(random.between(5, 60));
    }
  }

  /** After so many answers have begun, not after so long: a slow machine is killed as often in the midst of it. */
  async function killAgainAndAgain(random: Random): Promise<void> {
    for (let count = 1; count <= KILLS; count += 1) {
      const begun = (PEOPLE.length * EACH * count) / (KILLS + 1);
      while (sim.dingtalk.record.answers().length < begun) await pause(5);
      await leaveInDoubt(CALLS[count % CALLS.length] ?? '');
      await pause(random.between(0, 50));
      await gateway.kill();
      sim.faults.clear();
      openAtDeath.push(sim.dingtalk.record.answers().filter(({ isSettled }) => !isSettled).length);
      gateway = await start();
    }
  }

  /** One call takes effect whose answer never comes: whether it was shown, the gateway does not know when it dies. */
  async function leaveInDoubt(path: string): Promise<void> {
    sim.faults.add({ side: 'dingtalk', kind: 'hang', path, count: 1, afterEffect: true });
    for (const end = Date.now() + 5_000; sim.faults.list.length > 0 && Date.now() < end; ) await pause(5);
    if (sim.faults.list.length === 0) doubts.push(path);
  }

  const answersTo = (person: string): readonly RecordedDingtalkAnswer[] =>
    sim.dingtalk.record.inChat(sim.dingtalk.directChat(person));
  const marksFor = (person: string) => answersTo(person).map(({ text }) => MARK.exec(text)?.[0] ?? text);

  function isAllAnswered(): boolean {
    const answers = sim.dingtalk.record.answers();
    const settled = answers.filter(({ isSettled }) => isSettled).length;
    return sim.dingtalk.pendingDeliveries === 0 && settled === answers.length && settled >= PEOPLE.length * EACH;
  }

  it.each(PEOPLE)('answers every question of %s once, in her order', (person) => {
    expect(marksFor(person), lastOutput(folder)).toEqual(asked.get(person));
  });

  it('leaves no card open', () => {
    const open = sim.dingtalk.record.answers().filter(({ isSettled }) => !isSettled);
    expect(
      open.map(({ text }) => text),
      lastOutput(folder),
    ).toEqual([]);
  });

  it('was put to the test', () => {
    expect(openAtDeath).toHaveLength(KILLS);
    expect(openAtDeath.filter((open) => open > 0).length).toBeGreaterThan(0);
    expect(doubts).toHaveLength(KILLS);
    expect([...asked.values()].map((marks) => marks.length)).toEqual(PEOPLE.map(() => EACH));
  });
});

const pause = (ms: number) => systemClock.sleep(ms);
