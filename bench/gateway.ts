import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { APP } from './deliveries.ts';
import { ended } from './program.ts';

/** A gateway in a process of its own, started as an operator would. */
export interface Gateway {
  readonly pid: number;
  readonly url: string;
  readonly webhookUrl: string;
  /** From the start of the process to the first "ready". */
  readonly readyMs: number;
  stop(): Promise<void>;
}

export interface GatewayOptions {
  /** Where the stand-ins of Feishu and Dify are. */
  readonly farUrl: string;
  /** A folder for its data. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Options for Node (`--cpu-prof`). */
  readonly nodeOptions?: readonly string[];
}

const ROOT = join(import.meta.dirname, '..');
const READY_WITHIN_MS = 20_000;

/**
 * The vendor's own limits would be all that is measured, so they are lifted, as in a private deployment. Not higher for a
 * chat: each chat's limiter keeps the times of so many calls.
 */
const SETTINGS = `
channels:
  - platform: feishu
    limits: { perSecond: 100000, perMinute: 6000000, perChatPerSecond: 100 }
`;

export async function startGateway({ farUrl, folder, env = {}, nodeOptions = [] }: GatewayOptions): Promise<Gateway> {
  const settings = join(folder, 'posthouse.yaml');
  writeFileSync(settings, SETTINGS);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...nodeOptions, join(ROOT, 'src/cli/main.ts'), 'start'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: String(port),
      POSTHOUSE_CONFIG: settings,
      DATABASE_URL: join(folder, 'posthouse.db'),
      // As an operator runs it, but for where the lines go.
      LOG_LEVEL: 'info',
      FEISHU_APP_ID: APP.appId,
      FEISHU_APP_SECRET: APP.appSecret,
      FEISHU_ENCRYPT_KEY: APP.encryptKey,
      FEISHU_VERIFICATION_TOKEN: APP.verificationToken,
      FEISHU_BASE_URL: farUrl,
      DIFY_BASE_URL: `${farUrl}/v1`,
      DIFY_API_KEY: 'app-bench',
      DIFY_MAX_CONCURRENT: '2000',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const stop = (): Promise<void> => ended(child);
  try {
    await untilReady(url, () => child.exitCode ?? child.signalCode);
  } catch (error) {
    await stop();
    process.stderr.write(said);
    throw error;
  }
  const readyMs = performance.now() - startedAt;
  return { pid: child.pid ?? 0, url, webhookUrl: `${url}/webhook/feishu`, readyMs, stop };
}

async function untilReady(url: string, gone: () => unknown): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const status = await fetch(`${url}/readyz`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    if (gone() !== null) throw new Error(`the gateway has ended (${String(gone())})`);
    if (performance.now() > until) throw new Error('the gateway is not ready in time');
    await pause(5);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
