import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { SharedCount, SharedLimits, SharedWindow } from '../core/shared-limits.ts';
import { type PlaceNews, type RedisPlaces, redisPlaces } from './places.ts';
import { scriptOf } from './script.ts';
import type { Workers } from './workers.ts';

/**
 * Times of calls in a sorted set, for exact windows as the vendors count them. What cannot be counted now answers how long until the call
 * that stands in its way leaves the window.
 */
const TAKE = scriptOf(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local wait = math.max(0, redis.call('PTTL', KEYS[2]))
local longest = 0
for i = 2, #ARGV, 2 do
  local limit, window = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  longest = math.max(longest, window)
  local before = redis.call('ZREVRANGE', KEYS[1], limit - 1, limit - 1, 'WITHSCORES')
  if before[2] then wait = math.max(wait, before[2] + window - now) end
end
if wait > 0 then return math.ceil(wait) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - longest)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('PEXPIRE', KEYS[1], math.ceil(longest))
return 0`);

export interface RedisLimits extends SharedLimits {
  /** What others tell of their places. */
  readonly news: Pick<RedisPlaces, 'freed' | 'wanted'>;
  close(): void;
}

/** Limits in a Redis. While it is away each process takes its part of them, by the number of those who worked last. */
export function redisLimits(redis: Redis, prefix: string, workers: Workers, news: PlaceNews): RedisLimits {
  const places = redisPlaces(redis, prefix, workers, news);
  return {
    count: (name) => countIn(redis, `${prefix}:rate:${name}`, workers),
    places: (name, limit) => places.of(name, limit),
    news: places,
    close: () => places.close(),
  };
}

function countIn(redis: Redis, key: string, workers: Workers): SharedCount {
  return {
    async take(windows) {
      if (redis.status !== 'ready') return undefined;
      const numbers = windows.flatMap(({ limit, windowMs }: SharedWindow) => [Math.floor(limit), Math.ceil(windowMs)]);
      try {
        return Number(await TAKE(redis, [key, `${key}:closed`], [randomUUID(), ...numbers]));
      } catch {
        // Whoever keeps the fleet together hears of the trouble from the connection itself.
        return undefined;
      }
    },
    close(ms) {
      if (redis.status !== 'ready' || ms < 1) return;
      redis.set(`${key}:closed`, 1, 'PX', Math.ceil(ms)).catch(() => undefined);
    },
    get sharers() {
      return workers.count;
    },
  };
}
