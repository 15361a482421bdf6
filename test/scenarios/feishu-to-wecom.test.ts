import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { type RunningApp, startApp } from '../../src/app/start-app.ts';
import { loadSettings } from '../../src/config/load.ts';
import { id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import { PLATFORMS } from '../../src/platforms/registry.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { openStore } from '../../src/store/open.ts';
import { feishuEnv, wecomAppEnv } from '../support/vendor-env.ts';

/** The whole gateway between Feishu, an app of WeCom and Dify, from nothing but the environment. */
let sim: Simulator;
let gateway: RunningApp | undefined;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posthouse-two-'));
  sim = await startSimulator({ dify: { speed: 20 }, feishu: { apps: [{}] }, wecom: { bots: [], kf: false } });
  await start();
});
afterEach(async () => {
  await gateway?.stop();
  await sim.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const [feishu, wecom] = [sim.feishu.app, sim.wecom.app];
  const env = {
    PORT: '0',
    DATABASE_URL: join(folder, 'posthouse.db'),
    ...feishuEnv(sim),
    ...wecomAppEnv(sim),
    DIFY_BASE_URL: sim.difyUrl,
    DIFY_API_KEY: 'app-demo-chatflow',
  };
  const settings = await loadSettings({ env, platforms: Object.values(PLATFORMS), agents: Object.values(AGENTS) });
  gateway = await startApp(settings, { log: noLog, version: '0.0.0-test' });
  feishu.webhookUrl = `${gateway.url}/webhook/feishu`;
  wecom.webhookUrl = `${gateway.url}/webhook/wecom`;
}

/** Makes the accounts of one name on both platforms one person, in the store alone. */
async function link(person: string): Promise<void> {
  await gateway?.stop();
  gateway = undefined;
  const store = await openStore(join(folder, 'posthouse.db'));
  const of = async (channel: string, account: string) =>
    (await store.people.identify(id(channel), { account: id(account), ids: {} }, Date.now())).id;
  const [there, here] = [
    await of('feishu', sim.feishu.openId(person)),
    await of('wecom', sim.wecom.userId(person).toLowerCase()),
  ];
  const deed = { actor: 'admin', reason: 'administrator' } as const;
  expect(await store.people.merge(there, here, deed, Date.now())).toMatchObject({ kept: there });
  await store.close();
  await start();
}

async function askOnFeishu(from: string, text: string): Promise<void> {
  const { messageId, delivered } = sim.feishu.say({ from, text });
  await delivered;
  await sim.feishu.record.answered(messageId, { done: ({ isSettled }) => isSettled, timeoutMs: 20_000 });
}

/** @returns The answer's words. */
async function askOnWecom(from: string, text: string): Promise<string> {
  const { record } = sim.wecom;
  const inChat = () => record.inChat(sim.wecom.directChat(from)).filter(({ type }) => type !== 'template_card');
  const before = inChat().length;
  await sim.wecom.say({ from, text }).delivered;
  return (await record.until(() => inChat()[before], 20_000)).text;
}

const asked = () => sim.dify?.record.asked() ?? [];

describe('a conversation that was begun on Feishu', () => {
  it('goes on in WeCom once the accounts are one person: the same dialogue under the same name at the agent', async () => {
    await askOnFeishu('lin', 'first #instant');
    await link('lin');
    const answer = await askOnWecom('lin', 'what did I ask before? #memory');
    expect(answer).toContain('first');
    expect(answer).toContain('Feishu');
    const [first, second] = asked();
    expect(first?.conversation).toBeDefined();
    expect([second?.conversation, second?.user]).toEqual([first?.conversation, first?.user]);
  });

  it('is nobody else’s there: neither a stranger’s nor hers before the accounts are one', async () => {
    await askOnFeishu('lin', 'first #instant');
    expect(await askOnWecom('lin', 'what did I ask before? #memory')).not.toContain('“first');
    await link('lin');
    await askOnWecom('chen', 'what did I ask before? #memory');
    const [first, before, stranger] = asked();
    expect(new Set([first, before, stranger].map((one) => one?.conversation)).size).toBe(3);
    expect(new Set([first, before, stranger].map((one) => one?.user)).size).toBe(3);
  });
});
