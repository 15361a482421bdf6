import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { type RunningApp, startApp } from '../../src/app/start-app.ts';
import { loadSettings } from '../../src/config/load.ts';
import { type ChannelName, id } from '../../src/core/ids.ts';
import { createLog } from '../../src/lib/log.ts';
import { PLATFORMS } from '../../src/platforms/registry.ts';
import { type RecordedWecomAnswer, type Simulator, startSimulator } from '../../src/simulator/index.ts';

/** The whole gateway, from nothing but the environment, between WeCom and Dify as the simulator plays them. */
let sim: Simulator;
let gateway: RunningApp;
let folder: string;
const log: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posthouse-wecom-'));
  sim = await startSimulator({ dify: { speed: 20 }, wecom: { bots: [], kf: false } });
  gateway = await start();
});
afterEach(async () => {
  await gateway.stop();
  await sim.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(more: Readonly<Record<string, string>> = {}): Promise<RunningApp> {
  const { app, corpId } = sim.wecom;
  const env = {
    PORT: '0',
    DATABASE_URL: join(folder, 'posthouse.db'),
    WECOM_CORP_ID: corpId,
    WECOM_AGENT_ID: String(app.agentId),
    WECOM_SECRET: app.secret,
    WECOM_TOKEN: app.token,
    WECOM_ENCODING_AES_KEY: app.encodingAesKey,
    WECOM_BASE_URL: sim.url,
    DIFY_BASE_URL: sim.difyUrl,
    DIFY_API_KEY: 'app-demo-chatflow',
    ...more,
  };
  const settings = await loadSettings({ env, platforms: Object.values(PLATFORMS), agents: Object.values(AGENTS) });
  const lines = createLog({ level: 'debug', format: 'json', to: { write: (line) => void log.push(line) } });
  const running = await startApp(settings, { log: lines, version: '0.0.0-test' });
  app.webhookUrl = `${running.url}/webhook/wecom`;
  return running;
}

const answers = (): RecordedWecomAnswer[] => sim.wecom.record.answers();
const until = <T>(find: () => T | undefined | false): Promise<T> => sim.wecom.record.until(find, 10_000);
const cardWith = (label: string) => (): RecordedWecomAnswer | undefined =>
  answers().find(({ buttons }) => buttons.some(({ text }) => text.includes(label)));

async function press(card: RecordedWecomAnswer, label: string): Promise<void> {
  const button = card.buttons.find(({ text }) => text.includes(label));
  await sim.wecom.press('lin', card.messageId, { key: button?.key ?? '' });
}

describe('a member and the app', () => {
  it('let the console check the address', async () => {
    expect(await sim.wecom.checkApp(sim.wecom.app.id)).toMatchObject({ ok: true });
  });

  it('talk: a question is acknowledged at once, and answered once however often it comes', async () => {
    const { messageId, delivered } = sim.wecom.say({ from: 'lin', text: '你好' });
    const [outcome] = await delivered;
    expect(outcome).toMatchObject({ ok: true, attempts: 1 });
    expect(outcome?.ackMs).toBeLessThan(1_000);
    await sim.wecom.redeliver(messageId);
    await until(cardWith('有用'));
    await sim.wecom.redeliver(messageId);
    const words = answers().filter(({ type }) => type !== 'template_card');
    expect(words).toHaveLength(1);
    expect(words[0]?.people).toContain('lin');
  });

  it('are shown a picture that an answer points to, which its Markdown cannot show, and get the file that it links to', async () => {
    sim.wecom.say({ from: 'lin', text: '画图 #image' });
    const picture = await until(() => answers().find(({ type }) => type === 'image'));
    const [words] = answers();
    expect(answers().indexOf(picture)).toBeGreaterThan(0);
    expect(words?.text).toContain('销售图');
    expect(words?.text).not.toContain('/files/tools/');

    sim.wecom.say({ from: 'lin', text: '导出 #file' });
    const file = await until(() => answers().find(({ type }) => type === 'file'));
    expect(file.body['media_id']).toBeTypeOf('string');
    expect(answers().some(({ text }) => text.includes('/files/tools/'))).toBe(false);
  });

  it('give each command by the menu that the gateway sets, and read what it does', async () => {
    await gateway.stop();
    gateway = await start({ WECOM_MENU: 'commands' });
    await until(() => sim.wecom.app.menu.length === 3);
    const keys = sim.wecom.app.menu.flatMap(({ key, items = [] }) => [key, ...items.map((item) => item.key)]);
    const known = keys.filter((key) => key !== undefined);
    expect(known).toHaveLength(11);
    for (const [count, key] of known.entries()) {
      await sim.wecom.chooseMenu('lin', key);
      await until(() => answers().length > count);
    }
    expect(log.some((line) => line.includes('unknown menu entry'))).toBe(false);
    expect(answers().some(({ text }) => text.includes('/help'))).toBe(true);
  });

  it('are asked by a push, choose, and whoever asked reads what was chosen', async () => {
    const [channel] = ['wecom'].map((name) => id<ChannelName>(name));
    const to = [{ kind: 'user', channel: channel as ChannelName, id: sim.wecom.userId('lin').toUpperCase() }] as const;
    const options = ['高', '低'].map((text, n) => ({ id: `p${n}`, text }));
    const content = {
      kind: 'question',
      title: '采购单 8812',
      text: '',
      choices: [{ name: 'prio', title: '优先级', options }],
      answers: [{ id: 'send', text: '提交' }],
    } as const;
    await gateway.pushes.push({ key: 'po-8812', to, content });
    const card = await until(cardWith('提交'));
    const [button] = card.buttons;
    await sim.wecom.press('lin', card.messageId, { key: button?.key ?? '', selected: { q0: ['o1'] } });
    await until(() => card.replacedBy === '✓ 提交 · 优先级: 低');
    const push = await gateway.pushes.find('po-8812');
    expect(push?.answers).toMatchObject([
      { account: sim.wecom.userId('lin'), button: 'send', choices: { prio: ['p1'] } },
    ]);
  });

  it('rate an answer by its card, and take it back', async () => {
    await sim.wecom.say({ from: 'lin', text: '你好' }).delivered;
    await press(await until(cardWith('👍 有用')), '👍');
    await press(await until(cardWith('✅ 有用')), '✅');
    const card = await until(cardWith('👍 有用'));
    expect(card.updates).toBeGreaterThanOrEqual(2);
  });

  it('ask again by the card, and see what was asked', async () => {
    await sim.wecom.say({ from: 'lin', text: '年假有几天？' }).delivered;
    const card = await until(cardWith('重新生成'));
    await press(card, '重新生成');
    const again = await until(() => answers().find(({ text }) => text.startsWith('> 年假有几天？')));
    expect(again.isTruncated).toBe(false);
    await until(() => card.replacedBy !== undefined);
  });

  it('greet each other once, and the suggested questions work', async () => {
    await sim.wecom.enter('lin').delivered;
    await sim.wecom.enter('lin').delivered;
    const card = await until(() => answers().find(({ buttons }) => buttons.some(({ key }) => key.startsWith('ask:'))));
    await sim.wecom.press('lin', card.messageId, { key: card.buttons[0]?.key ?? '' });
    await until(cardWith('有用'));
    expect(
      answers().filter(({ buttons }) => buttons.some(({ key }) => key.startsWith('ask:t') && key.endsWith(':0'))),
    ).not.toHaveLength(0);
    expect(card.replacedBy).toBeDefined();
  });

  it('have a menu that does what the commands do', async () => {
    await sim.wecom.chooseMenu('lin', 'help');
    await until(() => answers().find(({ text }) => text.includes('/new')));
    await sim.wecom.chooseMenu('lin', 'new');
    await until(() => answers().find(({ text }) => text.includes('新对话')));
  });

  it('ask about a place, and open a link of the menu without a word of ours', async () => {
    await sim.wecom.event({ event: 'view', person: 'lin', fields: { EventKey: 'https://example.org' } });
    await sim.wecom.sendLocation({ from: 'lin', latitude: 23, longitude: 113, label: '示例路' }).delivered;
    await until(cardWith('有用'));
    expect(answers().some(({ text }) => text.includes('看不懂'))).toBe(false);
  });

  it('keep their answer over a restart', async () => {
    sim.faults.add({ side: 'wecom', kind: 'server-error', path: 'message/send', count: 1 });
    await sim.wecom.say({ from: 'lin', text: '你好' }).delivered;
    await gateway.stop();
    gateway = await start();
    await until(cardWith('有用'));
    expect(answers().filter(({ type }) => type !== 'template_card')).toHaveLength(1);
  });

  it('are shown an answer once though its first sending was lost on the way back', async () => {
    sim.faults.add({ side: 'wecom', kind: 'server-error', path: 'message/send', count: 1, afterEffect: true });
    await sim.wecom.say({ from: 'lin', text: '你好' }).delivered;
    await until(cardWith('有用'));
    expect(answers().filter(({ type }) => type !== 'template_card')).toHaveLength(1);
  });

  it('are shown what one may ask next, behind the answer', async () => {
    await sim.wecom.say({ from: 'lin', text: '年假有几天？' }).delivered;
    const card = await until(() => answers().find(({ text }) => text.includes('你可以接着问')));
    await sim.wecom.press('lin', card.messageId, { key: card.buttons[0]?.key ?? '' });
    await until(() => answers().find(({ text }) => text.startsWith('> ')));
  });

  it('never write a secret or a word of theirs into the log', async () => {
    await sim.wecom.say({ from: 'lin', text: '工资是一万二' }).delivered;
    await until(cardWith('有用'));
    const lines = log.join('\n');
    for (const secret of [sim.wecom.app.secret, sim.wecom.app.token, sim.wecom.app.encodingAesKey, '工资']) {
      expect(lines).not.toContain(secret);
    }
  });
});
