import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { LaneWorker } from '../../src/core/fleet.ts';
import { id, type Lane } from '../../src/core/ids.ts';
import { BullLanes } from '../../src/redis/lanes.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { describeWith } from '../support/requirements.ts';

const lane = (name: string): Lane => id(name);

/** A process of the fleet. */
interface Process {
  readonly lanes: BullLanes;
  /** Lanes that it was given. */
  readonly given: Lane[];
  othersAreFreer: boolean;
  /** How many more it can begin. */
  room: number;
}

describeWith('Redis', 'lanes that go from process to process', (program) => {
  let redis: RedisServer;
  let prefix = '';
  let processes: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    redis = await startRedis(program);
  });
  afterAll(() => redis?.close());
  afterEach(async () => {
    for (const one of processes) await one.close();
    processes = [];
  });

  async function start(room: number | 'takes deliveries only'): Promise<Process> {
    if (processes.length === 0) prefix = `posthouse-lanes-${Math.random()}`;
    const [handing, taking] = [new Redis(redis.url), new Redis(redis.url, { maxRetriesPerRequest: null })];
    const one: Process = {
      lanes: new BullLanes({
        prefix,
        handing,
        taking,
        trouble: (error) => {
          throw error;
        },
        refused: () => undefined,
        othersAreFreer: () => one.othersAreFreer,
      }),
      given: [],
      othersAreFreer: false,
      room: Number(room),
    };
    await expect.poll(() => handing.status).toBe('ready');
    let isOver = false;
    const worker: LaneWorker = {
      wake(name) {
        one.given.push(name);
        one.room -= 1;
      },
      get hasRoom() {
        return one.room > 0;
      },
      async room() {
        while (one.room <= 0 && !isOver) await pause(2);
      },
    };
    if (typeof room === 'number') one.lanes.work(worker);
    processes.push({
      async close() {
        isOver = true;
        await one.lanes.leave();
        await one.lanes.close();
        handing.disconnect();
        taking.disconnect();
      },
    });
    return one;
  }

  it('stay with whoever has stored something for them, while it works and has room', async () => {
    const one = await start(2);
    expect(one.lanes.takesItself()).toBe(true);
    one.room = 0;
    expect(one.lanes.takesItself()).toBe(false);
  });

  it('are handed over by a process that takes deliveries only', async () => {
    const gateway = await start('takes deliveries only');
    const worker = await start(10);
    expect(gateway.lanes.takesItself()).toBe(false);
    expect(gateway.lanes.handOver(lane('a'))).toBe(true);
    await expect.poll(() => worker.given).toEqual(['a']);
  });

  it('are handed over by a process that has much to do while another has not', async () => {
    const [busy, free] = [await start(10), await start(10)];
    busy.othersAreFreer = true;
    expect(busy.lanes.takesItself()).toBe(false);
    busy.othersAreFreer = false;
    expect(busy.lanes.takesItself()).toBe(true);
    expect(free.lanes.takesItself()).toBe(true);
  });

  it('are handed over by a process that ends', async () => {
    const [ending, other] = [await start(10), await start(10)];
    await ending.lanes.leave();
    expect(ending.lanes.takesItself()).toBe(false);
    ending.lanes.handOver(lane('left'));
    await expect.poll(() => other.given).toEqual(['left']);
  });

  it('are not overtaken, once a process had no room, by what comes later, until none of them waits', async () => {
    const one = await start(1);
    one.room = 0;
    expect(one.lanes.takesItself()).toBe(false);
    const names = Array.from({ length: 9 }, (_, index) => lane(`waits-${index}`));
    for (const name of names) one.lanes.handOver(name);
    await pause(250);
    expect(one.given).toEqual([]);
    for (let given = 1; given < names.length - 1; given += 1) {
      one.room = 1;
      expect(one.lanes.takesItself()).toBe(false);
      await expect.poll(() => one.given.length, { interval: 5 }).toBe(given);
    }
    one.room = 10;
    await expect.poll(() => one.given).toHaveLength(names.length);
    await expect.poll(() => one.lanes.takesItself()).toBe(true);
  });

  it('wait with a process that has no room in a small number only, and go to the others', async () => {
    const [full, free] = [await start(1), await start(100)];
    full.room = 0;
    for (let index = 0; index < 40; index += 1) full.lanes.handOver(lane(`one-of-many-${index}`));
    await expect.poll(() => free.given.length).toBeGreaterThanOrEqual(36);
    expect(full.given).toEqual([]);
  });
});
