import { beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { asId, NOON, sender } from './samples.ts';
import { LIN, LIN_DING, Talk, WANG, type Writer } from './talk.ts';

const ADMIN = { actor: 'admin', reason: 'administrator' } as const;
const EMAIL = { email: 'lin@demo.example' };

export function directoryContract(ground: Ground): void {
  describe('what a directory says', () => {
    let store: Store;
    let talk: Talk;
    beforeEach(async () => {
      store = await ground.fresh();
      talk = new Talk(store);
    });
    const learn = ({ channel, account }: Writer, attributes: Record<string, string>, isActive?: boolean) =>
      store.directory.learn(
        [{ channel, account: asId(account), attributes, ...(isActive !== undefined && { isActive }) }],
        talk.now,
      );
    const match = ({ channel, account }: Writer, trust: readonly ('email' | 'mobile')[] = ['email']) =>
      store.directory.match(channel, asId(account), trust);

    it('names the one other person with the same trusted attribute', async () => {
      const lin = await talk.person(LIN);
      await talk.person(LIN_DING);
      await learn(LIN, EMAIL, true);
      await learn(LIN_DING, EMAIL);
      expect(await match(LIN_DING)).toBe(lin);
      expect(await match(LIN_DING, ['mobile'])).toBeUndefined();
      expect(await match(LIN_DING, [])).toBeUndefined();
    });

    it('names nobody where two have it, nor who was parted on purpose, nor who has left', async () => {
      for (const one of [LIN, LIN_DING, WANG]) await talk.person(one);
      for (const one of [LIN, LIN_DING]) await learn(one, EMAIL, true);
      await learn(WANG, EMAIL, true);
      expect(await match(LIN_DING)).toBeUndefined();
      await learn(WANG, {}, false);
      expect(await match(LIN_DING)).toBe(await talk.person(LIN));
      await store.people.merge(await talk.person(LIN), await talk.person(LIN_DING), ADMIN, talk.now);
      await store.people.unlink(LIN_DING.channel, asId(LIN_DING.account), ADMIN, talk.now);
      expect([await match(LIN_DING), await match(LIN)]).toEqual([undefined, undefined]);
    });

    it('keeps what others have found of an account whose own directory tells nothing', async () => {
      const lin = await talk.person(LIN);
      await talk.person(LIN_DING);
      await learn(LIN, EMAIL, true);
      await learn(LIN_DING, EMAIL);
      await learn(LIN_DING, {}, true);
      expect(await match(LIN_DING)).toBe(lin);
    });

    it('ends the conversations of who has left, and tells it of her until she is back', async () => {
      const before = await talk.ask(LIN);
      const seen = () => store.people.identify(LIN.channel, sender('lin'), NOON);
      await learn(LIN, {}, false);
      expect(await seen()).toMatchObject({ hasLeft: true });
      await learn(LIN, EMAIL, true);
      expect(await seen()).not.toHaveProperty('hasLeft');
      expect((await talk.ask(LIN)).id).not.toBe(before.id);
      const { id: lin } = await seen();
      expect((await store.records.audit(lin, 10)).map(({ action }) => action)).toEqual(['came-back', 'left']);
    });

    it('is due again after a while, for those it has', async () => {
      await talk.person(LIN);
      await talk.person(WANG);
      expect(await store.directory.isKnown(LIN.channel, asId('lin'))).toBe(false);
      await learn(LIN, EMAIL, true);
      expect(await store.directory.isKnown(LIN.channel, asId('lin'))).toBe(true);
      expect(await store.directory.due(NOON, 10)).toEqual([]);
      expect(await store.directory.due(NOON + 1, 10)).toEqual([{ channel: LIN.channel, account: 'lin', ids: {} }]);
    });
  });
}
