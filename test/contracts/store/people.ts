import { beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { asId, FEISHU, NOON, sender } from './samples.ts';

export function peopleContract(ground: Ground): void {
  describe('people', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });
    const identify = (account: string, more: Parameters<typeof sender>[1] = {}, channel = FEISHU) =>
      store.people.identify(channel, sender(account, more), NOON);

    it('are the same person whenever the same account writes', async () => {
      const first = await identify('lin', { name: 'Lin' });
      expect(first).toMatchObject({ name: 'Lin' });
      expect(await identify('lin', { name: 'Lin' })).toEqual(first);
    });

    it('are one person, though many messages come first at the same time', async () => {
      const all = await Promise.all(Array.from({ length: 10 }, () => identify('lin')));
      expect(new Set(all.map((person) => person.id)).size).toBe(1);
    });

    it('are different for different accounts, and for the same account of another channel', async () => {
      const lin = await identify('lin');
      const wang = await identify('wang');
      const elsewhere = await identify('lin', {}, asId('feishu-hr'));
      expect(new Set([lin.id, wang.id, elsewhere.id]).size).toBe(3);
    });

    it('take a new name, and keep the one they have when an event tells none', async () => {
      await identify('lin', { name: 'Lin' });
      expect(await identify('lin', { name: 'Lin Mei' })).toMatchObject({ name: 'Lin Mei' });
      expect(await identify('lin')).toMatchObject({ name: 'Lin Mei' });
    });

    it('speak the language they chose, else that of their client', async () => {
      expect(await identify('lin')).not.toHaveProperty('lang');
      const lin = await identify('lin', { lang: 'zh' });
      expect(lin.lang).toBe('zh');
      expect(await identify('lin')).toMatchObject({ lang: 'zh' });
      await store.people.setLang(lin.id, 'en');
      expect(await identify('lin', { lang: 'zh' })).toMatchObject({ lang: 'en' });
    });
  });
}
