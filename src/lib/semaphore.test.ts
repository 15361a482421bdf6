import { describe, expect, it } from 'vitest';
import { createSemaphore } from './semaphore.ts';

const never = new AbortController().signal;

describe('a semaphore', () => {
  it('lets as many work at once as it has places', async () => {
    const line = createSemaphore(2);
    await line.acquire(never);
    await line.acquire(never);
    expect([line.active, line.waiting]).toEqual([2, 0]);
  });

  it('serves those who wait in the order they came', async () => {
    const line = createSemaphore(1);
    const first = await line.acquire(never);
    const served: string[] = [];
    const second = line.acquire(never).then((release) => (served.push('second'), release));
    const third = line.acquire(never).then((release) => (served.push('third'), release));
    first();
    (await second)();
    (await third)();
    expect(served).toEqual(['second', 'third']);
    expect(line.active).toBe(0);
  });

  it('tells everybody in line the place, and again when it moves', async () => {
    const line = createSemaphore(1);
    const first = await line.acquire(never);
    const places: number[] = [];
    const second = line.acquire(never);
    void line.acquire(never, (position) => places.push(position));
    expect(places).toEqual([2]);
    first();
    await second;
    expect(places).toEqual([2, 1]);
  });

  it('lets one leave the line, and tells those behind', async () => {
    const line = createSemaphore(1);
    await line.acquire(never);
    const leaving = new AbortController();
    const left = line.acquire(leaving.signal);
    const places: number[] = [];
    void line.acquire(never, (position) => places.push(position));
    leaving.abort(new Error('no more'));
    await expect(left).rejects.toThrow('no more');
    expect(line.waiting).toBe(1);
    expect(places).toEqual([2, 1]);
  });

  it('takes a place back once, however often it is given back', async () => {
    const line = createSemaphore(1);
    const release = await line.acquire(never);
    release();
    release();
    await line.acquire(never);
    expect(line.active).toBe(1);
  });

  it('serves shares by turns, so that a quiet person does not wait for all of a loud group', async () => {
    const line = createSemaphore(1);
    const busy = await line.acquire(never, undefined, 'loud');
    const served: string[] = [];
    const ask = (share: string) =>
      line.acquire(never, undefined, share).then((release) => {
        served.push(share);
        release();
      });
    const all = [...Array.from({ length: 20 }, () => ask('loud')), ask('quiet'), ask('quiet'), ask('other')];
    busy();
    await Promise.all(all);
    expect(served.slice(0, 6)).toEqual(['loud', 'quiet', 'other', 'loud', 'quiet', 'loud']);
    expect(served).toHaveLength(23);
  });

  it('lets nobody jump the line by always coming back', async () => {
    const line = createSemaphore(1);
    const busy = await line.acquire(never, undefined, 'other');
    const served: string[] = [];
    const patient = line.acquire(never, undefined, 'patient').then((release) => {
      served.push('patient');
      release();
    });
    const greedy = async (left: number): Promise<void> => {
      const release = await line.acquire(never, undefined, 'greedy');
      served.push('greedy');
      const again = left > 0 ? greedy(left - 1) : undefined;
      release();
      await again;
    };
    const all = greedy(5);
    busy();
    await Promise.all([patient, all]);
    expect(served.indexOf('patient')).toBeLessThanOrEqual(1);
  });

  it('tells those behind that somebody whose turn comes first has joined', async () => {
    const line = createSemaphore(1);
    await line.acquire(never, undefined, 'loud');
    void line.acquire(never, undefined, 'loud');
    const places: number[] = [];
    void line.acquire(never, (position) => places.push(position), 'loud');
    void line.acquire(never, undefined, 'quiet');
    expect(places).toEqual([2, 3]);
  });
});
