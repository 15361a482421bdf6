import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A gateway in a process of its own, started as an operator would. */
export interface GatewayProcess {
  readonly pid: number;
  readonly url: string;
  /** From the start of the process to its word that it is ready, in milliseconds. */
  readonly readyMs: number;
  /** How it ended: its exit code, or the signal. */
  readonly ended: Promise<number | string>;
  /** Ends the process at once, as the loss of its machine would. */
  kill(): Promise<void>;
  /** Stops it in good order. */
  stop(): Promise<void>;
}

export interface GatewayProcessOptions {
  /** Where it runs and writes `gateway.log`; the same folder again goes on with the same store. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** 0 takes a free one. */
  readonly port?: number;
  /** Options of Node's own (`--cpu-prof`). */
  readonly nodeOptions?: readonly string[];
  /** A command that runs it elsewhere (`ip netns exec …`). */
  readonly within?: readonly string[];
  /** The file to run; the clone's own when absent. */
  readonly program?: string;
}

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
const READY_WITHIN_MS = 30_000;

/** @throws {Error} With what the gateway wrote, when it is not ready in time. */
export async function startGatewayProcess(options: GatewayProcessOptions): Promise<GatewayProcess> {
  const { folder, env, port = 0, nodeOptions = [], program = MAIN, within = [] } = options;
  const log = openSync(join(folder, 'gateway.log'), 'a');
  const startedAt = performance.now();
  const [command, ...args] = [...within, process.execPath, ...nodeOptions, program, 'start'];
  const child = spawn(command, args, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: String(port),
      DATABASE_URL: join(folder, 'posthouse.db'),
      LOG_LEVEL: 'info',
      ...env,
    },
    // The last one is the line over which it says that it is ready; it ends itself when we are gone.
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const ended = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal ?? '')),
  );
  const url = await ready(child).catch((error: Error) => {
    child.kill('SIGKILL');
    throw new Error(`${error.message}\n${lastOutput(folder)}`);
  });
  return {
    pid: child.pid ?? 0,
    url,
    readyMs: performance.now() - startedAt,
    ended,
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
  };
}

/** The end of what the gateways of a folder wrote. */
export function lastOutput(folder: string, chars = 3_000): string {
  return readFileSync(join(folder, 'gateway.log'), 'utf8').slice(-chars);
}

function ready(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the gateway is not ready in time')), READY_WITHIN_MS);
    child.once('message', (message) => {
      clearTimeout(late);
      resolve((message as { readonly ready: string }).ready);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(late);
      reject(new Error(`the gateway has ended (${code ?? signal})`));
    });
    child.once('error', reject);
  });
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS);
  await gone;
  clearTimeout(late);
}
