import { beforeEach, describe, expect, it } from 'vitest';
import type { Memos } from '../../../src/core/memos.ts';
import type { Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { asId, FEISHU, MINUTE, NOON } from './samples.ts';

const NEVER = { inboxDone: 0, outboxSent: 0, turns: 0, dead: 0, memos: 0, placeholders: 0 };

export function memosContract(ground: Ground): void {
  describe('memos of an adapter', () => {
    let store: Store;
    let memos: Memos;
    beforeEach(async () => {
      store = await ground.fresh();
      memos = store.memos.of(FEISHU);
    });

    it('are found again by their name, by their own channel only', async () => {
      expect(await memos.read('a')).toBeUndefined();
      expect(await memos.swap('a', undefined, 'one', NOON)).toBe(true);
      expect(await memos.read('a')).toBe('one');
      expect(await memos.read('b')).toBeUndefined();
      expect(await store.memos.of(asId('feishu-hr')).read('a')).toBeUndefined();
    });

    it('are written by whoever read them last: the other one is told so', async () => {
      expect(await memos.swap('a', undefined, 'one', NOON)).toBe(true);
      expect(await memos.swap('a', undefined, 'also first', NOON)).toBe(false);
      expect(await memos.swap('a', 'one', 'two', NOON)).toBe(true);
      expect(await memos.swap('a', 'one', 'too late', NOON)).toBe(false);
      expect(await memos.read('a')).toBe('two');
    });

    it('are still there when the store is opened again', async () => {
      const place = await ground.place();
      const first = await ground.open(place);
      await first.memos.of(FEISHU).swap('a', undefined, 'one', NOON);
      await first.close();
      const second = await ground.open(place);
      expect(await second.memos.of(FEISHU).read('a')).toBe('one');
    });

    it('are forgotten after their time, a few at once', async () => {
      for (const name of ['a', 'b', 'c']) await memos.swap(name, undefined, name, NOON);
      await memos.swap('kept', undefined, 'kept', NOON + MINUTE);
      const past = { ...NEVER, memos: NOON + 1 };
      expect(await store.upkeep.purge(past, 2)).toBe(2);
      expect(await store.upkeep.purge(past, 2)).toBe(1);
      expect(await store.upkeep.purge(past, 2)).toBe(0);
      expect(await memos.read('kept')).toBe('kept');
    });
  });
}
