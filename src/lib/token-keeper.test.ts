import { describe, expect, it } from 'vitest';
import { type FetchedToken, TokenKeeper } from './token-keeper.ts';

const TWO_HOURS = 7_200_000;
const RULES = { marginMs: 60_000, pauseMs: 10_000, isFinal: (error: unknown) => error instanceof RangeError };

function started(fetch: (count: number) => Promise<FetchedToken> | FetchedToken) {
  const clock = { time: 1_000_000, now: () => clock.time, sleep: () => Promise.resolve() };
  let fetched = 0;
  const keeper = new TokenKeeper(async () => fetch(++fetched), clock, RULES);
  return { clock, keeper, fetched: () => fetched };
}

describe('a token that many use', () => {
  it('is fetched once for all who ask at once', async () => {
    const { keeper, fetched } = started((count) => ({ token: `t${count}`, lifeMs: TWO_HOURS }));
    expect(await Promise.all([keeper.get(), keeper.get(), keeper.get()])).toEqual(['t1', 't1', 't1']);
    expect(fetched()).toBe(1);
  });

  it('is kept until a minute before its end', async () => {
    const { clock, keeper } = started((count) => ({ token: `t${count}`, lifeMs: TWO_HOURS }));
    await keeper.get();
    clock.time += TWO_HOURS - 61_000;
    expect(await keeper.get()).toBe('t1');
    clock.time += 2_000;
    expect(await keeper.get()).toBe('t2');
  });

  it('is of some use even when it lives for seconds', async () => {
    const { clock, keeper } = started((count) => ({ token: `t${count}`, lifeMs: 10_000 }));
    await keeper.get();
    clock.time += 5_000;
    expect(await keeper.get()).toBe('t1');
  });

  it('is fetched anew when the vendor refused it, once for all who were refused', async () => {
    const { keeper, fetched } = started((count) => ({ token: `t${count}`, lifeMs: TWO_HOURS }));
    const old = await keeper.get();
    keeper.drop(old);
    expect(await Promise.all([keeper.get(), keeper.get()])).toEqual(['t2', 't2']);
    keeper.drop(old);
    expect(await keeper.get()).toBe('t2');
    expect(fetched()).toBe(2);
  });

  it('is used once more, anew, where it was refused, and not for another refusal', async () => {
    const { keeper, fetched } = started((count) => ({ token: `t${count}`, lifeMs: TWO_HOURS }));
    const isStale = (error: unknown): boolean => error instanceof RangeError;
    const answered = await keeper.use(async (token) => {
      if (token === 't1') throw new RangeError('stale');
      return `by ${token}`;
    }, isStale);
    expect(answered).toBe('by t2');
    await expect(keeper.use(() => Promise.reject(new Error('forbidden')), isStale)).rejects.toThrow('forbidden');
    await expect(keeper.use(() => Promise.reject(new RangeError('stale')), isStale)).rejects.toThrow('stale');
    expect(fetched()).toBe(3);
  });

  it('is not asked for again at once after a refusal that stays the same', async () => {
    const refused = new RangeError('refused');
    const { clock, keeper, fetched } = started(() => Promise.reject(refused));
    await expect(keeper.get()).rejects.toBe(refused);
    await expect(keeper.get()).rejects.toBe(refused);
    expect(fetched()).toBe(1);
    clock.time += 10_000;
    await expect(keeper.get()).rejects.toBe(refused);
    expect(fetched()).toBe(2);
  });

  it('is asked for again at once when the vendor could not be reached', async () => {
    const { keeper } = started((count) => {
      if (count === 1) throw new Error('no answer');
      return { token: 't2', lifeMs: TWO_HOURS };
    });
    await expect(keeper.get()).rejects.toThrow('no answer');
    expect(await keeper.get()).toBe('t2');
  });
});
