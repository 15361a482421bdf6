import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { FetchedToken, FetchToken, SharedTokens } from '../core/shared-tokens.ts';

/** Longer than a vendor takes to answer; whoever fetches and dies keeps the others waiting so long. */
const LOCK_MS = 10_000;
const LOOK_EVERY_MS = 50;
/** One that ends so soon is no help. */
const LEAST_LIFE_MS = 30_000;

/**
 * Tokens in a Redis, sealed, each for as long as it lives. Whoever finds none takes a lock and fetches; while Redis is away each process
 * fetches its own.
 */
export function redisTokens(redis: Redis, prefix: string): SharedTokens {
  return {
    through(name, secret, fetch) {
      const key = `${prefix}:token:${name}`;
      const seal = sealWith(secret);
      let last: string | undefined;
      return async () => {
        const taken = await takeTurn(redis, key, seal, () => last).catch(() => 'alone' as const);
        const got = typeof taken === 'object' ? taken : await fetchFor(redis, key, seal, fetch, taken);
        last = got.token;
        return got;
      };
    },
  };
}

/** Another's token, or the name under which the lock is ours, or `alone`, where nobody can be waited for. */
async function takeTurn(
  redis: Redis,
  key: string,
  seal: Seal,
  last: () => string | undefined,
): Promise<FetchedToken | string> {
  const me = randomUUID();
  const until = performance.now() + LOCK_MS;
  while (redis.status === 'ready' && performance.now() < until) {
    const there = await read(redis, key, seal);
    if (there && there.token !== last() && there.lifeMs > LEAST_LIFE_MS) return there;
    if ((await redis.set(`${key}:lock`, me, 'PX', LOCK_MS, 'NX')) === 'OK') return me;
    await sleep(LOOK_EVERY_MS);
  }
  return 'alone';
}

async function fetchFor(redis: Redis, key: string, seal: Seal, fetch: FetchToken, me: string): Promise<FetchedToken> {
  try {
    const got = await fetch();
    const life = Math.floor(got.lifeMs);
    if (redis.status === 'ready' && life > 0) await redis.set(key, seal.close(got.token), 'PX', life).catch(() => null);
    return got;
  } finally {
    if (me !== 'alone' && redis.status === 'ready') await unlock(redis, `${key}:lock`, me).catch(() => undefined);
  }
}

/** Only our own lock: it may have run out, and be another's by now. */
async function unlock(redis: Redis, lock: string, me: string): Promise<void> {
  await redis.eval(`if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end`, 1, lock, me);
}

async function read(redis: Redis, key: string, seal: Seal): Promise<FetchedToken | undefined> {
  const [sealed, lifeMs] = await Promise.all([redis.get(key), redis.pttl(key)]);
  const token = sealed === null ? undefined : seal.open(sealed);
  return token === undefined ? undefined : { token, lifeMs };
}

interface Seal {
  close(text: string): string;
  /** Undefined for what was sealed with another secret. */
  open(sealed: string): string | undefined;
}

function sealWith(secret: string): Seal {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'posthouse shared token', 32));
  return {
    close(text) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
    },
    open(sealed) {
      try {
        const bytes = Buffer.from(sealed, 'base64');
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
        decipher.setAuthTag(bytes.subarray(12, 28));
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
