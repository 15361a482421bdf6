import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
const TOKEN = 'an-admin-token-of-an-operator';
const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
}, 20_000);

interface Program {
  readonly child: ChildProcess;
  readonly folder: string;
  output(): string;
  /** Resolves with what stands in the output, once it does. */
  says(pattern: RegExp): Promise<string>;
  exit(): Promise<number | null>;
}

/** Types a command in a shell that has nothing set but this. */
async function run(args: readonly string[], env: Record<string, string> = {}, where?: string): Promise<Program> {
  const folder = where ?? (await mkdtemp(join(tmpdir(), 'posthouse-start-')));
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  ended.push(async () => {
    child.kill('SIGKILL');
    await closed;
    await rm(folder, { recursive: true, force: true });
  });
  return {
    child,
    folder,
    output: () => output,
    async says(pattern) {
      for (;;) {
        const found = pattern.exec(output);
        if (found !== null) return found[1] ?? found[0];
        if (child.exitCode !== null) throw new Error(`ended without ${String(pattern)}:\n${output}`);
        await pause(10);
      }
    },
    async exit() {
      await closed;
      return child.exitCode;
    },
  };
}

const GATEWAY = {
  FEISHU_APP_ID: 'cli_0123456789abcdef',
  FEISHU_APP_SECRET: 'feishu-secret',
  FEISHU_ENCRYPT_KEY: 'feishu-encrypt-key',
  FEISHU_BASE_URL: 'http://127.0.0.1:9',
  PORT: '0',
  ADMIN_TOKEN: TOKEN,
};

describe('posthouse start', () => {
  it('says where it is, takes deliveries, and stops in good order', async () => {
    const gateway = await run(['start'], GATEWAY);
    const url = await gateway.says(/is ready: (http:\/\/127\.0\.0\.1:\d+)/);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const forged = await fetch(`${url}/webhook/feishu`, { method: 'POST', body: '{"encrypt":"bm8="}' });
    expect([forged.status, await forged.json()]).toEqual([400, { code: 'decrypt_failed' }]);
    const status = await fetch(`${url}/api/v1/status`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(await status.json()).toMatchObject({
      channels: [{ name: 'feishu', platform: 'feishu', agent: 'echo' }],
      inbox: { waiting: 0 },
    });
    gateway.child.kill('SIGTERM');
    expect(await gateway.exit()).toBe(0);
    expect(gateway.output()).toMatch(/"event":"gateway ready"[^]*"event":"stopping"[^]*"event":"stopped"/);
    expect(gateway.output()).not.toMatch(/feishu-secret|feishu-encrypt-key|an-admin-token/);
  });

  it('ends with a sentence when a setting is wrong', async () => {
    const gateway = await run(['start'], { ...GATEWAY, PORT: 'eighty' });
    expect(await gateway.exit()).toBe(1);
    expect(gateway.output()).toContain('✘ PORT: is "eighty", expected a number');
    expect(gateway.output()).not.toMatch(/\n\s+at /);
  });

  it('ends with a sentence when another gateway has the store, or the port', async () => {
    const first = await run(['start'], GATEWAY);
    const url = await first.says(/is ready: (http:\/\/127\.0\.0\.1:\d+)/);
    const second = await run(['start'], { ...GATEWAY, DATABASE_URL: join(first.folder, 'data/posthouse.db') });
    expect(await second.exit()).toBe(1);
    expect(second.output()).toContain('✘ Another gateway works on this store');
    const { port } = new URL(url);
    const third = await run(['start', '--lang', 'zh'], { ...GATEWAY, PORT: port });
    expect(await third.exit()).toBe(1);
    expect(third.output()).toContain(`✘ 端口 ${port} 已被别的程序占用`);
  });
});

describe('posthouse demo', () => {
  it('answers on one page, also after its gateway was killed, and leaves no process behind', async () => {
    const demo = await run(['demo', '--port', '0']);
    const url = await demo.says(/(http:\/\/127\.0\.0\.1:\d+)/);
    const before = await gatewayOf(url);
    expect(before).toMatchObject({ state: 'up', canKill: true, kills: 0 });

    const question = await act(url, { type: 'enter', app: await firstApp(url) });
    await act(url, { type: 'send-text', chat: question.chat, text: 'Count to 20' });
    // Killed while the agent is still writing. What is on the screen is of a run that is stored; before that it would be asked once more.
    await until(async () => ((await cardsOf(url, true)).some((json) => json.includes('1, 2')) ? true : undefined));
    expect((await fetch(`${url}/sim/gateway/kill`, { method: 'POST' })).status).toBe(200);
    expect(await gatewayOf(url)).toMatchObject({ kills: 1 });

    const answer = await until(async () => (await finishedCards(url)).at(-1));
    expect(answer).toMatch(/19.*20/s);
    const after = await until(async () => {
      const gateway = await gatewayOf(url);
      return gateway.state === 'up' ? gateway : undefined;
    });
    expect(after.pid).not.toBe(before.pid);
    // The gateway tells its steps over a line of its own, after the card.
    const steps = async () => (await stateOf(url)).traces.map(({ step }) => step);
    await expect.poll(steps).toEqual(expect.arrayContaining(['received', 'stored', 'recovered', 'delivered']));

    demo.child.kill('SIGTERM');
    expect(await demo.exit()).toBe(0);
    expect(() => process.kill(after.pid, 0)).toThrow();
  });

  it('serves every platform with one gateway, and forgets all of it when it is to begin anew', async () => {
    const demo = await run(['demo', '--port', '0', '--lang', 'en']);
    const url = await demo.says(/(http:\/\/127\.0\.0\.1:\d+)/);
    const before = await gatewayOf(url);
    // What a vendor tells over a long connection it tells nobody while there is none.
    await until(async () => ((await hasConnected(before)) ? true : undefined));
    for (const platform of ['feishu', 'wecom', 'dingtalk']) {
      const { chat } = await act(url, { platform, type: 'enter', app: await firstApp(url, platform) });
      await act(url, { platform, type: 'send-text', chat, text: 'How do I apply for leave?' });
    }
    const asked = await until(async () => {
      const { traces } = await stateOf(url);
      const delivered = traces.filter(({ step }) => step === 'delivered').map(({ channel }) => channel);
      return new Set(delivered).size === 3 ? delivered : undefined;
    });
    expect(asked).toEqual(expect.arrayContaining(['feishu', 'wecom', 'dingtalk']));

    expect((await fetch(`${url}/sim/reset`, { method: 'POST' })).status).toBe(200);
    const after = await gatewayOf(url);
    expect(after).toMatchObject({ state: 'up', kills: 0 });
    expect(after.pid).not.toBe(before.pid);
    expect(await stateOf(url)).toMatchObject({ messages: [], traces: [] });
    // A gateway that still had the old dialogue would find it gone at the agent’s, and say so.
    const { chat } = await act(url, { type: 'enter', app: await firstApp(url) });
    await act(url, { type: 'send-text', chat, text: 'What did I ask before?' });
    await until(async () => (await finishedCards(url)).at(-1));
    expect(JSON.stringify((await stateOf(url)).messages)).not.toMatch(/could not be continued|无法继续/);
  });

  it('takes its gateway along when it is killed itself', async () => {
    const demo = await run(['demo', '--port', '0']);
    const url = await demo.says(/(http:\/\/127\.0\.0\.1:\d+)/);
    const { pid } = await gatewayOf(url);
    demo.child.kill('SIGKILL');
    await demo.exit();
    await until(async () => (isAlive(pid) ? undefined : true));
  });
});

interface Gateway {
  readonly state: string;
  readonly pid: number;
  readonly url: string;
}

async function hasConnected({ url }: Gateway): Promise<boolean> {
  const { parts } = (await (await fetch(`${url}/readyz`)).json()) as { parts: readonly { readonly ok: boolean }[] };
  return parts.every(({ ok }) => ok);
}

async function gatewayOf(url: string): Promise<Gateway> {
  return (await (await fetch(`${url}/sim/gateway`)).json()) as Gateway;
}

interface Card {
  readonly kind: string;
  readonly card?: { readonly json: object; readonly streaming: boolean };
}
interface State {
  readonly messages: readonly { readonly from: { readonly kind: string }; readonly content: Card }[];
  readonly traces: readonly { readonly step: string; readonly channel: string }[];
}

async function stateOf(url: string): Promise<State> {
  return (await (await fetch(`${url}/sim/state`)).json()) as State;
}

/** Answers that are complete: cards with the buttons that only a finished one has. */
async function finishedCards(url: string): Promise<string[]> {
  return (await cardsOf(url, false)).filter((json) => json.includes('regenerate'));
}

async function cardsOf(url: string, streaming: boolean): Promise<string[]> {
  const { messages } = await stateOf(url);
  const cards = messages.filter(({ from, content }) => from.kind === 'bot' && content.card?.streaming === streaming);
  return cards.map(({ content }) => JSON.stringify(content.card?.json));
}

async function firstApp(url: string, platform = 'feishu'): Promise<string> {
  const apps = (await (await fetch(`${url}/sim/apps`)).json()) as { id: string; platform: string }[];
  return apps.find((app) => app.platform === platform)!.id;
}

async function act(url: string, action: object): Promise<{ readonly chat: string }> {
  const body = JSON.stringify({ platform: 'feishu', person: 'lin', ...action });
  const answer = await fetch(`${url}/sim/actions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return (await answer.json()) as { chat: string };
}

async function until<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(50);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
