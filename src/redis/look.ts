import { Redis } from 'ioredis';
import type { InLanguages } from '../core/lang.ts';

const PATIENCE_MS = 5_000;

/** Looks whether the gateway could use the Redis of this address; answers what is in the way. */
export async function lookAtRedis(url: string): Promise<readonly InLanguages[]> {
  const line = new Redis(url, {
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // Who waits for the connection is told that it is closed; why, comes here.
  let why: unknown;
  line.on('error', (error) => {
    why ??= error;
  });
  try {
    await line.connect();
    return policyFault(await line.info('memory'));
  } catch (error) {
    return [notUsable(why ?? error)];
  } finally {
    line.disconnect();
  }
}

function policyFault(info: string): readonly InLanguages[] {
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy === undefined || policy === 'noeviction') return [];
  return [
    {
      zh: `maxmemory-policy 是 ${policy}，内存不足时会丢弃排队中的任务；请改为 noeviction。`,
      en: `maxmemory-policy is ${policy}, which throws queued work away when memory is short; set it to noeviction.`,
    },
  ];
}

function notUsable(error: unknown): InLanguages {
  const { code, message } =
    error instanceof Error ? { code: '', ...error, message: error.message } : { code: '', message: '' };
  if (/NOAUTH|WRONGPASS|invalid username-password|NOPERM/i.test(message)) {
    return {
      zh: 'Redis 不接受这个用户名或密码：请检查 REDIS_URL（redis://用户:密码@主机:端口）。',
      en: 'it does not take this user or password: check REDIS_URL (redis://user:password@host:port).',
    };
  }
  const what = code === '' ? '' : ` (${code})`;
  return {
    zh: `连不上${what}：请检查 REDIS_URL、Redis 是否在运行，以及本机能否访问它。`,
    en: `cannot be reached${what}: check REDIS_URL, that it runs, and that this machine may connect to it.`,
  };
}
