import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
const KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';

/** What each platform is connected by, at addresses that nobody has: without the proxy they lead nowhere. */
const PLATFORMS: Readonly<
  Record<string, { readonly env: Readonly<Record<string, string>>; readonly hosts: readonly string[] }>
> = {
  feishu: {
    env: {
      FEISHU_APP_ID: 'cli_495adb32c39f904d',
      FEISHU_APP_SECRET: 's',
      FEISHU_BASE_URL: 'https://feishu.invalid',
      FEISHU_ENCRYPT_KEY: 'k',
      FEISHU_VERIFICATION_TOKEN: 't',
    },
    hosts: ['feishu.invalid:443'],
  },
  'a WeCom app and an AI bot': {
    env: {
      WECOM_CORP_ID: 'ww5bb9ac0b6f2f9f6e',
      WECOM_AGENT_ID: '1000002',
      WECOM_SECRET: 's',
      WECOM_TOKEN: 't0k3n',
      WECOM_ENCODING_AES_KEY: KEY,
      WECOM_BASE_URL: 'https://wecom.invalid',
      WECOM_BOT_ID: 'aib-1',
      WECOM_BOT_SECRET: 's',
      WECOM_BOT_WS_URL: 'wss://wecom-bot.invalid',
    },
    hosts: ['wecom.invalid:443', 'wecom-bot.invalid:443'],
  },
  dingtalk: {
    env: {
      DINGTALK_CLIENT_ID: 'ding1',
      DINGTALK_CLIENT_SECRET: 's',
      DINGTALK_BASE_URL: 'https://dingtalk.invalid',
      DINGTALK_OAPI_BASE_URL: 'https://oapi.dingtalk.invalid',
    },
    hosts: ['dingtalk.invalid:443'],
  },
};

let proxy: Server;
let asked: string[];
beforeEach(async () => {
  asked = [];
  proxy = createServer();
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
afterEach(() => {
  proxy.close();
});

describe('HTTPS_PROXY', () => {
  it.each(Object.entries(PLATFORMS))('is the way to %s', async (_name, { env, hosts }) => {
    const { code, output } = await check(env);
    expect([...new Set(asked)]).toEqual(expect.arrayContaining([...hosts]));
    expect(code, output).toBe(1);
    // Whoever reads that nothing answers is told where to look.
    expect(output).toContain('HTTPS_PROXY');
  });

  it('is not the way to what stands in NO_PROXY', async () => {
    const { port } = proxy.address() as AddressInfo;
    const FEISHU_BASE_URL = `https://localhost:${port}`;
    await check({ ...PLATFORMS['feishu']?.env, FEISHU_BASE_URL, NO_PROXY: 'localhost' });
    expect(asked).toEqual([]);
  });
});

/** `posthouse check --online`, behind the proxy. */
async function check(env: Readonly<Record<string, string>>): Promise<{ code: number; output: string }> {
  const { port } = proxy.address() as AddressInfo;
  const child = spawn(process.execPath, [MAIN, 'check', '--online', '--lang', 'en'], {
    env: { PATH: process.env['PATH'] ?? '', HTTPS_PROXY: `http://127.0.0.1:${port}`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}
