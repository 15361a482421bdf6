import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { AGENTS } from '../../src/agents/registry.ts';
import { openPushDesk, type PushDesk } from '../../src/app/push-desk.ts';
import { type RunningApp, startApp } from '../../src/app/start-app.ts';
import { runCommand } from '../../src/cli/program.ts';
import { loadSettings } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings.ts';
import { type ChannelName, id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import type { PushContent } from '../../src/core/push.ts';
import { PLATFORMS } from '../../src/platforms/registry.ts';
import { ROBOTS } from '../../src/platforms/robots.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { openStore } from '../../src/store/open.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';

let folder: string;
let file: string;
let sim: Simulator;
const ending: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posthouse-push-'));
  file = join(folder, 'posthouse.yaml');
  sim = await startSimulator({ dify: false, feishu: { apps: [{ mode: 'socket' }] }, dingtalk: { apps: [{}] } });
  // Limits are kept elsewhere; here many messages are to arrive soon.
  sim.feishu.rateLimits = false;
});
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
  await sim.close();
  await rm(folder, { recursive: true, force: true });
});

/** A Feishu app, a DingTalk app and a robot in a Feishu group. */
async function configure(more: Readonly<Record<string, unknown>> = {}): Promise<Settings> {
  const { chatId } = sim.feishu.addGroup({ name: 'Ops', people: ['lin'], bots: [] });
  const hook = sim.feishu.addHook({ chat: chatId });
  const { app: ding } = sim.dingtalk;
  const dingtalk = { clientId: ding.id, clientSecret: ding.secret, baseUrl: sim.url, oapiBaseUrl: sim.url };
  const { app } = sim.feishu;
  const settings = {
    port: 0,
    databaseUrl: join(folder, 'posthouse.db'),
    channels: [
      { platform: 'feishu', appId: app.id, appSecret: app.secret, mode: 'socket', baseUrl: sim.url },
      {
        platform: 'dingtalk',
        mode: 'stream',
        callsPerMonth: 100,
        limits: { messagesFrom: 1, pace: 'none' },
        ...dingtalk,
      },
    ],
    robots: [{ name: 'ops', platform: 'feishu', webhook: sim.url + hook.path, secret: hook.secret }],
    agents: [{ name: 'echo', kind: 'echo' }],
    ...more,
  };
  await writeFile(file, stringify(settings));
  const kinds = { platforms: Object.values(PLATFORMS), agents: Object.values(AGENTS), robots: Object.values(ROBOTS) };
  return loadSettings({ env: {}, file, ...kinds });
}

async function begin(settings: Settings): Promise<RunningApp> {
  const app = await startApp(settings, { log: noLog, version: '0.0.0-test' });
  await connected(app);
  return app;
}

async function desk(settings: Settings): Promise<PushDesk> {
  const opened = await openPushDesk(settings);
  ending.push(() => opened.close());
  return opened;
}

/** Until every long connection is open. */
async function connected({ url }: RunningApp): Promise<void> {
  await until(async () => {
    const { parts } = (await (await fetch(`${url}/readyz`)).json()) as { parts: { connection?: { state: string } }[] };
    return parts.every(({ connection }) => connection === undefined || connection.state === 'open');
  });
}

async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await look()); ) {
    if (Date.now() > end) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const said = (): string[] => sim.feishu.record.answers().map(({ text }) => text);

describe('pushes of a whole gateway', () => {
  it('that were accepted arrive once, though it is killed while it sends', { timeout: 60_000 }, async () => {
    const settings = await configure();
    const env = { POSTHOUSE_CONFIG: file };
    let gateway: GatewayProcess = await startGatewayProcess({ folder, env });
    ending.push(() => gateway.kill());
    const { pushes } = await desk(settings);
    const lin = sim.feishu.openId('lin');
    const keys = Array.from({ length: 40 }, (_, n) => `alarm ${n}`);
    for (const [n, key] of keys.entries()) {
      const receiver = { kind: 'user', channel: settings.channels[0]?.name ?? id('feishu'), id: lin } as const;
      await pushes.push({ key, to: [receiver], content: { kind: 'text', text: key } });
      if (n % 20 !== 19) continue;
      await until(() => said().length > n / 2);
      await gateway.kill();
      gateway = await startGatewayProcess({ folder, env });
    }
    await until(() => said().length >= keys.length);
    await until(async () => (await pushes.find(keys.at(-1) ?? ''))?.parts[0]?.state === 'sent');
    expect(said()).toEqual(keys);
  });

  it('can be typed: by the command line, to a robot of the settings', async () => {
    const settings = await configure();
    const app = await begin(settings);
    ending.push(() => app.stop());
    const out: string[] = [];
    const terminal = {
      out: (line: string) => void out.push(line),
      err: (line: string) => void out.push(line),
      say: (words: { zh: string; en: string }) => words.en,
      lang: 'en' as const,
      env: {},
    };
    const run = (...args: string[]) => runCommand(['node', 'posthouse', ...args, '-c', file], terminal);
    const send = ['push', '--to', 'robot:ops', '--key', 'release-1.4', '--title', 'Release 1.4'];
    expect(await run(...send, '--markdown', 'is **out**', '--button', 'Notes=https://example.org/r')).toBe(0);
    expect(out.join('\n')).toContain("push-status 'release-1.4'");
    await until(() => said().length === 1);
    expect(said()[0]).toContain('is **out**');
    await until(async () => (await run('push-status', 'release-1.4')) === 0 && out.join('\n').includes('  sent'));
    const content = join(folder, 'week.json');
    const articles = [{ title: 'One', url: 'https://example.org/1', description: 'first' }];
    await writeFile(content, JSON.stringify({ kind: 'articles', title: 'Week', articles }));
    expect(await run('push', '--to', 'robot:ops', '--content', content)).toBe(0);
    await until(() => said().length === 2);
    expect(said()[1]).toContain('[One](https://example.org/1)');
    await writeFile(content, JSON.stringify({ kind: 'articles', articles: [{ title: 'One' }] }));
    expect(await run('push', '--to', 'robot:ops', '--content', content)).toBe(2);
    const filed = ['push', '--to', 'robot:ops', '--file', 'https://example.org/%E5%91%A8%E6%8A%A5.pdf'];
    expect(await run(...filed, '--text', 'This week')).toBe(0);
    await until(() => said().length === 3);
    expect(said()[2]).toMatch(/This week[^]*\[周报\.pdf\]\(https:\/\/example\.org/);
    expect(await run(...filed, '--button', 'Notes=https://example.org/r')).toBe(2);
    expect(await run('push', '--to', 'robot:ops', '--text', 'x', '--name', 'a.pdf')).toBe(2);
    const ask = ['push', '--to', `feishu:user:${sim.feishu.openId('lin')}`, '--title', 'Agree?', '--key', 'q1'];
    expect(await run(...ask, '--answer', 'yes=Yes', '--answer', 'no=No', '--answers-to', 'robot:ops')).toBe(0);
    await until(() => said().length === 4);
    const card = sim.feishu.record.answers().at(-1);
    await sim.feishu.press('lin', card?.messageId ?? '', { button: 'No' });
    await until(() => said().length === 5);
    expect(await run('push-status', 'q1')).toBe(0);
    expect(out.at(-1)).toMatch(/^feishu:user:ou_\S+ {2}answered no {2}\d{4}-/);
    expect(await run('push', '--to', 'ops', '--text', 'x')).toBe(2);
    expect(await run('push', '--to', 'robot:none', '--text', 'x')).toBe(1);
    expect(await run('push-status', 'never')).toBe(1);
    expect(await run('push', '--to', 'feishu:user:ou_nobody', '--text', 'x', '--key', 'nowhere')).toBe(0);
    await until(async () => (await run('push-status', 'nowhere')) === 1);
    expect(out.at(-1)).toMatch(/^platform_rejected: .*the receiver’s id may be wrong/);
    expect(await run('dead')).toBe(0);
    expect(out.at(-2)).toMatch(/^platform_rejected: /);
    expect(out.at(-1)).toMatch(/^When its cause is gone: posthouse replay outbox \d+$/);
  });
});

describe('a question that is pushed on Feishu', () => {
  const options = ['High', 'Low'].map((text) => ({ id: text.toLowerCase(), text }));
  const answers = [
    { id: 'yes', text: 'Agree' },
    { id: 'no', text: 'Refuse' },
  ];
  const question: PushContent = { kind: 'question', title: 'Purchase', text: 'A *laptop*', choices: [], answers };

  async function asked(content: PushContent) {
    const settings = await configure();
    const app = await begin(settings);
    ending.push(() => app.stop());
    const receiver = { kind: 'user', channel: id<ChannelName>('feishu'), id: sim.feishu.openId('lin') } as const;
    const subject = { to: [{ kind: 'robot', channel: 'ops', id: '' }], lang: 'en' };
    const request = { key: 'po', to: [receiver], content, lang: 'en', answers: { purpose: 'tell', subject } } as const;
    await app.pushes.push(request);
    await until(() => sim.feishu.record.answers().length === 1);
    const [card] = sim.feishu.record.answers();
    if (!card) throw new Error('no card');
    return { app, card };
  }

  it('is answered by a button, whose card then says what was answered, and whoever asked is told', async () => {
    const { app, card } = await asked(question);
    const pressed = await sim.feishu.press('lin', card.messageId, { button: 'Refuse' });
    expect(pressed).toMatchObject({ code: 0 });
    expect(sim.feishu.record.answers()[0]?.text).toContain('✅ Refuse');
    await until(() => said().length === 2);
    expect(said()[1]).toContain('Refuse');
    expect((await app.pushes.find('po'))?.answers).toMatchObject([{ button: 'no', choices: {}, handled: true }]);
  });

  it('brings back what was chosen in its form', async () => {
    const choices = [
      { name: 'prio', title: 'Priority', options },
      { name: 'for', title: 'For whom', options, several: true },
    ];
    const { app, card } = await asked({ ...question, choices });
    const value = { act: 'answer', push: (await app.pushes.find('po'))?.parts[0]?.sendKey, index: 0 };
    const formValue = { q0: 'o1', q1: ['o0', 'o1'] };
    const press = { tag: 'button', name: 'send0', value, formValue };
    expect(await sim.feishu.press('lin', card.messageId, { press })).toMatchObject({ code: 0 });
    expect((await app.pushes.find('po'))?.answers).toMatchObject([
      { button: 'yes', choices: { prio: ['low'], for: ['high', 'low'] } },
    ]);
  });

  it('is not sent to where nobody could answer', async () => {
    const { app } = await asked(question);
    const withChoice = { ...question, choices: [{ name: 'prio', title: 'Priority', options }] };
    for (const [to, content] of [
      [{ kind: 'robot', channel: id<ChannelName>('ops'), id: '' }, question],
      [{ kind: 'user', channel: id<ChannelName>('dingtalk'), id: 'u1' }, withChoice],
    ] as const) {
      const pushing = app.pushes.push({ key: `to ${to.channel}`, to: [to], content });
      await expect(pushing).rejects.toMatchObject({ code: 'platform_content_refused' });
    }
  });
});

describe('a month’s quota that runs out', () => {
  it('is told to the administrator at 70 and at 90 percent, once each, also over restarts', async () => {
    const settings = await configure({ alerts: { to: ['robot:ops'], lang: 'en' } });
    const month = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);
    const spent = async (number: number): Promise<void> => {
      const store = await openStore(settings.databaseUrl);
      await store.calls.add([{ channel: id('dingtalk'), month, kind: 'card.stream', number }]);
      await store.close();
    };
    const ask = async (text: string): Promise<void> => {
      const { messageId } = sim.dingtalk.say({ from: 'lin', text });
      await until(() => sim.dingtalk.record.answersTo(messageId).some(({ isSettled }) => isSettled));
    };
    await spent(69);
    const first = await begin(settings);
    await ask('one');
    await until(() => said().length === 1);
    expect(said()[0]).toMatch(/7\d % of its API calls/);
    await first.stop();
    await spent(15);
    const second = await begin(settings);
    await ask('two');
    await second.stop();
    await spent(6);
    const third = await begin(settings);
    ending.push(() => third.stop());
    await ask('three');
    await until(() => said().length >= 2);
    await third.pushes.find('settles what is under way');
    const percents = said().map((text) => /(\d+) % of its API calls/.exec(text)?.[1]);
    expect(percents).toEqual([expect.stringMatching(/^7\d$/), expect.stringMatching(/^(?:9\d|1\d\d)$/)]);
  });
});
