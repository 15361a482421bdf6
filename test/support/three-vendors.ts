import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { type RunningApp, startApp } from '../../src/app/start-app.ts';
import { syncDirectories } from '../../src/cli/directory.ts';
import { loadSettings } from '../../src/config/load.ts';
import type { Clock } from '../../src/core/clock.ts';
import { noLog } from '../../src/core/log.ts';
import { PLATFORMS } from '../../src/platforms/registry.ts';
import { SIM_PATHS } from '../../src/simulator/contract.ts';
import {
  type ApprovalTemplate,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../src/simulator/index.ts';
import { openStore } from '../../src/store/open.ts';
import { dingtalkEnv, feishuEnv, wecomAppEnv } from './vendor-env.ts';

export const VENDORS = ['feishu', 'wecom', 'dingtalk'] as const;
export type Vendor = (typeof VENDORS)[number];
type Env = Readonly<Record<string, string>>;

/** By which access is asked for at DingTalk; 王敏 decides. */
const ACCESS_FORM: ApprovalTemplate = {
  processCode: 'PROC-ACCESS',
  name: '权限申请',
  approvers: ['wang.min'],
  fields: [{ label: '申请事由', componentType: 'TextareaField', required: true }],
};

/** The whole gateway between all three vendors and Dify, from nothing but the environment. */
export class ThreeVendors {
  readonly sim: Simulator;
  readonly #folder: string;
  readonly #clock: Clock | undefined;
  #gateway: RunningApp | undefined;
  #env: Env = {};
  #questions = 0;

  private constructor(sim: Simulator, folder: string, clock: Clock | undefined) {
    this.sim = sim;
    this.#folder = folder;
    this.#clock = clock;
  }

  /** @param far - What is otherwise at the far side; with a clock of its own, the gateway goes by it too. */
  static async start(more: Env = {}, file = '', far: SimulatorOptions = {}): Promise<ThreeVendors> {
    const folder = await mkdtemp(join(tmpdir(), 'posthouse-three-'));
    const sim = await startSimulator({
      ...far,
      dify: { speed: 20, ...(typeof far.dify === 'object' && far.dify) },
      feishu: { apps: [{}], ...far.feishu },
      wecom: { bots: [], kf: false },
      dingtalk: { apps: [{ mode: 'stream' }], approvals: [ACCESS_FORM], ...far.dingtalk },
    });
    const three = new ThreeVendors(sim, folder, far.clock);
    if (file !== '') await writeFile(join(folder, 'posthouse.yaml'), file);
    await three.restart({ ...more, ...(file !== '' && { POSTHOUSE_CONFIG: join(folder, 'posthouse.yaml') }) });
    return three;
  }

  /** The same store, with other settings. */
  async restart(more: Env): Promise<void> {
    await this.#gateway?.stop();
    const { sim } = this;
    const [feishu, wecom, dingtalk] = [sim.feishu.app, sim.wecom.app, sim.dingtalk.app];
    this.#env = {
      PORT: '0',
      DATABASE_URL: this.databaseUrl,
      ...feishuEnv(sim),
      ...wecomAppEnv(sim),
      ...dingtalkEnv(sim),
      DIFY_BASE_URL: sim.difyUrl,
      DIFY_API_KEY: 'app-demo-chatflow',
      ...more,
    };
    const platforms = Object.values(PLATFORMS);
    const settings = await loadSettings({ env: this.#env, platforms, agents: Object.values(AGENTS) });
    const clock = this.#clock;
    const gateway = await startApp(settings, { log: noLog, version: '0.0.0-test', ...(clock && { clock }) });
    this.#gateway = gateway;
    feishu.webhookUrl = `${gateway.url}/webhook/feishu`;
    wecom.webhookUrl = `${gateway.url}/webhook/wecom`;
    dingtalk.webhookUrl = `${gateway.url}/webhook/dingtalk`;
    if (dingtalk.events) dingtalk.events = { ...dingtalk.events, url: dingtalk.webhookUrl };
    await expect.poll(async () => (await fetch(`${gateway.url}/readyz`)).status, { timeout: 10_000 }).toBe(200);
    const lines = dingtalk.mode === 'stream' ? 1 : 0;
    await expect.poll(() => sim.dingtalk.appViews()[0]?.connections, { timeout: 10_000 }).toBe(lines);
  }

  /** Where the gateway is reached. */
  get url(): string {
    return this.#gateway?.url ?? '';
  }

  get databaseUrl(): string {
    return join(this.#folder, 'posthouse.db');
  }

  /** What is answered to somebody who writes directly. */
  async ask(on: Vendor, text: string, from = 'lin'): Promise<string> {
    const { sim } = this;
    if (on === 'wecom') return this.#askWecom(text, from);
    if (on === 'feishu') {
      const { messageId, delivered } = sim.feishu.say({ from, text });
      await delivered;
      const until = { done: ({ isSettled }: { readonly isSettled: boolean }) => isSettled, timeoutMs: 20_000 };
      return (await sim.feishu.record.answered(messageId, until)).text;
    }
    const { messageId, delivered } = sim.dingtalk.say({ from, text });
    await delivered;
    return (await sim.dingtalk.record.answered(messageId, { timeoutMs: 20_000 })).text;
  }

  async #askWecom(text: string, from: string): Promise<string> {
    const { record } = this.sim.wecom;
    const inChat = () => record.inChat(this.sim.wecom.directChat(from)).filter(({ type }) => type !== 'template_card');
    const before = inChat().length;
    await this.sim.wecom.say({ from, text }).delivered;
    return (await record.until(() => inChat()[before], 20_000)).text;
  }

  /** Whether what somebody writes reaches the agent. */
  async reaches(on: Vendor, from: string): Promise<boolean> {
    this.#questions += 1;
    const text = `question ${this.#questions} #instant`;
    const side = this.sim[on];
    await side.say({ from, text }).delivered;
    await this.quiet();
    return this.sim.dify?.record.asked().some(({ query }) => query === text) === true;
  }

  /** Until nothing is left to do; events are acknowledged before they are worked off. */
  async quiet(): Promise<void> {
    const store = await openStore(this.databaseUrl, { readOnly: true });
    for (let calm = 0; calm < 3; ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const depth = await store.upkeep.depth();
      calm = depth.inboxWaiting + depth.inboxClaimed + depth.outboxWaiting === 0 ? calm + 1 : 0;
    }
    await store.close();
  }

  /** What an administrator does in a vendor's back office, by the simulator's own API. */
  async office(platform: Vendor, action: Readonly<Record<string, unknown>>): Promise<unknown> {
    const body = JSON.stringify({ platform, person: 'lin', ...action });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.sim.url + SIM_PATHS.actions, { method: 'POST', headers, body });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  }

  /** `posthouse people sync`, beside the running gateway. @returns what it prints. */
  async sync(channel?: string): Promise<readonly string[]> {
    const lines: string[] = [];
    const write = (line: string) => void lines.push(line);
    const terminal = {
      lang: 'en',
      env: this.#env,
      out: write,
      err: write,
      say: ({ en }: { en: string }) => en,
    } as const;
    await syncDirectories(terminal, channel, {});
    return lines;
  }

  /** The gateway only; `restart` begins it anew. */
  async stop(): Promise<void> {
    await this.#gateway?.stop();
    this.#gateway = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.sim.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
