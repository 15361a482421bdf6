import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Recent } from './recent.ts';

it('forgets what was used longest ago', () => {
  const recent = new Recent<string, number>({ max: 2 });
  recent.set('a', 1);
  recent.set('b', 2);
  recent.get('a');
  recent.set('c', 3);
  expect([...recent.keys()].sort()).toEqual(['a', 'c']);
});

it('forgets what is too old', async () => {
  let now = 1_000;
  const recent = new Recent<string, number>({ max: 2, ttl: 500, perf: { now: () => now } });
  recent.set('a', 1);
  now += 400;
  expect(recent.get('a')).toBe(1);
  now += 200;
  // It looks at the clock once in a millisecond.
  await pause(5);
  expect(recent.get('a')).toBeUndefined();
  recent.set('a', 2);
  expect(recent.get('a')).toBe(2);
});

it('takes room for what it holds, not for all it may hold', () => {
  const before = process.memoryUsage();
  const many = Array.from({ length: 100 }, () => new Recent<string, number>({ max: 100_000, ttl: 1_000 }));
  const after = process.memoryUsage();
  const taken = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  expect(many).toHaveLength(100);
  expect(taken / many.length).toBeLessThan(20_000);
});

it('reuses the room of what it forgot', () => {
  const recent = new Recent<number, number>({ max: 3 });
  for (let key = 0; key < 1_000; key += 1) recent.set(key, key);
  expect(recent.size).toBe(3);
  expect([...recent.values()].sort((one, other) => one - other)).toEqual([997, 998, 999]);
});
