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
/** Where somebody wanted one, so long nobody keeps what he does not use. */
const WANTED_MS = 2 * LOOK_EVERY_MS;
/** A process may keep this part of what is its share, and so many at the most, for its next questions. */
const SPARE_PART = 1 / 4;
const MOST_SPARE = 64;

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

/** ARGV: what is given back. Answers whether somebody is to be told: most of the time nobody waits. */
const RELEASE = scriptOf(`
redis.call('ZREM', KEYS[1], unpack(ARGV))
return redis.call('DEL', KEYS[2])`);

/** ARGV: the lease, and whose places are still used. One that was forgotten meanwhile (an emptied Redis) is there again. */
const RENEW = scriptOf(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])`);

export interface RedisPlaces {
  of(name: string, limit: number): SharedPlaces;
  /** One has become free somewhere. */
  freed(name: string): void;
  /** Somebody has found none. */
  wanted(name: string): void;
  close(): void;
}

/** What is told to all processes of the places of one name. */
export interface PlaceNews {
  freed(name: string): void;
  wanted(name: string): void;
}

/** Places in a Redis. While it is away each process has its part of them. */
export function redisPlaces(redis: Redis, prefix: string, workers: Workers, news: PlaceNews): RedisPlaces {
  const all = new Map<string, Room>();
  const timers = [
    setInterval(() => {
      for (const room of all.values()) room.renew();
    }, RENEW_EVERY_MS),
    setInterval(() => {
      for (const room of all.values()) room.tidy();
    }, LOOK_EVERY_MS),
  ];
  for (const timer of timers) timer.unref();
  return {
    of(name, limit) {
      const told = { freed: () => news.freed(name), wanted: () => news.wanted(name) };
      const room = new Room(redis, `${prefix}:places:${name}`, { limit, workers, ...told });
      all.set(name, room);
      return room;
    },
    freed: (name) => all.get(name)?.look(),
    wanted: (name) => all.get(name)?.giveBackSpare(),
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
  readonly wanted: () => void;
}

/**
 * The places of one name, and who waits for one here: first come, first served.
 *
 * A place that is no longer used stays with this process for a moment, as long as nobody wants one: most questions then need not ask for theirs,
 * nor give it back. Whoever finds none says so, and gets those.
 */
class Room implements SharedPlaces {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #keys: readonly string[];
  readonly #parts: RoomParts;
  readonly #held = new Set<string>();
  readonly #line: Waiter[] = [];
  /** Ours, and not used. */
  readonly #spare: string[] = [];
  /** The fewest that were spare since the last look: so many were not needed. */
  #idle = 0;
  #wantedUntil = 0;
  /** Until then all that are ours are known to the others, whatever became of us meanwhile. */
  #sureUntil = 0;
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
    const ours = [...this.#held, ...this.#spare];
    if (ours.length === 0 || this.#redis.status !== 'ready') return;
    const until = performance.now() + LEASE_MS;
    RENEW(this.#redis, [this.#key], [LEASE_MS, ...ours]).then(
      () => {
        this.#sureUntil = until;
      },
      () => undefined,
    );
  }

  /** Gives back what was not needed since the last look, and looks for those who wait. */
  tidy(): void {
    this.#giveBack(this.#spare.splice(0, this.#idle));
    this.#idle = this.#spare.length;
    this.look();
  }

  giveBackSpare(): void {
    this.#wantedUntil = performance.now() + WANTED_MS;
    this.#giveBack(this.#spare.splice(0));
    this.#idle = 0;
  }

  async #serve(): Promise<void> {
    while (this.#line.length > 0) {
      const spare = this.#takeSpare();
      const place = spare ?? randomUUID();
      this.#held.add(place);
      const isOurs = spare !== undefined || (await this.#ask(place));
      const waiter = isOurs ? this.#line.shift() : undefined;
      if (waiter) waiter.start(place);
      else this.#held.delete(place);
      if (isOurs && !waiter) this.#giveBack([place]);
      // One of ours may have become free while we asked.
      if (isOurs || this.#spare.length > 0) continue;
      this.#line.forEach(({ moved }, index) => moved?.(index + 1));
      return;
    }
  }

  async #ask(place: string): Promise<boolean> {
    if (this.#redis.status !== 'ready') return this.#isOurPart();
    const isFirst = this.#held.size + this.#spare.length === 1;
    const until = performance.now() + LEASE_MS;
    try {
      const isOurs = (await TAKE(this.#redis, this.#keys, [this.#parts.limit, LEASE_MS, place])) === 1;
      if (isOurs && isFirst) this.#sureUntil = until;
      if (!isOurs) this.#parts.wanted();
      return isOurs;
    } catch {
      return this.#isOurPart();
    }
  }

  /** Whether this process has less than its part; the place that is asked for is counted already. */
  #isOurPart(): boolean {
    const { limit, workers } = this.#parts;
    return this.#held.size <= Math.max(1, Math.floor(limit / workers.count));
  }

  #takeSpare(): string | undefined {
    // What nobody can be sure of may be another's by now.
    if (this.#redis.status !== 'ready' || performance.now() > this.#sureUntil) this.#spare.length = 0;
    const place = this.#spare.pop();
    this.#idle = Math.min(this.#idle, this.#spare.length);
    return place;
  }

  #release(place: string): void {
    if (!this.#held.delete(place)) return;
    if (this.#mayKeep()) this.#spare.push(place);
    else this.#giveBack([place]);
    this.look();
  }

  #mayKeep(): boolean {
    const { limit, workers } = this.#parts;
    const most = Math.min(MOST_SPARE, Math.floor((limit / workers.count) * SPARE_PART));
    return this.#spare.length < most && this.#redis.status === 'ready' && performance.now() >= this.#wantedUntil;
  }

  #giveBack(places: readonly string[]): void {
    if (places.length === 0 || this.#redis.status !== 'ready') return;
    RELEASE(this.#redis, this.#keys, places)
      .then((isWanted) => isWanted === 1 && this.#parts.freed())
      .catch(() => undefined);
  }
}
