import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Fleet } from '../../src/core/fleet.ts';
import { noLog } from '../../src/core/log.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { RateLimiter } from '../../src/lib/rate-limiter.ts';
import { createSemaphore } from '../../src/lib/semaphore.ts';
import { redisFleet } from '../../src/redis/fleet.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { describeWith } from '../support/requirements.ts';

describeWith('Redis', 'limits that several processes have together', (program) => {
  let redis: RedisServer;
  let fleets: Fleet[] = [];
  let count = 0;

  beforeAll(async () => {
    redis = await startRedis(program);
  });
  afterAll(() => redis?.close());
  afterEach(async () => {
    await Promise.all(fleets.map((fleet) => fleet.close()));
    fleets = [];
  });

  /** As many as there are workers; each speaks to Redis over connections of its own. */
  async function join(number: number): Promise<readonly Fleet[]> {
    count += 1;
    fleets = Array.from({ length: number }, () => redisFleet(redis.url, `posthouse-limits-${count}`, noLog));
    for (const fleet of fleets) {
      await expect.poll(() => fleet.connected).toBe(true);
      fleet.work({ wake: () => undefined, room: async () => undefined, hasRoom: true });
    }
    // Each hears of the others with its next sign of life.
    await expect.poll(() => Math.max(...fleets.map((fleet) => fleet.limits?.count('x').sharers ?? 0))).toBe(number);
    return fleets;
  }

  it('count what is asked in one turn in one step, each call for itself and in its order', async () => {
    const [one] = await join(1);
    const chats = ['a', 'b', 'a', 'c', 'a'].map((name) => one?.limits?.count(`turn-${name}`));
    const client = new Redis(redis.url);
    const steps = async () => Number(/cmdstat_evalsha:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0);
    // By its text, where this Redis has not had it before.
    await chats[3]?.take([{ limit: 5, windowMs: 60_000 }]);
    const before = await steps();
    const windows = [
      { limit: 2, windowMs: 60_000 },
      { limit: 100, windowMs: 120_000 },
    ];
    const waits = await Promise.all(chats.map(async (chat) => chat?.take(windows)));
    expect(await steps()).toBe(before + 1);
    expect(waits.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(waits[4]).toBeGreaterThan(50_000);
    expect(waits[4]).toBeLessThanOrEqual(60_000);
    client.disconnect();
  });

  it('let through in every window what one process would be let through, and no more', async () => {
    const [one, other] = await join(2);
    const window = { limit: 10, windowMs: 400 };
    const limiters = [one, other].map(
      (fleet) => new RateLimiter([window], systemClock, fleet?.limits?.count('chat c1')),
    );
    const times: number[] = [];
    const startedAt = performance.now();
    await Promise.all(
      limiters.flatMap((limiter) =>
        Array.from({ length: 20 }, async () => {
          await limiter.acquire('final');
          times.push(performance.now());
        }),
      ),
    );
    // Forty calls of ten in a window take at least three windows; a process for itself would have needed one.
    expect(performance.now() - startedAt).toBeGreaterThan(3 * window.windowMs * 0.95);
    expect(times).toHaveLength(40);
  });

  it('close for all when the vendor has refused one', async () => {
    const [one, other] = await join(2);
    const [mine, theirs] = [one, other].map(
      (fleet) => new RateLimiter([{ limit: 100, windowMs: 1_000 }], systemClock, fleet?.limits?.count('api send')),
    );
    mine?.penalize(500);
    await pause(100);
    const startedAt = performance.now();
    await theirs?.acquire('final');
    expect(performance.now() - startedAt).toBeGreaterThan(250);
  });

  it('divide what there is while Redis is away', async () => {
    const [one, other] = await join(2);
    await expect.poll(() => one?.limits?.count('x').sharers, { timeout: 10_000 }).toBe(2);
    await expect.poll(() => other?.limits?.count('x').sharers, { timeout: 10_000 }).toBe(2);
    await redis.kill();
    await expect.poll(() => one?.connected).toBe(false);
    const line = createSemaphore(4, one?.limits?.places('agent dify', 4));
    const signal = AbortSignal.timeout(30_000);
    await line.acquire(signal);
    const release = await line.acquire(signal);
    let third = 'waits';
    void line.acquire(signal).then(() => (third = 'has a place'));
    await pause(300);
    expect(third).toBe('waits');
    release();
    await expect.poll(() => third).toBe('has a place');
    const limiter = new RateLimiter([{ limit: 4, windowMs: 60_000 }], systemClock, one?.limits?.count('chat'));
    await limiter.acquire('final', signal);
    await limiter.acquire('final', signal);
    let next = 'waits';
    void limiter.acquire('final', AbortSignal.timeout(500)).catch(() => (next = 'waited in vain'));
    await expect.poll(() => next).toBe('waited in vain');
    await redis.start();
  });

  it('give places to as many as one process would have at work, and tell who waits where a place becomes free', async () => {
    const [one, other] = await join(2);
    const lines = [one, other].map((fleet) => createSemaphore(3, fleet?.limits?.places('agent a', 3)));
    let active = 0;
    let most = 0;
    const work = async (line: (typeof lines)[number]): Promise<void> => {
      const release = await line.acquire(AbortSignal.timeout(30_000));
      active += 1;
      most = Math.max(most, active);
      await pause(30);
      active -= 1;
      release();
    };
    const startedAt = performance.now();
    await Promise.all(lines.flatMap((line) => Array.from({ length: 12 }, () => work(line))));
    expect(most).toBe(3);
    // Eight rounds of 30 ms; whoever were not told would look once a second only.
    expect(performance.now() - startedAt).toBeLessThan(6_000);
  });

  it('know the places that are used again after Redis was emptied', { timeout: 40_000 }, async () => {
    const [one, other] = await join(2);
    const [mine, theirs] = [one, other].map((fleet) => createSemaphore(1, fleet?.limits?.places('agent b', 1)));
    await mine?.acquire(AbortSignal.timeout(30_000));
    await redis.flush();
    await pause(6_000);
    let second = 'waits';
    void theirs?.acquire(AbortSignal.timeout(1_000)).then(
      () => (second = 'has a place'),
      () => (second = 'waited in vain'),
    );
    await expect.poll(() => second, { timeout: 5_000 }).toBe('waited in vain');
  });

  it('leave the line when somebody waits no longer', async () => {
    const [one] = await join(1);
    const line = createSemaphore(1, one?.limits?.places('agent c', 1));
    const release = await line.acquire(AbortSignal.timeout(30_000));
    const given = new AbortController();
    const waiting = line.acquire(given.signal);
    given.abort(new Error('she has stopped it'));
    await expect(waiting).rejects.toThrow('she has stopped it');
    release();
    (await line.acquire(AbortSignal.timeout(5_000)))();
  });

  /** Calls of scripts until now. */
  async function scripts(): Promise<number> {
    const asking = new Redis(redis.url);
    const stats = await asking.info('commandstats');
    asking.disconnect();
    return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  }

  it('ask for no place anew where one was just given up, as long as nobody else wants it', async () => {
    const [one] = await join(1);
    const line = createSemaphore(8, one?.limits?.places('agent d', 8));
    (await line.acquire(AbortSignal.timeout(5_000)))();
    const before = await scripts();
    for (let question = 0; question < 20; question += 1) (await line.acquire(AbortSignal.timeout(5_000)))();
    expect((await scripts()) - before).toBeLessThanOrEqual(2);
  });

  it('give up at once what they only keep, where another one wants it', async () => {
    const [one, other] = await join(2);
    const mine = createSemaphore(8, one?.limits?.places('agent e', 8));
    const theirs = createSemaphore(8, other?.limits?.places('agent e', 8));
    (await mine.acquire(AbortSignal.timeout(5_000)))();
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 8 }, () => theirs.acquire(AbortSignal.timeout(5_000))));
    // Whoever were not told would keep it for a second or two.
    expect(performance.now() - startedAt).toBeLessThan(900);
    let ninth = 'waits';
    void mine.acquire(AbortSignal.timeout(300)).catch(() => (ninth = 'waited in vain'));
    await expect.poll(() => ninth, { timeout: 5_000 }).toBe('waited in vain');
  });

  it('give back what was kept and not needed', async () => {
    const [one] = await join(1);
    const line = createSemaphore(40, one?.limits?.places('agent f', 40));
    const releases = await Promise.all(Array.from({ length: 10 }, () => line.acquire(AbortSignal.timeout(5_000))));
    for (const release of releases) release();
    const asking = new Redis(redis.url);
    const known = (): Promise<number> => asking.zcard(`posthouse-limits-${count}:places:agent f`);
    expect(await known()).toBe(10);
    await expect.poll(known, { timeout: 5_000 }).toBe(0);
    asking.disconnect();
  });
});
