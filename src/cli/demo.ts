import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InLanguages } from '../core/lang.ts';
import type { Simulator } from '../simulator/index.ts';
import { gatewayEnv, pageFolder, startFarSide } from './far-side.ts';
import { outsideEnv } from './outside-env.ts';
import { firstSignal } from './signals.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';
import { readVersion, type Terminal } from './terminal.ts';

export interface DemoOptions {
  /** Of the page; undefined takes 8790, or any free one where that is taken. */
  readonly port?: number;
  /** Keeps the gateway's store here; without it a folder of its own is made and removed again. */
  readonly data?: string;
  /** Empties `data` first. */
  readonly reset?: boolean;
  /** Undefined for what is usual at each vendor. */
  readonly mode?: 'webhook' | 'socket';
}

/** How much of the gateway's output is shown when it does not start. */
const TAIL_CHARS = 4000;

/**
 * The product on one page with no account anywhere: the vendors' far side and a stand-in for Dify in this process, and a real
 * gateway in a process of its own, which may be killed from the page and comes back.
 */
export async function demo(terminal: Terminal, options: DemoOptions): Promise<number> {
  const port = await freePort();
  const gatewayUrl = `http://127.0.0.1:${port}`;
  const simulator = await startFarSide({
    port: options.port,
    mode: options.mode,
    deliverTo: gatewayUrl,
  });
  const folder = await dataFolder(options);
  const token = randomBytes(24).toString('base64url');
  const gateway = superviseGateway(simulator, folder, {
    ...outsideEnv(terminal.env),
    ...gatewayEnv(simulator),
    DIFY_TITLE: '公司助理',
    HOST: '127.0.0.1',
    PORT: String(port),
    ADMIN_TOKEN: token,
    DATABASE_URL: join(folder.path, 'posthouse.db'),
    TRACES: 'true',
    LOG_LEVEL: 'warn',
    LOG_FORMAT: 'text',
    WORK_DRAIN_SECONDS: '1',
  });
  const stopped = firstSignal();
  try {
    await gateway.supervisor.start();
    simulator.followTraces(`${gatewayUrl}/api/v1/traces`, { authorization: `Bearer ${token}` });
    welcome(terminal, simulator.url);
    await stopped;
    return 0;
  } catch {
    terminal.err(gateway.output());
    terminal.err(`✘ ${terminal.say(NOT_STARTED)}`);
    return 1;
  } finally {
    simulator.gateway.killer = undefined;
    simulator.gateway.renewer = undefined;
    await gateway.supervisor.stop();
    await simulator.close();
    await folder.remove();
  }
}

const NOT_STARTED: InLanguages = {
  zh: '演示用的网关没有启动成功，上面是它的输出。',
  en: 'The demo’s gateway did not start; its output stands above.',
};

function superviseGateway(
  simulator: Simulator,
  folder: DataFolder,
  env: Readonly<Record<string, string | undefined>>,
): { readonly supervisor: Supervisor; output(): string } {
  let output = '';
  const supervisor = createSupervisor({
    command: process.execPath,
    args: [fileURLToPath(new URL('../../bin/posthouse.mjs', import.meta.url)), 'start'],
    env,
    // Not where somebody's own posthouse.yaml may stand.
    cwd: folder.path,
    onState({ state, pid, url, kills, recoveredMs }) {
      simulator.gateway.update({
        state: state === 'starting' ? 'restarting' : state,
        kills,
        ...(pid !== undefined && { pid }),
        ...(url !== undefined && { url }),
        ...(recoveredMs !== undefined && { recoveredMs }),
      });
    },
    onOutput(text) {
      output = (output + text).slice(-TAIL_CHARS);
    },
  });
  simulator.gateway.killer = () => supervisor.kill();
  simulator.gateway.renewer = (between) =>
    supervisor.renew(async () => {
      simulator.gateway.forget();
      between();
      await folder.empty();
    });
  return { supervisor, output: () => output.trimEnd() };
}

/** Where the gateway keeps its store. */
interface DataFolder {
  readonly path: string;
  /** Removes the store, while nobody has it open. */
  empty(): Promise<void>;
  /** Removes the folder, unless it was asked for by name. */
  remove(): Promise<void>;
}

async function dataFolder({ data, reset }: DemoOptions): Promise<DataFolder> {
  const path = data === undefined ? await mkdtemp(join(tmpdir(), 'posthouse-demo-')) : resolve(data);
  const files = ['posthouse.db', 'posthouse.db-wal', 'posthouse.db-shm'].map((name) => join(path, name));
  const folder: DataFolder = {
    path,
    async empty() {
      await Promise.all(files.map((file) => rm(file, { force: true })));
    },
    async remove() {
      if (data === undefined) await rm(path, { recursive: true, force: true });
    },
  };
  if (reset === true) await folder.empty();
  await mkdir(path, { recursive: true });
  return folder;
}

/** A port that is free now; the gateway takes it a moment later and keeps it over its restarts. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

function welcome(terminal: Terminal, url: string): void {
  terminal.out(`\n  Posthouse ${readVersion()}  ${url}\n`);
  terminal.out(
    terminal.say({
      zh: '  在浏览器中打开上面的地址：你是一名员工，在飞书、企业微信和钉钉里向公司助理提问，\n  也可以扮演客户或客服。一切都在本机，无需任何账号。按 Ctrl-C 结束。\n',
      en: '  Open this address: you are an employee and ask the company’s assistant in Feishu, WeCom or DingTalk;\n  be a customer, or whoever serves her. Everything is on this machine, no account needed. Ctrl-C ends it.\n',
    }),
  );
  if (pageFolder() === undefined) terminal.err(`! ${terminal.say(NO_PAGE)}`);
}

const NO_PAGE: InLanguages = {
  zh: '页面尚未构建（npm start 会自动构建），目前只有接口可用。',
  en: 'The page has not been built (npm start builds it), so only the API answers.',
};
