import { randomInt } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { type RecordedWecomAnswer, type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { type GatewayProcess, lastOutput, startGatewayProcess } from '../support/gateway-process.ts';
import { type Random, seededRandom } from '../support/random.ts';
import { wecomAppEnv, wecomBotAndServiceEnv } from '../support/vendor-env.ts';

const IS_WHOLE = process.env['CI'] === 'true' || process.env['POSTHOUSE_REQUIRE_ALL'] === '1';
const KILLS = IS_WHOLE ? 6 : 3;
const SEED = Number(process.env['KILL_SEED'] ?? randomInt(1_000_000));
const EACH = IS_WHOLE ? 20 : 9;
/** After the last question: what is left has to be answered by then. */
const ANSWERED_WITHIN_MS = 60_000;
/** What comes too much comes a little later. */
const SETTLED_AFTER_MS = 1_500;
/** A customer gets five messages after her newest: she waits while so many of her questions are open. */
const OPEN_AT_MOST = 3;
const MARK = /第\d+问/;
/** How often a customer is handed over and comes back, with a kill in each. */
const VISITS = IS_WHOLE ? 4 : 2;
const DESK = 'wk_desk';
const REPEAT = '可能重复发送';

const SETTINGS = `
channels:
  # The simulator's limits are off, so are ours: the disk and the processor set the pace.
  - platform: wecom
    buttons: false
    limits: { perMemberPerMinute: 100000, perMemberPerHour: 1000000 }
  - platform: wecom-bot
    limits: { perMinute: 100000, perHour: 1000000 }
  - platform: wecom-kf
    buttons: false
`;

/** One chat with one of the surfaces. */
interface Conversation {
  readonly surface: 'app' | 'bot' | 'kf';
  readonly from: string;
  readonly to: string;
  /** What was asked, in order, and whether the vendor knows that it was taken: a long connection is acknowledged by nobody. */
  readonly asked: { readonly mark: string; readonly message: string; readonly acknowledged: boolean }[];
}

describe(`a gateway that is killed ${KILLS} times while people ask an app, a bot and customer service`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'posthouse-wecom-kill-'));
  const killed: number[] = [];
  let doubts = 0;
  let sim: Simulator;
  let gateway: GatewayProcess;
  let conversations: readonly Conversation[];
  let stored: ReadonlySet<string>;

  beforeAll(async () => {
    console.log(`seed ${SEED}: KILL_SEED=${SEED} repeats the same pauses`);
    const limits = { redeliverAfterMs: Array.from({ length: 200 }, () => 300) };
    const served = [{ openKfId: 'wk_sales' }, { openKfId: 'wk_help' }];
    const accounts = [...served, { openKfId: DESK, servicers: ['wang'] }];
    const wecom = { apps: [{}, { kf: true }], bots: [{}], kf: { accounts }, limits, rateLimits: false };
    sim = await startSimulator({ wire: false, dify: false, wecom });
    const { app, bot } = sim.wecom;
    conversations = [
      ...['lin', 'chen', 'wang'].map((from) => begin('app', from, app.id)),
      ...['lin', 'chen', 'wang'].map((from) => begin('bot', from, bot.id)),
      ...served.map(({ openKfId }) => begin('kf', 'zhao', openKfId)),
    ];
    gateway = await start();
    const random = seededRandom(SEED);
    await Promise.all([...conversations.map((one) => ask(one, random)), killAgainAndAgain(random), visitDesk(random)]);
    for (const end = Date.now() + ANSWERED_WITHIN_MS; !isAllAnswered() && Date.now() < end; ) await pause(100);
    await pause(SETTLED_AFTER_MS);
    stored = storedKeys();
  }, 240_000);

  afterAll(async () => {
    await gateway?.stop();
    await sim?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<GatewayProcess> {
    const config = join(folder, 'posthouse.yaml');
    writeFileSync(config, SETTINGS);
    const { wecom } = sim;
    const started = await startGatewayProcess({
      folder,
      port: gateway === undefined ? 0 : Number(new URL(gateway.url).port),
      env: {
        POSTHOUSE_CONFIG: config,
        ...wecomAppEnv(sim),
        ...wecomBotAndServiceEnv(sim),
        ECHO_PACE_MS: '15',
      },
    });
    wecom.app.webhookUrl = `${started.url}/webhook/wecom`;
    wecom.kfReceiver.webhookUrl = `${started.url}/webhook/wecom-kf`;
    return started;
  }

  /** One after the other, as a person does: the next question once the vendor has brought the one before. */
  async function ask(conversation: Conversation, random: Random): Promise<void> {
    const { surface, from, to, asked } = conversation;
    for (let n = 1; n <= EACH; n += 1) {
      while (!mayAsk(conversation)) await pause(20);
      const { messageId, delivered } = sim.wecom.say({ from, to, text: `第${n}问：${'要想一想的事情 '.repeat(4)}` });
      const outcomes = await delivered;
      asked.push({ mark: `第${n}问`, message: messageId, acknowledged: surface !== 'bot' && outcomes.every(isTaken) });
      await pause(random.between(50, 400));
    }
  }

  /** Nobody is told of what is said to a bot that is not connected; a customer's chat takes five messages of ours. */
  function mayAsk({ surface, from, to, asked }: Conversation): boolean {
    if (surface === 'bot') return sim.wecom.sockets.count(to) > 0;
    return surface === 'app' || asked.length - answersIn({ from, to }).length < OPEN_AT_MOST;
  }

  const countAsked = () => conversations.reduce((sum, { asked }) => sum + asked.length, 0);

  /** After so many questions, not after so long: a slow machine is killed as often in the midst of it. */
  async function killAgainAndAgain(random: Random): Promise<void> {
    const all = EACH * conversations.length;
    for (let count = 1; count <= KILLS; count += 1) {
      while (countAsked() < (all * count) / (KILLS + 1)) await pause(10);
      await oneAtATime(async () => {
        await leaveInDoubt();
        await pause(random.between(0, 100));
        killed.push(await killOnce());
      });
    }
  }

  /** @returns How much was open. */
  async function killOnce(): Promise<number> {
    await gateway.kill();
    sim.faults.clear();
    const open = openNow();
    gateway = await start();
    return open;
  }

  let line: Promise<unknown> = Promise.resolve();
  function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const turn = line.then(work);
    line = turn.catch(() => undefined);
    return turn;
  }

  /**
   * A customer asks the bot, then for a person, talks to her, and comes back to the bot. The gateway dies while she is handed over: every other
   * time when the vendor has done it and the gateway has not heard so.
   */
  async function visitDesk(random: Random): Promise<void> {
    const { kf } = sim.wecom;
    for (let n = 1; n <= VISITS; n += 1) {
      const question = { from: 'zhao', to: DESK, text: `第${n}问：要想一想的事情` };
      await sim.wecom.say(question).delivered;
      await until(() => marksIn({ from: 'zhao', to: DESK }).includes(`第${n}问`), `第${n}问`);
      await oneAtATime(async () => {
        const path = 'service_state/trans';
        if (n % 2 === 0) sim.faults.add({ side: 'wecom', kind: 'hang', path, count: 1, afterEffect: true });
        void sim.wecom.say({ from: 'zhao', to: DESK, text: '转人工' });
        await pause(random.between(0, 150));
        await killOnce();
      });
      await until(() => kf.session('zhao', DESK).state === 3, 'hand-over');
      await sim.wecom.say({ from: 'zhao', to: DESK, text: `人工${n}：在吗` }).delivered;
      await pause(random.between(50, 300));
      await kf.servicerSays('wang', 'zhao', '在的', DESK).delivered;
      await until(() => briefings().length >= n, 'briefing');
      await kf.end('zhao', DESK);
    }
    await sim.wecom.say({ from: 'zhao', to: DESK, text: `第${VISITS + 1}问：还有一件事` }).delivered;
    await until(() => marksIn({ from: 'zhao', to: DESK }).includes(`第${VISITS + 1}问`), 'return');
  }

  /** What the app told the servicer. */
  function briefings(): readonly string[] {
    const all = sim.wecom.record
      .answers()
      .filter(({ surface, people }) => surface === 'app' && people.includes('wang'));
    return all.map(({ text }) => text).filter((text) => text.includes('转给你了'));
  }

  async function until(look: () => boolean, what: string): Promise<void> {
    for (const end = Date.now() + ANSWERED_WITHIN_MS; !look(); await pause(20))
      if (Date.now() > end) throw new Error(`it never came to that: ${what}\n${lastOutput(folder)}`);
  }

  /** From each surface one call takes effect whose answer never comes: whether it was shown, the gateway does not know when it dies. */
  async function leaveInDoubt(): Promise<void> {
    for (const path of ['message/send', 'kf/send_msg', 'aibot_respond_msg'])
      sim.faults.add({ side: 'wecom', kind: 'hang', path, count: 1, afterEffect: true });
    const until = Date.now() + 2_000;
    while (sim.faults.list.some(({ left }) => left !== 0) && Date.now() < until) await pause(10);
    doubts += 3 - sim.faults.list.filter(({ left }) => left !== 0).length;
  }

  const answersIn = ({ from, to }: Pick<Conversation, 'from' | 'to'>): readonly RecordedWecomAnswer[] =>
    sim.wecom.record.inChat(sim.wecom.directChat(from, to));

  const marksIn = (conversation: Pick<Conversation, 'from' | 'to'>): readonly string[] =>
    answersIn(conversation).map(({ text }) => MARK.exec(text)?.[0] ?? text);

  /** What has no answer yet; of a bot's only what has begun to be answered can be told from what nobody was told of. */
  function openNow(): number {
    return conversations.reduce((sum, one) => sum + one.asked.length - new Set(marksIn(one)).size, 0);
  }

  function isAllAnswered(): boolean {
    const keys = storedKeys();
    return conversations.every((one) => {
      const marks = marksIn(one);
      return one.asked.every(({ mark, message }) => !keys.has(message) || marks.includes(mark));
    });
  }

  /** What was stored, read from a copy: opening the file would change it. */
  function storedKeys(): ReadonlySet<string> {
    const [file, copy] = [join(folder, 'posthouse.db'), join(folder, 'copy.db')];
    for (const end of ['', '-wal']) if (existsSync(file + end)) copyFileSync(file + end, copy + end);
    const db = new DatabaseSync(copy);
    const rows = db.prepare('select event_key as key from inbox').all();
    db.close();
    for (const end of ['', '-wal', '-shm']) rmSync(copy + end, { force: true });
    return new Set(rows.map(({ key }) => String(key)));
  }

  describe.each(['app', 'bot', 'kf'] as const)('%s', (surface) => {
    const here = () => conversations.filter((one) => one.surface === surface);

    it('has stored everything that it has acknowledged, or can fetch', () => {
      const missing = here().flatMap(({ asked }) =>
        asked.filter(({ message, acknowledged }) => acknowledged && !stored.has(message)),
      );
      expect(missing, lastOutput(folder)).toEqual([]);
    });

    it('loses nothing, and answers in order', () => {
      for (const one of here()) {
        const wanted = one.asked.filter(({ message }) => stored.has(message)).map(({ mark }) => mark);
        expect([...new Set(marksIn(one))], `${one.from} ${one.to}\n${lastOutput(folder)}`).toEqual(wanted);
        expect(wanted.length).toBeGreaterThan(EACH / 2);
      }
    });

    it('answers nothing twice', () => {
      for (const one of here()) {
        const unmarked = answersIn(one).filter(({ text }) => !text.includes(REPEAT));
        const marks = unmarked.map(({ text }) => MARK.exec(text)?.[0] ?? text);
        expect(marks.length, `${one.from} ${one.to}: ${marks.join(' ')}`).toBe(new Set(marks).size);
        // Only where the vendor keeps no key may something be said once more, and it is marked.
        if (surface !== 'bot') expect(marks).toHaveLength(answersIn(one).length);
      }
    });
  });

  describe('a customer who is handed over and comes back', () => {
    const texts = () => answersIn({ from: 'zhao', to: DESK }).filter(({ people }) => people.includes('zhao'));

    it('is answered by the bot before and after, in order and once, and not while a person serves her', () => {
      const said = texts().map(({ text }) => MARK.exec(text)?.[0] ?? text);
      const marks = said.filter((text) => MARK.test(text));
      expect(marks, lastOutput(folder)).toEqual(Array.from({ length: VISITS + 1 }, (_, n) => `第${n + 1}问`));
      expect(said.filter((text) => text.includes('人工') && !text.includes('已为你转接'))).toEqual([]);
      expect(said.filter((text) => text.includes('已为你转接')).length).toBeLessThanOrEqual(VISITS);
    });

    it('is made known to her servicer once each time', () => {
      expect(briefings(), lastOutput(folder)).toHaveLength(VISITS);
    });
  });

  it('leaves no stream open', () => {
    const open = sim.wecom.record.answers().filter(({ isStreaming, isExpired }) => isStreaming || isExpired);
    expect(open.map(({ text }) => text)).toEqual([]);
  });

  it('was put to the test', () => {
    expect(killed).toHaveLength(KILLS);
    expect(doubts).toBeGreaterThanOrEqual(KILLS);
    expect(killed.filter((open) => open > 0).length).toBeGreaterThan(0);
    expect(conversations.every(({ asked }) => asked.length === EACH)).toBe(true);
  });
});

function begin(surface: Conversation['surface'], from: string, to: string): Conversation {
  return { surface, from, to, asked: [] };
}

function isTaken({ ok }: { readonly ok: boolean }): boolean {
  return ok;
}

const pause = (ms: number) => systemClock.sleep(ms);
