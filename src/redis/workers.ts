import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Who works gives a sign of life that lasts so long. */
const ALIVE_MS = 15_000;
const SIGN_EVERY_MS = 5_000;

/** Those who work, as far as this process knows. */
export interface Workers {
  readonly count: number;
  join(): void;
  close(): void;
}

/** Counts those who work by their signs of life. */
export function workersIn(redis: Redis, prefix: string): Workers {
  const me = randomUUID();
  const key = `${prefix}:workers`;
  let count = 1;
  let timer: NodeJS.Timeout | undefined;

  async function sign(): Promise<void> {
    if (redis.status !== 'ready') return;
    const now = Date.now();
    // By each one's own clock: who is wrong by seconds is counted a little shorter or longer.
    const answers = await redis
      .multi()
      .zadd(key, now + ALIVE_MS, me)
      .zremrangebyscore(key, '-inf', now)
      .pexpire(key, ALIVE_MS)
      .zcard(key)
      .exec();
    count = Math.max(1, Number(answers?.at(-1)?.[1] ?? count));
  }

  return {
    get count() {
      return count;
    },
    join() {
      const signNow = (): void => void sign().catch(() => undefined);
      signNow();
      redis.on('ready', signNow);
      timer ??= setInterval(signNow, SIGN_EVERY_MS);
      timer.unref();
    },
    close() {
      clearInterval(timer);
      if (timer && redis.status === 'ready') redis.zrem(key, me).catch(() => undefined);
    },
  };
}
