import { describe, expect, it, vi } from 'vitest';
import { id, type Lane } from '../core/ids.ts';
import { noLog } from '../core/log.ts';
import { systemClock } from '../lib/clock.ts';
import { createScheduler, type First } from './scheduler.ts';

const lane = (name: string): Lane => id(name);

interface Options {
  readonly maxActive?: number;
  readonly waiting?: () => Lane[];
  readonly dueAt?: () => number | undefined;
  readonly mustYield?: () => boolean;
  /** Epoch milliseconds; the machine's when absent. */
  readonly now?: () => number;
}

function setUp(options: Options = {}) {
  const begun: string[] = [];
  const given: (First | undefined)[] = [];
  const open = new Map<string, () => void>();
  const aborted: string[] = [];
  const handedOn: string[] = [];
  const scheduler = createScheduler({
    work: (name, signal, first) =>
      new Promise((resolve) => {
        begun.push(name);
        given.push(first);
        open.set(name, resolve);
        signal.addEventListener('abort', () => {
          aborted.push(name);
          resolve();
        });
      }),
    lanesWithWork: async () => options.waiting?.() ?? [],
    nextDueAt: async () => options.dueAt?.(),
    maxActive: options.maxActive ?? 10,
    sweepEveryMs: 60_000,
    handOn: (name) => handedOn.push(name),
    rightOfWay: {
      get isTaken() {
        return options.mustYield?.() === true;
      },
    },
    clock: { ...systemClock, ...(options.now && { now: options.now }) },
    log: noLog,
  });
  const finish = async (name: string): Promise<void> => {
    open.get(name)?.();
    await turnOfTheLoop();
  };
  return { scheduler, begun, given, finish, aborted, handedOn };
}

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the scheduler', () => {
  it('begins a lane with what is being stored for it where that can be done at once, and goes round again for what comes meanwhile', async () => {
    const options = { maxActive: 2, mustYield: () => false };
    const { scheduler, begun, finish, given } = setUp(options);
    const first: First = { lease: { holder: 'us:1', until: 1 }, claimed: Promise.resolve(undefined) };
    const make = () => first;
    const notMade = (): First => {
      throw new Error('made for nothing');
    };
    expect(scheduler.begin(lane('a'), make)).toBe(first);
    expect(scheduler.begin(lane('a'), notMade)).toBeUndefined();
    scheduler.wake(lane('a'));
    scheduler.wake(lane('b'));
    expect(scheduler.begin(lane('no room'), notMade)).toBeUndefined();
    await finish('a');
    expect(begun).toEqual(['a', 'b', 'a']);
    expect(given).toEqual([first, undefined, undefined]);
    await finish('a');
    options.mustYield = () => true;
    expect(scheduler.begin(lane('deliveries first'), notMade)).toBeUndefined();
    options.mustYield = () => false;
    const stopped = scheduler.stop(1000);
    expect(scheduler.begin(lane('too late'), notMade)).toBeUndefined();
    await finish('b');
    await stopped;
  });

  it('works on different lanes at the same time', () => {
    const { scheduler, begun } = setUp();
    scheduler.wake(lane('a'));
    scheduler.wake(lane('b'));
    expect(begun).toEqual(['a', 'b']);
  });

  it('never works on one lane twice at once, and goes round again for what came meanwhile', async () => {
    const { scheduler, begun, finish } = setUp();
    scheduler.wake(lane('a'));
    scheduler.wake(lane('a'));
    scheduler.wake(lane('a'));
    expect(begun).toEqual(['a']);
    await finish('a');
    expect(begun).toEqual(['a', 'a']);
    await finish('a');
    expect(begun).toEqual(['a', 'a']);
    expect(scheduler.active).toBe(0);
  });

  it('begins nothing while deliveries have the right of way, and all of it when they do not any more', async () => {
    let isTaken = true;
    const { scheduler, begun } = setUp({ mustYield: () => isTaken });
    for (const name of ['a', 'b', 'c', 'd']) scheduler.wake(lane(name));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([begun, scheduler.pending]).toEqual([[], 4]);
    isTaken = false;
    await vi.waitFor(() => expect(begun).toEqual(['a', 'b', 'c', 'd']));
    expect(scheduler.pending).toBe(0);
  });

  it('begins one of those that had to wait in a turn of the loop, so that deliveries are heard in between', async () => {
    let isTaken = true;
    const { scheduler, begun } = setUp({ mustYield: () => isTaken });
    for (const name of ['a', 'b', 'c']) scheduler.wake(lane(name));
    isTaken = false;
    // Who comes now does not overtake them.
    scheduler.wake(lane('d'));
    let before = 0;
    while (begun.length < 4) {
      await turnOfTheLoop();
      expect(begun.length - before).toBeLessThanOrEqual(1);
      before = begun.length;
    }
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
  });

  it('gives answers their share of a storm that lasts for minutes, the longest waiting first', async () => {
    let now = 0;
    const { scheduler, begun, finish } = setUp({ mustYield: () => true, now: () => now, maxActive: 200 });
    let came = 0;
    let before = 0;
    for (let second = 0; second < 180; second += 1) {
      for (let delivery = 0; delivery < 1600; delivery += 1) {
        now = second * 1000 + delivery / 1.6;
        came += 1;
        scheduler.wake(lane(`lane ${came}`));
      }
      expect(begun.length - before).toBe(second === 0 ? 0 : 50);
      const finished = begun.slice(before);
      before = begun.length;
      for (const name of finished) await finish(name);
      // What a storm costs is bounded; the others are in the store.
      expect(scheduler.pending).toBeLessThanOrEqual(800);
    }
    const numbers = begun.map((name) => Number(name.slice('lane '.length)));
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
  });

  it('looks at once for lanes that found no room, when those that found some are begun', async () => {
    let stored: Lane[] = [];
    const { scheduler, begun, finish } = setUp({ maxActive: 1, waiting: () => stored });
    scheduler.start();
    await turnOfTheLoop();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'too many']) scheduler.wake(lane(name));
    expect(scheduler.pending).toBe(4);
    stored = [lane('too many')];
    for (const name of ['a', 'b', 'c', 'd', 'e', 'too many']) {
      await vi.waitFor(() => expect(begun.at(-1)).toBe(name));
      await finish(name);
    }
    await scheduler.stop(0);
  });

  it('works once on a lane that was woken again while it had to wait', async () => {
    let isTaken = true;
    const { scheduler, begun, finish } = setUp({ mustYield: () => isTaken });
    scheduler.wake(lane('a'));
    scheduler.wake(lane('b'));
    isTaken = false;
    scheduler.wake(lane('b'));
    await vi.waitFor(() => expect(begun).toEqual(['a', 'b']));
    await finish('b');
    expect(begun).toEqual(['a', 'b']);
  });

  it('lets a lane wait for room', async () => {
    const { scheduler, begun, finish } = setUp({ maxActive: 1 });
    scheduler.wake(lane('a'));
    scheduler.wake(lane('b'));
    expect([begun, scheduler.pending]).toEqual([['a'], 1]);
    await finish('a');
    await vi.waitFor(() => expect(begun).toEqual(['a', 'b']));
  });

  it('tells who has a lane from elsewhere when there is room for it, one for each place', async () => {
    const { scheduler, finish } = setUp({ maxActive: 2 });
    scheduler.wake(lane('a'));
    expect(scheduler.hasRoom).toBe(true);
    scheduler.wake(lane('b'));
    expect(scheduler.hasRoom).toBe(false);
    const told: string[] = [];
    for (const name of ['c', 'd']) void scheduler.room().then(() => told.push(name));
    await finish('a');
    expect(told).toEqual(['c']);
    await finish('b');
    expect(told).toEqual(['c', 'd']);
  });

  it('hands on what it will not work off any more: what waits, what is woken anew, and what it has to abort', async () => {
    const { scheduler, finish, handedOn } = setUp({ maxActive: 2 });
    for (const name of ['slow', 'woken', 'waits']) scheduler.wake(lane(name));
    const waited = scheduler.room();
    const stopped = scheduler.stop(50);
    await waited;
    expect(handedOn).toEqual(['waits']);
    scheduler.wake(lane('late'));
    scheduler.wake(lane('woken'));
    expect(handedOn).toEqual(['waits', 'late']);
    await finish('woken');
    expect(handedOn).toEqual(['waits', 'late', 'woken']);
    await stopped;
    expect(handedOn).toEqual(['waits', 'late', 'woken', 'slow']);
  });

  it('finds at the start what was left from before', async () => {
    const { scheduler, begun } = setUp({ waiting: () => [lane('left')] });
    await scheduler.sweep();
    expect(begun).toEqual(['left']);
  });

  it('looks again when a retry is due', async () => {
    let due: Lane[] = [];
    const { scheduler, begun } = setUp({ waiting: () => due });
    scheduler.start();
    await new Promise((resolve) => setImmediate(resolve));
    due = [lane('retry')];
    scheduler.remind(Date.now() + 30);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(begun).toEqual(['retry']);
    await scheduler.stop(0);
  });

  it('waits for what runs when it stops, and starts nothing new', async () => {
    const { scheduler, begun, finish, aborted } = setUp();
    scheduler.wake(lane('a'));
    const stopped = scheduler.stop(5_000);
    scheduler.wake(lane('b'));
    await finish('a');
    await stopped;
    expect([begun, aborted]).toEqual([['a'], []]);
  });

  it('aborts what does not finish in time', async () => {
    const { scheduler, aborted } = setUp();
    scheduler.wake(lane('slow'));
    await scheduler.stop(20);
    expect(aborted).toEqual(['slow']);
  });
});
