import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Priority, RateLimiter, type RateWindow } from './rate-limiter.ts';

/** Time that moves only when everybody sleeps. */
class StillClock {
  time = 1_000_000;
  readonly #sleepers: { at: number; wake: () => void }[] = [];

  now(): number {
    return this.time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { at: this.time + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
        reject(signal.reason as Error);
      });
    });
  }

  /** Lets time pass, waking everyone on the way. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      await settle();
      const next = this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      this.#sleepers.splice(this.#sleepers.indexOf(next), 1);
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
    this.time = end;
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

function make(...windows: RateWindow[]) {
  const clock = new StillClock();
  const limiter = new RateLimiter(windows, clock);
  const done: string[] = [];
  const call = (name: string, priority: Priority = 'final', signal?: AbortSignal): void => {
    void limiter.acquire(priority, signal).then(
      () => done.push(name),
      () => done.push(`${name} left`),
    );
  };
  return { clock, limiter, done, call };
}

const FIVE_A_SECOND = { limit: 5, windowMs: 1000 };

describe('keeping within a vendor’s limits', () => {
  it('lets calls through at once until the window is full', async () => {
    const { clock, done, call } = make(FIVE_A_SECOND);
    for (let i = 0; i < 7; i++) call(String(i));
    await clock.pass(999);
    expect(done).toEqual(['0', '1', '2', '3', '4']);
    await clock.pass(1);
    expect(done).toHaveLength(7);
  });

  it('lets a final call overtake those that wait', async () => {
    const { clock, done, call } = make({ limit: 1, windowMs: 100 });
    call('first');
    call('decoration', 'decoration');
    call('update', 'update');
    call('final', 'final');
    await clock.pass(100);
    expect(done).toEqual(['first', 'final']);
    await clock.pass(200);
    expect(done).toEqual(['first', 'final', 'update', 'decoration']);
  });

  it('keeps places free for final calls', async () => {
    const { clock, done, call } = make({ limit: 10, windowMs: 1000 });
    for (let i = 0; i < 10; i++) call(`d${i}`, 'decoration');
    for (let i = 0; i < 10; i++) call(`u${i}`, 'update');
    call('f', 'final');
    await clock.pass(0);
    expect(done.filter((name) => name.startsWith('d'))).toHaveLength(6);
    expect(done.filter((name) => name.startsWith('u'))).toHaveLength(2);
    expect(done).toContain('f');
  });

  it('lets nothing through after the vendor has refused a call, until its time is over', async () => {
    const { clock, limiter, done, call } = make(FIVE_A_SECOND);
    limiter.penalize(3000);
    call('a');
    await clock.pass(2999);
    expect(done).toEqual([]);
    expect(limiter.waitMs('final')).toBeGreaterThan(0);
    await clock.pass(1);
    expect(done).toEqual(['a']);
  });

  it('forgets a call whose caller has left', async () => {
    const { clock, done, call } = make({ limit: 1, windowMs: 100 });
    const controller = new AbortController();
    call('first');
    call('left', 'final', controller.signal);
    call('third');
    await clock.pass(10);
    controller.abort(new Error('left'));
    await clock.pass(90);
    expect(done).toEqual(['first', 'left left', 'third']);
  });

  it('refuses a caller who had left before', async () => {
    const { limiter } = make(FIVE_A_SECOND);
    await expect(limiter.acquire('final', AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });

  it('says how long a call would wait', async () => {
    const { clock, limiter, call } = make({ limit: 2, windowMs: 1000 });
    expect(limiter.waitMs('final')).toBe(0);
    call('a');
    call('b');
    await clock.pass(400);
    expect(limiter.waitMs('final')).toBe(600);
    call('c');
    await clock.pass(0);
    expect(limiter.waitMs('final')).toBe(1100);
  });

  it('does not count where the limit is none', async () => {
    const { clock, done, call } = make({ limit: 1_000_000, windowMs: 1000 });
    for (let i = 0; i < 500; i++) call(String(i));
    await clock.pass(0);
    expect(done).toHaveLength(500);
  });

  it('takes fewer than one call a window as one in a longer window', async () => {
    const { clock, done, call } = make({ limit: 0.5, windowMs: 1000 });
    call('a');
    call('b');
    await clock.pass(1999);
    expect(done).toEqual(['a']);
    await clock.pass(1);
    expect(done).toEqual(['a', 'b']);
  });

  it('never lets more calls into any window, whatever comes when, and loses none', async () => {
    const priorities = fc.constantFrom<Priority>('final', 'update', 'decoration');
    const arrivals = fc.array(fc.record({ after: fc.nat(300), priority: priorities }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 8 }), async (calls, limit) => {
        const clock = new StillClock();
        const windows = [
          { limit, windowMs: 1000 },
          { limit: limit * 3, windowMs: 5000 },
        ];
        const limiter = new RateLimiter(windows, clock);
        const times: number[] = [];
        for (const { after, priority } of calls) {
          await clock.pass(after);
          void limiter.acquire(priority).then(() => times.push(clock.now()));
        }
        await clock.pass(200_000);
        expect(times).toHaveLength(calls.length);
        for (const window of windows) {
          const tooClose = times.some(
            (time, i) => time - (times[i - window.limit] ?? Number.NEGATIVE_INFINITY) < window.windowMs,
          );
          expect(tooClose).toBe(false);
        }
      }),
      { numRuns: 50 },
    );
  });
});
