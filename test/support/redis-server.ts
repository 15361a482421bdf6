import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Redis of a test's own, on a free port, that keeps nothing on the disk. */
export interface RedisServer {
  readonly url: string;
  /** Ends it as the loss of its machine would; what it knew is gone. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>;
  /** Forgets everything at once. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const READY_WITHIN_MS = 20_000;

/** @param host - Where it listens; this machine alone when absent. */
export async function startRedis(program: string, host = '127.0.0.1'): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'posthouse-redis-'));
  const port = await freePort(host);
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const options = { port: String(port), bind: host, 'protected-mode': 'no', save: '', appendonly: 'no', dir: folder };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    child = spawn(program, args, { stdio: 'ignore' });
    await answers(port, host);
  }

  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  await start();
  return {
    url: `redis://${host}:${port}`,
    start,
    kill,
    flush: () => say(port, host, 'FLUSHALL'),
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function answers(port: number, host: string): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  while (!(await isThere(port, host))) {
    if (Date.now() > until) throw new Error('Redis does not answer');
    await sleep(20);
  }
}

/** One command; whoever cannot be reached has nothing to do. */
function say(port: number, host: string, command: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('error', () => resolve());
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
    socket.once('connect', () => socket.write(`${command}\r\n`));
  });
}

function isThere(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('error', () => resolve(false));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.once('connect', () => socket.write('PING\r\n'));
  });
}
