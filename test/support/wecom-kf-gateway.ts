import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AGENTS } from '../../src/agents/registry.ts';
import { type RunningApp, startApp } from '../../src/app/start-app.ts';
import { loadSettings } from '../../src/config/load.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/lib/log.ts';
import { wecomKf } from '../../src/platforms/wecom/kf/index.ts';
import { type RecordedWecomAnswer, type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { kfConfig, soon } from './wecom-kf.ts';

interface Entry {
  readonly click?: { readonly id: string; readonly content: string };
}

export interface KfStart {
  readonly env?: Readonly<Record<string, string>>;
  readonly aheadMs?: number;
}

/** The whole gateway with an agent that repeats what it is asked, between it and customer service as the simulator plays it. */
export class KfGateway {
  readonly sim: Simulator;
  /** What was logged, a line of JSON each. */
  readonly log: string[] = [];
  readonly #folder: string;
  #running: RunningApp | undefined;

  private constructor(sim: Simulator, folder: string) {
    this.sim = sim;
    this.#folder = folder;
  }

  /** Customer service and its two accounts; the gateway is started by `start`. */
  static async create(): Promise<KfGateway> {
    const folder = await mkdtemp(join(tmpdir(), 'posthouse-kf-'));
    const accounts = [{ openKfId: 'wk_sales', servicers: ['wang', 'chen'] }, { openKfId: 'wk_help' }];
    const wecom = { apps: [{ kf: true, name: '客服助手' }], bots: [], kf: { accounts } };
    return new KfGateway(await startSimulator({ dify: { speed: 20 }, wecom }), folder);
  }

  async start({ env: more, aheadMs = 0 }: KfStart = {}): Promise<void> {
    const { sim } = this;
    const { corpId, secret, token, encodingAesKey, baseUrl } = kfConfig(sim);
    const env = {
      PORT: '0',
      DATABASE_URL: join(this.#folder, 'posthouse.db'),
      ECHO_PACE_MS: '1',
      WECOM_CORP_ID: corpId,
      WECOM_KF_SECRET: secret,
      WECOM_KF_TOKEN: token,
      WECOM_KF_ENCODING_AES_KEY: encodingAesKey,
      WECOM_BASE_URL: baseUrl,
      ...more,
    };
    const settings = await loadSettings({ env, platforms: [wecomKf], agents: Object.values(AGENTS) });
    const clock = { ...systemClock, now: () => Date.now() + aheadMs };
    const log = createLog({ level: 'info', format: 'json', to: { write: (line) => void this.log.push(line) } });
    this.#running = await startApp(settings, { log, version: '0.0.0-test', clock });
    sim.wecom.kfReceiver.webhookUrl = `${this.#running.url}/webhook/wecom-kf`;
  }

  async stop(): Promise<void> {
    this.sim.wecom.kfReceiver.webhookUrl = undefined;
    await this.#running?.stop();
    this.#running = undefined;
  }

  async restart(options: KfStart = {}): Promise<void> {
    await this.stop();
    await this.start(options);
  }

  async close(): Promise<void> {
    await this.stop();
    await this.sim.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  say(text: string, more: { readonly to?: string; readonly menuId?: string } = {}) {
    return this.sim.wecom.say({ from: 'zhao', text, ...more });
  }

  /** What customers were shown. */
  answers(): RecordedWecomAnswer[] {
    return this.sim.wecom.record.answers().filter(({ surface }) => surface === 'kf');
  }

  texts(): string[] {
    return this.answers().map(({ text }) => text);
  }

  /** What the app told a servicer. */
  told(servicer: string): string[] {
    const all = this.sim.wecom.record.answers();
    return all.filter(({ surface, people }) => surface === 'app' && people.includes(servicer)).map(({ text }) => text);
  }

  shown(words: string): Promise<RecordedWecomAnswer> {
    return soon(() => this.answers().find(({ text }) => text.includes(words)));
  }

  get state(): number {
    return this.sim.wecom.kf.session('zhao').state;
  }

  /** Presses an entry of a menu. */
  async press(answer: RecordedWecomAnswer, words: string): Promise<void> {
    const { list } = answer.body as unknown as { readonly list: readonly Entry[] };
    const found = list.find(({ click }) => click?.content.includes(words))?.click;
    await this.say(found?.content ?? '', { menuId: found?.id ?? '' }).delivered;
  }

  /** Asks and complains about the answer. */
  async complain(text: string): Promise<void> {
    await this.say(text).delivered;
    await this.press(await this.shown(text), '👎');
  }
}

/** Long enough for what must not come. */
export const settle = () => new Promise((done) => setTimeout(done, 300));
