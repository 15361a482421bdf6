import { describe, expect, it } from 'vitest';
import { id, type Lane } from '../core/ids.ts';
import { noLog } from '../core/log.ts';
import { systemClock } from '../lib/clock.ts';
import { createScheduler } from './scheduler.ts';

const lane = (name: string): Lane => id(name);

interface Options {
  readonly maxActive?: number;
  readonly waiting?: () => Lane[];
  readonly dueAt?: () => number | undefined;
  readonly isPressed?: () => boolean;
}

function setUp(options: Options = {}) {
  const begun: string[] = [];
  const open = new Map<string, () => void>();
  const aborted: string[] = [];
  const scheduler = createScheduler({
    work: (name, signal) =>
      new Promise((resolve) => {
        begun.push(name);
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
    ...(options.isPressed && { isPressed: options.isPressed }),
    clock: systemClock,
    log: noLog,
  });
  const finish = async (name: string): Promise<void> => {
    open.get(name)?.();
    await turnOfTheLoop();
  };
  return { scheduler, begun, finish, aborted };
}

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the scheduler', () => {
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

  it('begins one lane a turn of the loop while deliveries press, and the rest when they do not any more', async () => {
    let pressed = true;
    const { scheduler, begun } = setUp({ isPressed: () => pressed });
    for (const name of ['a', 'b', 'c', 'd']) scheduler.wake(lane(name));
    expect(begun).toEqual([]);
    await turnOfTheLoop();
    expect(begun).toEqual(['a']);
    await turnOfTheLoop();
    expect(begun).toEqual(['a', 'b']);
    pressed = false;
    await turnOfTheLoop();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    expect(scheduler.pending).toBe(0);
  });

  it('goes round again for a lane that was woken anew while it had to wait', async () => {
    let pressed = true;
    const { scheduler, begun, finish } = setUp({ isPressed: () => pressed });
    scheduler.wake(lane('a'));
    scheduler.wake(lane('b'));
    pressed = false;
    scheduler.wake(lane('b'));
    await turnOfTheLoop();
    expect(begun).toEqual(['b', 'a']);
    await finish('b');
    expect(begun).toEqual(['b', 'a', 'b']);
  });

  it('lets a lane wait for room', async () => {
    const { scheduler, begun, finish } = setUp({ maxActive: 1 });
    scheduler.wake(lane('a'));
    scheduler.wake(lane('b'));
    expect([begun, scheduler.pending]).toEqual([['a'], 1]);
    await finish('a');
    expect(begun).toEqual(['a', 'b']);
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
