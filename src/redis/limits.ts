import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { SharedCount, SharedLimits, SharedWindow } from '../core/shared-limits.ts';
import { type PlaceNews, type RedisPlaces, redisPlaces } from './places.ts';
import { scriptOf } from './script.ts';
import type { Workers } from './workers.ts';

/**
 * Times of calls in sorted sets, for exact windows as the vendors count them. KEYS: for each call its set and the mark that closes it. ARGV: for each
 * call its own name, the number of its windows, and these. Answers for each 0 where it was counted, or how long until the call that stands in its way
 * leaves the window.
 */
const TAKE = scriptOf(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local answers, at = {}, 1
for key = 1, #KEYS, 2 do
  local calls, closed = KEYS[key], KEYS[key + 1]
  local call, windows = ARGV[at], tonumber(ARGV[at + 1])
  local wait = math.max(0, redis.call('PTTL', closed))
  local longest = 0
  for i = at + 2, at + 2 * windows, 2 do
    local limit, window = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
    longest = math.max(longest, window)
    local before = redis.call('ZREVRANGE', calls, limit - 1, limit - 1, 'WITHSCORES')
    if before[2] then wait = math.max(wait, before[2] + window - now) end
  end
  if wait <= 0 then
    redis.call('ZREMRANGEBYSCORE', calls, '-inf', now - longest)
    redis.call('ZADD', calls, now, call)
    redis.call('PEXPIRE', calls, math.ceil(longest))
  end
  answers[#answers + 1] = math.ceil(wait)
  at = at + 2 + 2 * windows
end
return answers`);

/** Calls that are counted in one step: Redis does nothing else meanwhile. */
const MOST_AT_ONCE = 100;

interface Asked {
  readonly key: string;
  readonly windows: readonly SharedWindow[];
  readonly resolve: (wait: number) => void;
  readonly reject: (error: unknown) => void;
}

/** Has the calls counted together that ask in one turn: answers whose ends were stored together leave together. */
class Counter {
  readonly #redis: Redis;
  #asked: Asked[] = [];

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  take(key: string, windows: readonly SharedWindow[]): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ key, windows, resolve, reject });
      if (this.#asked.length === 1) process.nextTick(() => this.#countAll());
    });
  }

  #countAll(): void {
    const asked = this.#asked;
    this.#asked = [];
    for (let from = 0; from < asked.length; from += MOST_AT_ONCE)
      void this.#count(asked.slice(from, from + MOST_AT_ONCE));
  }

  async #count(asked: readonly Asked[]): Promise<void> {
    const keys = asked.flatMap(({ key }) => [key, `${key}:closed`]);
    const args = asked.flatMap(({ windows }) => [
      randomUUID(),
      windows.length,
      ...windows.flatMap(({ limit, windowMs }) => [Math.floor(limit), Math.ceil(windowMs)]),
    ]);
    try {
      const waits = (await TAKE(this.#redis, keys, args)) as readonly number[];
      for (const [index, { resolve }] of asked.entries()) resolve(Number(waits[index]));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}

export interface RedisLimits extends SharedLimits {
  /** What others tell of their places. */
  readonly news: Pick<RedisPlaces, 'freed' | 'wanted'>;
  close(): void;
}

/** Limits in a Redis. While it is away each process takes its part of them, by the number of those who worked last. */
export function redisLimits(redis: Redis, prefix: string, workers: Workers, news: PlaceNews): RedisLimits {
  const places = redisPlaces(redis, prefix, workers, news);
  const counter = new Counter(redis);
  return {
    count: (name) => countIn(redis, `${prefix}:rate:${name}`, counter, workers),
    places: (name, limit) => places.of(name, limit),
    news: places,
    close: () => places.close(),
  };
}

function countIn(redis: Redis, key: string, counter: Counter, workers: Workers): SharedCount {
  return {
    async take(windows) {
      if (redis.status !== 'ready') return undefined;
      try {
        return await counter.take(key, windows);
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
