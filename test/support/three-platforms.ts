import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AGENTS } from '../../src/agents/registry.ts';
import { startApp } from '../../src/app/start-app.ts';
import { gatewayEnv, startFarSide } from '../../src/cli/far-side.ts';
import { loadSettings } from '../../src/config/load.ts';
import { createLog } from '../../src/lib/log.ts';
import { PLATFORMS } from '../../src/platforms/registry.ts';
import type { Simulator } from '../../src/simulator/index.ts';

/** The whole gateway with every surface of every platform, all of which call back. */
export interface ThreePlatforms {
  readonly sim: Simulator;
  readonly url: string;
  /** The settings it was started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything it has logged. */
  readonly log: readonly string[];
  /** How many events it has stored so far. */
  stored(): number;
  close(): Promise<void>;
}

export async function startThreePlatforms(more: Readonly<Record<string, string>> = {}): Promise<ThreePlatforms> {
  const folder = await mkdtemp(join(tmpdir(), 'posthouse-three-'));
  const file = join(folder, 'posthouse.db');
  const sim = await startFarSide({ port: 0, mode: 'webhook', speed: 20 });
  const env = { ...gatewayEnv(sim), PORT: '0', DATABASE_URL: file, ...more };
  const settings = await loadSettings({ env, platforms: Object.values(PLATFORMS), agents: Object.values(AGENTS) });
  const log: string[] = [];
  const lines = createLog({ level: 'debug', format: 'json', to: { write: (line) => void log.push(line) } });
  const app = await startApp(settings, { log: lines, version: '0.0.0-test' });
  const { feishu, wecom, dingtalk } = sim;
  for (const { id } of feishu.apps) feishu.changeApp(id, { webhookUrl: `${app.url}/webhook/feishu` });
  wecom.app.webhookUrl = `${app.url}/webhook/wecom`;
  wecom.bot.webhookUrl = `${app.url}/webhook/wecom-bot`;
  wecom.kfReceiver.webhookUrl = `${app.url}/webhook/wecom-kf`;
  dingtalk.changeApp(dingtalk.app.id, { webhookUrl: `${app.url}/webhook/dingtalk` });
  const store = new DatabaseSync(file, { readOnly: true });
  return {
    sim,
    url: app.url,
    env,
    log,
    stored: () => Number(store.prepare('SELECT count(*) AS n FROM inbox').get()?.['n']),
    async close() {
      store.close();
      await app.stop();
      await sim.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
