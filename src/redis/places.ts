import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { SharedPlaces } from '../core/shared-limits.ts';
import { scriptOf } from './script.ts';
import type { Workers } from './workers.ts';

/** A place belongs to whoever gives a sign of life within this time: a killed process's places come back after it. */
const LEASE_MS = 15_000;
const RENEW_EVERY_MS = 5_000;
/** Whoever waits looks again at the latest after this time; mostly it is told before. */
const LOOK_EVERY_MS = 1_000;

/** KEYS: the places, and a note that somebody waits for one. ARGV: how many there are, the lease, who takes one. */
const TAKE = scriptOf(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then
  redis.call('SET', KEYS[2], 1, 'PX', ARGV[2])
  return 0
end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`);

/** ARGV: who gives one back. Answers whether somebody is to be told: most of the time nobody waits. */
const RELEASE = scriptOf(`
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('DEL', KEYS[2])`);

/** ARGV: the lease, and whose places are still used. One that was forgotten meanwhile (an emptied Redis) is there again. */
const RENEW = scriptOf(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])`);

export interface RedisPlaces {
  of(name: string, limit: number): SharedPlaces;
  freed(name: string): void;
  close(): void;
}

/** Places in a Redis. While it is away each process has its part of them. */
export function redisPlaces(
  redis: Redis,
  prefix: string,
  workers: Workers,
  tellFreed: (name: string) => void,
): RedisPlaces {
  const all = new Map<string, Room>();
  const timers = [
    setInterval(() => {
      for (const room of all.values()) room.renew();
    }, RENEW_EVERY_MS),
    setInterval(() => {
      for (const room of all.values()) room.look();
    }, LOOK_EVERY_MS),
  ];
  for (const timer of timers) timer.unref();
  return {
    of(name, limit) {
      const room = new Room(redis, `${prefix}:places:${name}`, { limit, workers, freed: () => tellFreed(name) });
      all.set(name, room);
      return room;
    },
    freed: (name) => all.get(name)?.look(),
    close() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

interface Waiter {
  readonly start: (place: string) => void;
  readonly moved: ((position: number) => void) | undefined;
}

interface RoomParts {
  readonly limit: number;
  readonly workers: Workers;
  readonly freed: () => void;
}

/** The places of one name, and who waits for one here: first come, first served. */
class Room implements SharedPlaces {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #keys: readonly string[];
  readonly #parts: RoomParts;
  readonly #held = new Set<string>();
  readonly #line: Waiter[] = [];
  #isLooking = false;

  constructor(redis: Redis, key: string, parts: RoomParts) {
    this.#redis = redis;
    this.#key = key;
    this.#keys = [key, `${key}:wanted`];
    this.#parts = parts;
  }

  take(signal: AbortSignal, onPosition?: (position: number) => void): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#line.splice(this.#line.indexOf(waiter), 1);
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        start: (place) => {
          signal.removeEventListener('abort', leave);
          resolve(() => this.#release(place));
        },
        moved: onPosition,
      };
      if (signal.aborted) return reject(signal.reason as Error);
      signal.addEventListener('abort', leave, { once: true });
      this.#line.push(waiter);
      this.look();
    });
  }

  /** Takes places for those who wait, as long as there are any. */
  look(): void {
    if (this.#isLooking || this.#line.length === 0) return;
    this.#isLooking = true;
    void this.#serve().finally(() => {
      this.#isLooking = false;
    });
  }

  renew(): void {
    if (this.#held.size === 0 || this.#redis.status !== 'ready') return;
    RENEW(this.#redis, [this.#key], [LEASE_MS, ...this.#held]).catch(() => undefined);
  }

  async #serve(): Promise<void> {
    while (this.#line.length > 0) {
      const place = randomUUID();
      this.#held.add(place);
      const isOurs = await this.#ask(place);
      const waiter = isOurs ? this.#line.shift() : undefined;
      if (waiter) waiter.start(place);
      else this.#held.delete(place);
      if (isOurs && !waiter) this.#giveBack(place);
      if (isOurs) continue;
      this.#line.forEach(({ moved }, index) => moved?.(index + 1));
      return;
    }
  }

  async #ask(place: string): Promise<boolean> {
    if (this.#redis.status !== 'ready') return this.#isOurPart();
    try {
      return (await TAKE(this.#redis, this.#keys, [this.#parts.limit, LEASE_MS, place])) === 1;
    } catch {
      return this.#isOurPart();
    }
  }

  /** Whether this process has less than its part; the place that is asked for is counted already. */
  #isOurPart(): boolean {
    const { limit, workers } = this.#parts;
    return this.#held.size <= Math.max(1, Math.floor(limit / workers.count));
  }

  #release(place: string): void {
    if (!this.#held.delete(place)) return;
    this.#giveBack(place);
    this.look();
  }

  #giveBack(place: string): void {
    if (this.#redis.status !== 'ready') return;
    RELEASE(this.#redis, this.#keys, [place])
      .then((isWanted) => isWanted === 1 && this.#parts.freed())
      .catch(() => undefined);
  }
}
