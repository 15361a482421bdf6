import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { FetchToken } from '../../src/core/shared-tokens.ts';
import { redisTokens } from '../../src/redis/tokens.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { describeWith } from '../support/requirements.ts';

const HOUR_MS = 3_600_000;

describeWith('Redis', 'a token that several processes use', (program) => {
  let server: RedisServer;
  let lines: Redis[];
  let fetched: number;

  beforeAll(async () => {
    server = await startRedis(program);
    lines = await Promise.all([1, 2, 3].map(() => connect(server.url)));
  });
  afterAll(async () => {
    for (const line of lines) line.disconnect();
    await server?.close();
  });
  beforeEach(async () => {
    fetched = 0;
    await lines[0]?.flushall();
  });

  const vendor: FetchToken = () => {
    fetched += 1;
    return Promise.resolve({ token: `token-${fetched}`, lifeMs: HOUR_MS });
  };
  const processes = (secret = 'hush') =>
    lines.map((line) => redisTokens(line, 'posthouse-x').through('feishu', secret, vendor));

  it('is fetched once, though all need it at the same time', async () => {
    const got = await Promise.all(processes().map((fetch) => fetch()));
    expect(got.map(({ token }) => token)).toEqual(['token-1', 'token-1', 'token-1']);
    expect(fetched).toBe(1);
  });

  it('is fetched anew by one when it was refused, and that one is taken by all', async () => {
    const all = processes();
    await Promise.all(all.map((fetch) => fetch()));
    const again = await Promise.all(all.map((fetch) => fetch()));
    expect(again.map(({ token }) => token)).toEqual(['token-2', 'token-2', 'token-2']);
  });

  it('does not lie there to be read, and is of no use to who has another secret', async () => {
    await processes()[0]?.();
    expect(await lines[0]?.get('posthouse-x:token:feishu')).not.toContain('token');
    expect(await processes('changed')[1]?.()).toMatchObject({ token: 'token-2' });
  });

  it('does not keep the others waiting when fetching it fails', async () => {
    const [line] = lines;
    const failing =
      line && redisTokens(line, 'posthouse-x').through('feishu', 'hush', () => Promise.reject(new Error('no')));
    await expect(failing?.()).rejects.toThrow('no');
    expect(await processes()[1]?.()).toMatchObject({ token: 'token-1' });
  });

  it('is fetched by each for itself while Redis is away', async () => {
    const all = processes();
    await server.kill();
    const got = await Promise.all(all.map((fetch) => fetch()));
    expect(new Set(got.map(({ token }) => token)).size).toBe(3);
    await server.start();
  });
});

async function connect(url: string): Promise<Redis> {
  const line = new Redis(url, { maxRetriesPerRequest: 0, enableOfflineQueue: false, retryStrategy: () => 50 });
  line.on('error', () => undefined);
  await new Promise((resolve) => line.once('ready', resolve));
  return line;
}
