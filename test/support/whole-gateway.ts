import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { AGENTS } from '../../src/agents/registry.ts';
import { type RunningApp, startApp } from '../../src/app/start-app.ts';
import { loadSettings } from '../../src/config/load.ts';
import { createLog } from '../../src/lib/log.ts';
import { PLATFORMS } from '../../src/platforms/registry.ts';
import {
  type FeishuOptions,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../src/simulator/index.ts';

/** The gateway as `app.ts` puts it together, in this process, with the simulator as its far side. */
export interface WholeGateway {
  readonly sim: Simulator;
  readonly url: string;
  /** Everything it has logged. */
  readonly log: readonly string[];
  /** Stops in good order and starts again on the same store. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface WholeGatewayOptions {
  readonly feishu?: FeishuOptions;
  readonly dify?: SimulatorOptions['dify'];
  /** Which of the stand-in's apps answers; `app-demo-chatflow` when absent. */
  readonly difyKey?: string;
  /** Further settings, as in `posthouse.yaml`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly agent?: Readonly<Record<string, unknown>>;
}

const ADMIN_TOKEN = 'demo-admin-token-0123456789';

export async function startWholeGateway(options: WholeGatewayOptions = {}): Promise<WholeGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'posthouse-whole-'));
  const sim = await startSimulator({
    dify: options.dify ?? {},
    feishu: { apps: [{ name: 'helper' }], ...options.feishu },
  });
  const file = join(folder, 'posthouse.yaml');
  await writeFile(file, stringify(settingsFor(sim, folder, options)));
  const log: string[] = [];
  let app = await start();

  async function start(): Promise<RunningApp> {
    const platforms = Object.values(PLATFORMS);
    const settings = await loadSettings({ env: {}, file, platforms, agents: Object.values(AGENTS) });
    const lines = createLog({ level: 'debug', format: 'json', to: { write: (line) => void log.push(line) } });
    const running = await startApp(settings, { log: lines, version: '0.0.0-test' });
    for (const { id, mode, name } of sim.feishu.apps) {
      if (mode === 'webhook') sim.feishu.changeApp(id, { webhookUrl: `${running.url}/webhook/feishu/${name}` });
    }
    await connected(running.url);
    return running;
  }

  return {
    sim,
    log,
    get url() {
      return app.url;
    },
    async restart() {
      await app.stop();
      app = await start();
    },
    async close() {
      await app.stop();
      await sim.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Until every long connection is open: what is delivered before comes again only after the vendor's 15 s. */
async function connected(url: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const { parts } = (await (await fetch(`${url}/readyz`)).json()) as { parts: { connection?: { state: string } }[] };
    if (parts.every(({ connection }) => connection === undefined || connection.state === 'open')) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('a long connection did not open');
}

function settingsFor(sim: Simulator, folder: string, options: WholeGatewayOptions): Record<string, unknown> {
  return {
    port: 0,
    databaseUrl: join(folder, 'posthouse.db'),
    adminToken: ADMIN_TOKEN,
    work: { firstFrameMs: 50 },
    channels: sim.feishu.apps.map((app) => ({
      name: app.name,
      platform: 'feishu',
      appId: app.id,
      appSecret: app.secret,
      verificationToken: app.verificationToken,
      ...(app.encryptKey !== '' && { encryptKey: app.encryptKey }),
      mode: app.mode,
      baseUrl: sim.url,
    })),
    agents: [
      {
        name: 'dify',
        kind: 'dify',
        baseUrl: sim.difyUrl,
        apiKey: options.difyKey ?? 'app-demo-chatflow',
        ...options.agent,
      },
    ],
    ...options.settings,
  };
}
