import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Who works gives a sign of life that lasts so long. */
const ALIVE_MS = 15_000;
const SIGN_EVERY_MS = 5_000;

/** Those who work, as far as this process knows. */
export interface Workers {
  readonly count: number;
  /** Whether another one has said that it has little to do. */
  readonly othersAreFree: boolean;
  /** From now on this process is one of them. */
  join(): void;
  close(): void;
}

/** Counts those who work by their signs of life, and of these those who have time. */
export function workersIn(redis: Redis, prefix: string, load: { readonly isBusy: boolean }): Workers {
  const me = randomUUID();
  const key = `${prefix}:workers`;
  const free = `${key}:free`;
  let count = 1;
  let others = 0;
  let timer: NodeJS.Timeout | undefined;

  async function sign(): Promise<void> {
    if (redis.status !== 'ready') return;
    const now = Date.now();
    const { isBusy } = load;
    // By each one's own clock: who is wrong by seconds is counted a little shorter or longer.
    const signs = redis.multi().zadd(key, now + ALIVE_MS, me);
    if (isBusy) signs.zrem(free, me);
    else signs.zadd(free, now + ALIVE_MS, me);
    for (const set of [key, free]) signs.zremrangebyscore(set, '-inf', now).pexpire(set, ALIVE_MS);
    const answers = await signs.zcard(key).zcard(free).exec();
    const [all, withTime] = (answers ?? []).slice(-2).map(([, number]) => Number(number));
    count = Math.max(1, all ?? count);
    others = Math.max(0, (withTime ?? 0) - (isBusy ? 0 : 1));
  }

  return {
    get count() {
      return count;
    },
    get othersAreFree() {
      return others > 0;
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
      if (timer && redis.status === 'ready')
        redis
          .multi()
          .zrem(key, me)
          .zrem(free, me)
          .exec()
          .catch(() => undefined);
    },
  };
}
