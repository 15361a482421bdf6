import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type Memos, memosInMemory } from '../core/memos.ts';
import { createHolderReader, holdAlone } from './holding.ts';

const LEASE_MS = 300;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

describe('holding something alone', () => {
  let ended = new AbortController();
  let running: Promise<void>[] = [];
  let holders: string[] = [];
  let most = 0;
  afterEach(async () => {
    ended.abort();
    await Promise.all(running);
    ended = new AbortController();
    running = [];
    holders = [];
    most = 0;
  });

  /** A process that wants to hold; `signal` ends it in good order. */
  function contend(name: string, memos: Memos, signal: AbortSignal): void {
    const work = async (until: AbortSignal): Promise<void> => {
      holders.push(name);
      most = Math.max(most, holders.length);
      await new Promise((resolve) => until.addEventListener('abort', resolve, { once: true }));
      holders.splice(holders.indexOf(name), 1);
    };
    running.push(holdAlone(work, { memos, holder: name, leaseMs: LEASE_MS, log: SILENT }, signal));
  }

  it('lets one at a time, and the next when it stops in good order', async () => {
    const memos = memosInMemory();
    const first = new AbortController();
    contend('first', memos, first.signal);
    await expect.poll(() => holders).toEqual(['first']);
    contend('second', memos, ended.signal);
    await sleep(LEASE_MS * 3);
    expect(holders).toEqual(['first']);
    first.abort();
    await expect.poll(() => holders).toEqual(['second']);
    expect(most).toBe(1);
  });

  it('is known to who asks, until there are no more signs of life', async () => {
    const memos = memosInMemory();
    const read = createHolderReader({ memos, leaseMs: LEASE_MS });
    expect(await read()).toBeUndefined();
    const first = new AbortController();
    contend('first', memos, first.signal);
    await expect.poll(read).toBe('first');
    first.abort();
    await expect.poll(read).toBeUndefined();
    // As one leaves it that has died.
    await memos.swap('holder', 'nobody', 'second 7', 0);
    expect(await read()).toBe('second');
    await expect.poll(read, { timeout: LEASE_MS * 4 }).toBeUndefined();
  });

  it('ends by itself when it cannot give signs of life, before another begins', async () => {
    const shared = memosInMemory();
    let isCut = false;
    const cut: Memos = {
      read: (name) => (isCut ? Promise.reject(new Error('cut off')) : shared.read(name)),
      swap: (...args) => (isCut ? Promise.reject(new Error('cut off')) : shared.swap(...args)),
    };
    contend('cut off', cut, ended.signal);
    await expect.poll(() => holders).toEqual(['cut off']);
    contend('other', shared, ended.signal);
    isCut = true;
    await expect.poll(() => holders).toEqual(['other']);
    expect(most).toBe(1);
  });

  it('ends by itself when the store gives it no answer at all, before another begins', async () => {
    const shared = memosInMemory();
    let isSilent = false;
    const answer = Promise.withResolvers<never>();
    const silent: Memos = {
      read: (name) => (isSilent ? answer.promise : shared.read(name)),
      swap: (...args) => (isSilent ? answer.promise : shared.swap(...args)),
    };
    contend('unanswered', silent, ended.signal);
    await expect.poll(() => holders).toEqual(['unanswered']);
    contend('other', shared, ended.signal);
    isSilent = true;
    await expect.poll(() => holders).toEqual(['other']);
    expect(most).toBe(1);
    isSilent = false;
    answer.reject(new Error('the connection has ended at last'));
  });

  it('ends when all end', async () => {
    const memos = memosInMemory();
    contend('one', memos, ended.signal);
    contend('other', memos, ended.signal);
    await expect.poll(() => holders).toHaveLength(1);
    ended.abort();
    await Promise.all(running);
    expect(holders).toEqual([]);
  });
});
