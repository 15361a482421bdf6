import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { type RunningApp, startApp } from '../../src/app/start-app.ts';
import { loadSettings } from '../../src/config/load.ts';
import { noLog } from '../../src/core/log.ts';
import { PLATFORMS } from '../../src/platforms/registry.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';

/** The whole gateway between all three vendors and Dify, from nothing but the environment. */
let sim: Simulator;
let gateway: RunningApp;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posthouse-three-'));
  sim = await startSimulator({
    dify: { speed: 20 },
    feishu: { apps: [{}] },
    wecom: { bots: [], kf: false },
    dingtalk: { apps: [{ mode: 'stream' }] },
  });
  await start({});
});
afterEach(async () => {
  await gateway.stop();
  await sim.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(more: Readonly<Record<string, string>>): Promise<void> {
  const [feishu, wecom, dingtalk] = [sim.feishu.app, sim.wecom.app, sim.dingtalk.app];
  const env = {
    PORT: '0',
    DATABASE_URL: join(folder, 'posthouse.db'),
    FEISHU_APP_ID: feishu.id,
    FEISHU_APP_SECRET: feishu.secret,
    FEISHU_ENCRYPT_KEY: feishu.encryptKey,
    FEISHU_VERIFICATION_TOKEN: feishu.verificationToken,
    FEISHU_BASE_URL: sim.url,
    WECOM_CORP_ID: sim.wecom.corpId,
    WECOM_AGENT_ID: String(wecom.agentId),
    WECOM_SECRET: wecom.secret,
    WECOM_TOKEN: wecom.token,
    WECOM_ENCODING_AES_KEY: wecom.encodingAesKey,
    WECOM_BASE_URL: sim.url,
    DINGTALK_CLIENT_ID: dingtalk.id,
    DINGTALK_CLIENT_SECRET: dingtalk.secret,
    DINGTALK_BASE_URL: sim.url,
    DINGTALK_OAPI_BASE_URL: sim.url,
    DIFY_BASE_URL: sim.difyUrl,
    DIFY_API_KEY: 'app-demo-chatflow',
    ...more,
  };
  const settings = await loadSettings({ env, platforms: Object.values(PLATFORMS), agents: Object.values(AGENTS) });
  gateway = await startApp(settings, { log: noLog, version: '0.0.0-test' });
  feishu.webhookUrl = `${gateway.url}/webhook/feishu`;
  wecom.webhookUrl = `${gateway.url}/webhook/wecom`;
  await expect.poll(async () => (await fetch(`${gateway.url}/readyz`)).status, { timeout: 10_000 }).toBe(200);
}

async function onFeishu(text: string): Promise<string> {
  const { messageId, delivered } = sim.feishu.say({ from: 'lin', text });
  await delivered;
  return (await sim.feishu.record.answered(messageId, { done: ({ isSettled }) => isSettled, timeoutMs: 20_000 })).text;
}

async function onDingtalk(text: string): Promise<string> {
  const { messageId, delivered } = sim.dingtalk.say({ from: 'lin', text });
  await delivered;
  return (await sim.dingtalk.record.answered(messageId, { timeoutMs: 20_000 })).text;
}

async function onWecom(text: string): Promise<string> {
  const { record } = sim.wecom;
  const inChat = () => record.inChat(sim.wecom.directChat('lin')).filter(({ type }) => type !== 'template_card');
  const before = inChat().length;
  await sim.wecom.say({ from: 'lin', text }).delivered;
  return (await record.until(() => inChat()[before], 20_000)).text;
}

const asked = () => sim.dify?.record.asked() ?? [];

describe('one person on three platforms', () => {
  it('asks on Feishu, goes on in DingTalk by a code, and in WeCom because the directories say who she is', {
    timeout: 60_000,
  }, async () => {
    await onFeishu('first #instant');
    const code = /[A-Z]{4}-[A-Z]{4}/.exec(await onDingtalk('/link'))?.[0] ?? 'none';
    expect(await onFeishu(`/link ${code}`)).toMatch(/钉钉|DingTalk/);
    const { record } = sim.dingtalk;
    await record.until(() => record.answers().find(({ text }) => /was linked|绑定。如果/.test(text)), 10_000);
    const second = await onDingtalk('what did I ask before? #memory');
    expect(second).toContain('first');
    expect(second).toMatch(/飞书|Feishu/);
    // Nobody has asked a directory so far.
    await gateway.stop();
    await start({ PEOPLE_TRUST: 'email' });
    await onFeishu('second #instant');
    expect(await onWecom('what did I ask before? #memory')).toContain('first');
    const dialogues = asked().map(({ conversation, user }) => `${conversation} ${user}`);
    expect(dialogues).toHaveLength(4);
    expect(dialogues).toEqual(dialogues.map(() => dialogues[0]));
  });
});
