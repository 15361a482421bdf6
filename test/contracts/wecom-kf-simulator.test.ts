import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { type RunningApp, startApp } from '../../src/app/start-app.ts';
import { loadSettings } from '../../src/config/load.ts';
import type { Delivery } from '../../src/core/event.ts';
import { noLog } from '../../src/core/log.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { wecomKf } from '../../src/platforms/wecom/kf/index.ts';
import { type RecordedWecomAnswer, type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { kfConfig, soon, startWecomKf, type WecomKfBed } from '../support/wecom-kf.ts';
import { kfDelivery } from '../support/wecom-kf-case.ts';

/** The whole gateway with an agent that repeats what it is asked, between it and customer service as the simulator plays it. */
let sim: Simulator;
let gateway: RunningApp | undefined;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posthouse-kf-'));
  const accounts = [{ openKfId: 'wk_sales', servicers: ['wang', 'chen'] }, { openKfId: 'wk_help' }];
  sim = await startSimulator({ dify: false, wecom: { apps: [], bots: [], kf: { accounts } } });
});
afterEach(async () => {
  await stop();
  await sim.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(more: { readonly env?: Record<string, string>; readonly aheadMs?: number } = {}): Promise<void> {
  const { corpId, secret, token, encodingAesKey, baseUrl } = kfConfig(sim);
  const env = {
    PORT: '0',
    DATABASE_URL: join(folder, 'posthouse.db'),
    ECHO_PACE_MS: '1',
    WECOM_CORP_ID: corpId,
    WECOM_KF_SECRET: secret,
    WECOM_KF_TOKEN: token,
    WECOM_KF_ENCODING_AES_KEY: encodingAesKey,
    WECOM_BASE_URL: baseUrl,
    ...more.env,
  };
  const settings = await loadSettings({ env, platforms: [wecomKf], agents: Object.values(AGENTS) });
  const clock = { ...systemClock, now: () => Date.now() + (more.aheadMs ?? 0) };
  gateway = await startApp(settings, { log: noLog, version: '0.0.0-test', clock });
  sim.wecom.kfReceiver.webhookUrl = `${gateway.url}/webhook/wecom-kf`;
}

async function stop(): Promise<void> {
  sim.wecom.kfReceiver.webhookUrl = undefined;
  await gateway?.stop();
  gateway = undefined;
}

const say = (text: string, more: { readonly to?: string; readonly menuId?: string } = {}) =>
  sim.wecom.say({ from: 'zhao', text, ...more });
const answers = (): RecordedWecomAnswer[] => sim.wecom.record.answers();
const texts = (): string[] => answers().map(({ text }) => text);
const shown = (words: string) => soon(() => answers().find(({ text }) => text.includes(words)));
const state = (): number => sim.wecom.kf.session('zhao').state;
const settle = () => new Promise((done) => setTimeout(done, 300));

interface Entry {
  readonly click?: { readonly id: string; readonly content: string };
}

async function press(answer: RecordedWecomAnswer, words: string): Promise<void> {
  const { list } = answer.body as unknown as { readonly list: readonly Entry[] };
  const found = list.find(({ click }) => click?.content.includes(words))?.click;
  await say(found?.content ?? '', { menuId: found?.id ?? '' }).delivered;
}

describe('a customer and the gateway', () => {
  it('talk: a signal is acknowledged at once, and its message answered once however often it comes', async () => {
    await start();
    const [outcome] = await say('年假有几天').delivered;
    expect(outcome).toMatchObject({ ok: true, attempts: 1 });
    await shown('年假有几天');
    await sim.wecom.kf.signal();
    await settle();
    expect(texts()).toHaveLength(1);
  });

  it('talk at several accounts, each a dialogue of its own', async () => {
    await start();
    await say('一', { to: 'wk_sales' }).delivered;
    await say('二', { to: 'wk_help' }).delivered;
    await shown('一');
    await shown('二');
    expect(new Set(answers().map(({ chatId }) => chatId)).size).toBe(2);
  });

  it('lose nothing over a restart, and hear nothing twice', async () => {
    await start();
    await say('之前').delivered;
    await shown('之前');
    await stop();
    say('期间');
    await start();
    await shown('期间');
    await settle();
    expect(texts()).toHaveLength(2);
  });

  it('begin anew: what was said before the first start is left alone', async () => {
    say('很久以前');
    await start({ aheadMs: 600_000 });
    await soon(() => sim.wecom.record.calls.get('POST kf/sync_msg 0'));
    await settle();
    expect(texts()).toEqual([]);
  });

  it('find each other again when a signal was lost', async () => {
    await start({ env: {} });
    await shownNothing();
    const { webhookUrl } = sim.wecom.kfReceiver;
    sim.wecom.kfReceiver.webhookUrl = undefined;
    say('没有信号');
    sim.wecom.kfReceiver.webhookUrl = webhookUrl;
    await say('有信号').delivered;
    await shown('没有信号');
    await shown('有信号');
  });

  it('greet each other by the code of the first opening', async () => {
    await start();
    await sim.wecom.kf.enter('zhao');
    await soon(() => answers().length === 1);
    await sim.wecom.kf.enter('zhao');
    await settle();
    expect(texts()).toHaveLength(1);
  });

  it('rate an answer by its menu', async () => {
    await start();
    await say('你好').delivered;
    await press(await shown('你好'), '👍');
    await shown('谢谢');
  });

  it('never get more than five messages, and the last one says that there was more', async () => {
    await start();
    await say(`长 ${'x'.repeat(12_000)}`).delivered;
    await shown('没有发完');
    await settle();
    expect(texts()).toHaveLength(5);
    expect(sim.wecom.record.calls.get('POST kf/send_msg 95001')).toBeUndefined();
  });
});

async function shownNothing(): Promise<void> {
  await settle();
  expect(texts()).toEqual([]);
}

describe('a customer who wants a person', () => {
  it('is given to one by a word, and the bot is silent until the end', async () => {
    await start();
    await say('你好').delivered;
    await shown('你好');
    await say('转人工').delivered;
    const told = await shown('已为你转接');
    expect(told.text).toMatch(/对话摘要[\s\S]*客户：你好[\s\S]*助手：你好/);
    expect(state()).toBe(3);
    const { servicer = '' } = sim.wecom.kf.session('zhao');
    await say('在吗').delivered;
    await sim.wecom.kf.servicerSays(servicer, 'zhao', '在的').delivered;
    await settle();
    expect(texts().filter((text) => text === '在吗')).toEqual([]);
    await sim.wecom.kf.end('zhao');
    await say('还有一个问题').delivered;
    await shown('还有一个问题');
  });

  it('is given to one by the menu', async () => {
    await start();
    await say('你好').delivered;
    await press(await shown('你好'), '转人工');
    await soon(() => state() === 3);
  });

  it('is given to one by the agent, whose mark is not shown', async () => {
    await start({ env: { WECOM_KF_HAND_OVER_MARKER: '[[escalate]]' } });
    await say('我帮你转给同事 [[escalate]]').delivered;
    const answer = await shown('我帮你转给同事');
    expect(answer.text).not.toContain('[[');
    await soon(() => state() === 3);
  });

  it('is given to one after two answers that did not help', async () => {
    await start();
    await say('你好').delivered;
    await press(await shown('你好'), '👎');
    await shown('收到');
    expect(state()).not.toBe(3);
    await say('再来').delivered;
    await press(await shown('再来'), '👎');
    await soon(() => state() === 3);
  });

  it('is told the hours when nobody is on duty, and goes on with the bot', async () => {
    await start({ env: { WECOM_KF_OFFICE_HOURS: '周一至周五 9–18 点' } });
    for (const servicer of ['wang', 'chen']) await sim.wecom.kf.duty(servicer, false);
    await say('转人工').delivered;
    const told = await shown('周一至周五 9–18 点');
    expect(told.text).toContain('没有人工客服在线');
    await say('那算了').delivered;
    await shown('那算了');
  });

  it('is answered by the bot where the app may hand nobody over', async () => {
    await start();
    sim.faults.add({ side: 'wecom', kind: 'refuse', code: 48002, count: 1, path: 'servicer/list' });
    await say('转人工').delivered;
    await shown('转人工');
    expect(state()).toBe(0);
  });

  it('waits in the pool in silence, and is picked from there', async () => {
    await start();
    sim.faults.add({ side: 'wecom', kind: 'refuse', code: 95014, count: 2, path: 'service_state/trans' });
    await say('转人工').delivered;
    await shown('排队');
    expect(state()).toBe(2);
    await say('快点').delivered;
    await settle();
    expect(texts().filter((text) => text === '快点')).toEqual([]);
    await sim.wecom.kf.pick('wang', 'zhao');
    expect(state()).toBe(3);
  });
});

describe('a signal', () => {
  const event = { Event: 'kf_msg_or_event', OpenKfId: 'wk_sales', Token: 'ENC1' };
  let bed: WecomKfBed;
  beforeEach(async () => {
    bed = await startWecomKf();
  });
  afterEach(() => bed.close());
  const read = (delivery: Delivery) => bed.platform.receive(delivery, Date.now());

  it('is acknowledged and stored nowhere', () => {
    expect(read(kfDelivery(bed, event))).toMatchObject({
      kind: 'ignored',
      event: { why: 'signal' },
      ack: { body: '' },
    });
  });

  it('that somebody else made, changed or kept is refused', () => {
    const { query, body, ...rest } = kfDelivery(bed, event);
    const forged: [Partial<Delivery>, string][] = [
      [{ query: {} }, 'signature_missing'],
      [{ query: { ...query, nonce: '1' } }, 'signature_invalid'],
      [{ body: Buffer.concat([body, Buffer.from('x')]) }, 'body_malformed'],
      [{ body: Buffer.alloc(1024 * 1024 + 1, 0x20) }, 'body_too_large'],
    ];
    for (const [change, code] of forged)
      expect(() => read({ ...rest, query, body, ...change })).toThrow(expect.objectContaining({ code }));
    expect(() => read(kfDelivery(bed, event, Date.now() - 3_600_000))).toThrow(
      expect.objectContaining({ code: 'timestamp_stale' }),
    );
  });
});

describe('the online check', () => {
  it('has nothing to say of accounts that are handed over, and names one that is not', async () => {
    const check = async (managed: boolean): Promise<readonly string[]> => {
      const bed = await startWecomKf({ kf: { accounts: [{ name: 'Sales', managed }] } });
      const faults = await bed.platform.check?.(AbortSignal.timeout(5_000));
      await bed.close();
      return faults ?? [];
    };
    expect(await check(true)).toEqual([]);
    expect(await check(false)).toEqual([expect.stringMatching(/account Sales is not handed over/)]);
  });

  it('names a Secret that is wrong', async () => {
    const bed = await startWecomKf({ config: { secret: 'wrong' } });
    const faults = await bed.platform.check?.(AbortSignal.timeout(5_000));
    await bed.close();
    expect(faults).toEqual([expect.stringMatching(/WECOM_KF_SECRET/)]);
  });
});
