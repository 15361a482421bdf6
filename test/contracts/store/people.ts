import { beforeEach, describe, expect, it } from 'vitest';
import type { PersonId } from '../../../src/core/ids.ts';
import type { Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { asId, FEISHU, NOON, sender } from './samples.ts';
import { LIN, LIN_DING, Talk, WANG } from './talk.ts';

const ADMIN = { actor: 'admin', reason: 'administrator' } as const;

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

  describe('persons that are made one', () => {
    let store: Store;
    let talk: Talk;
    beforeEach(async () => {
      store = await ground.fresh();
      talk = new Talk(store);
    });
    const merge = async (one = LIN, other = LIN_DING) =>
      store.people.merge(await talk.person(one), await talk.person(other), ADMIN, NOON);
    const accountsOf = async (person: PersonId) =>
      (await store.people.accounts(person)).map(({ channel, account }) => `${channel}/${account}`).toSorted();

    it('are the one who was known for longer, with all accounts', async () => {
      const lin = await talk.person(LIN);
      talk.now += 1;
      const other = await talk.person(LIN_DING);
      const made = await store.people.merge(other, lin, { actor: lin, reason: 'code' }, NOON);
      expect(made).toMatchObject({ kept: lin, absorbed: other, actor: lin, reason: 'code', at: NOON });
      expect(await talk.person(LIN_DING)).toBe(lin);
      expect(await accountsOf(lin)).toEqual(['dingtalk/lin', 'feishu/lin']);
      expect(await store.people.merges(lin)).toEqual([made]);
      expect(await store.people.merges(other)).toEqual([made]);
    });

    it('keep name and language of the one who stays, and take what she lacks from the other', async () => {
      await store.people.identify(LIN.channel, sender('lin'), NOON);
      const other = await store.people.identify(LIN_DING.channel, sender('lin', { name: 'Lin' }), NOON + 1);
      await store.people.setLang(other.id, 'en');
      await merge();
      expect(await store.people.identify(LIN.channel, sender('lin'), NOON)).toMatchObject({ name: 'Lin', lang: 'en' });
    });

    it('cannot be made one twice, nor with somebody unknown', async () => {
      await merge();
      expect(await merge()).toBeUndefined();
      expect(await store.people.merge(await talk.person(LIN), asId('p-nobody'), ADMIN, NOON)).toBeUndefined();
    });

    it('are parted again by an undo, each with the dialogues that only she has used', async () => {
      const lin = await talk.person(LIN);
      talk.now += 1;
      const other = await talk.person(LIN_DING);
      const hers = await talk.ask(LIN);
      talk.now += 1;
      const others = await talk.ask(LIN_DING);
      const made = await merge();
      expect(await store.people.undo(made?.id ?? asId('none'), ADMIN, talk.now)).toBe(true);
      expect([await talk.person(LIN), await talk.person(LIN_DING)]).toEqual([lin, other]);
      expect([(await talk.ask(LIN)).id, (await talk.ask(LIN_DING)).id]).toEqual([hers.id, others.id]);
      expect(await store.people.merges(lin)).toMatchObject([{ undoneAt: talk.now }]);
      expect(await store.people.undo(made?.id ?? asId('none'), ADMIN, talk.now)).toBe(false);
    });

    it('leave a dialogue to nobody that both sides have used', async () => {
      const first = await talk.ask(LIN);
      const made = await merge();
      expect((await talk.ask(LIN_DING)).id).toBe(first.id);
      await store.people.undo(made?.id ?? asId('none'), ADMIN, NOON);
      const after = [(await talk.ask(LIN)).id, (await talk.ask(LIN_DING)).id];
      expect(new Set([first.id, ...after]).size).toBe(3);
    });

    it('are asked in a fresh dialogue when they were parted in the middle of a question', async () => {
      const first = await talk.ask(LIN);
      const made = await merge();
      const question = await talk.write(LIN_DING);
      expect(await talk.begin(question)).toMatchObject({ session: { id: first.id } });
      await store.people.undo(made?.id ?? asId('none'), ADMIN, NOON);
      await store.inbox.release(question.row.seq, question.held.holder);
      const again = await talk.begin(await talk.claim(LIN_DING));
      expect(again).toMatchObject({ kind: 'begun', turn: { id: question.turn.id } });
      expect(again).not.toHaveProperty('session.conversation');
      expect(again.kind === 'begun' && again.session.id).not.toBe(first.id);
    });

    it('can be three, and one of them be given back', async () => {
      await talk.ask(WANG);
      const wang = await talk.person(WANG);
      talk.now += 1;
      const lin = await talk.person(LIN);
      talk.now += 1;
      const first = await merge();
      await merge(LIN, WANG);
      expect(await accountsOf(wang)).toEqual(['dingtalk/lin', 'feishu/lin', 'feishu/wang']);
      expect(await store.people.undo(first?.id ?? asId('none'), ADMIN, NOON)).toBe(true);
      expect(await accountsOf(wang)).toEqual(['feishu/lin', 'feishu/wang']);
      expect(await accountsOf(lin)).toEqual([]);
      expect(await talk.person(LIN_DING)).toBe(first?.absorbed);
    });

    it('rate as one, and each for herself after an undo', async () => {
      const question = await talk.write(LIN);
      await talk.begin(question);
      const other = await talk.person(LIN_DING);
      await store.turns.rate(question.turn.id, question.turn.person, 'up', 1, NOON);
      const made = await merge();
      expect(await store.turns.rate(question.turn.id, made?.kept ?? other, 'up', 2, NOON)).toBe('none');
      await store.people.undo(made?.id ?? asId('none'), ADMIN, NOON);
      expect(await store.turns.rate(question.turn.id, made?.absorbed ?? other, 'down', 3, NOON)).toBe('down');
    });
  });

  describe('an account that is parted from its person', () => {
    let store: Store;
    let talk: Talk;
    beforeEach(async () => {
      store = await ground.fresh();
      talk = new Talk(store);
    });
    const unlink = ({ channel, account } = LIN_DING) => store.people.unlink(channel, asId(account), ADMIN, NOON);

    it('is a person of its own, and takes along the dialogues that only it has used', async () => {
      const lin = await talk.person(LIN);
      await store.people.merge(lin, await talk.person(LIN_DING), ADMIN, NOON);
      const used = await talk.ask(LIN_DING);
      const person = await unlink();
      expect(person).not.toBe(lin);
      expect(await talk.person(LIN_DING)).toBe(person);
      expect((await talk.ask(LIN_DING)).id).toBe(used.id);
      expect((await talk.ask(LIN)).id).not.toBe(used.id);
    });

    it('cannot be parted from a person who has no other, nor when nobody knows it', async () => {
      await talk.person(LIN);
      expect(await unlink(LIN)).toBeUndefined();
      expect(await unlink({ channel: FEISHU, account: 'nobody' })).toBeUndefined();
    });
  });

  describe('accounts that a vendor says are one', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });
    const everywhere = 'feishu:on_lin';
    const HR = asId<typeof FEISHU>('feishu-hr');

    it('are one person from the first message on, and stay apart once somebody has parted them', async () => {
      const lin = await store.people.identify(FEISHU, sender('lin', { everywhere }), NOON);
      expect((await store.people.identify(HR, sender('ou_2', { everywhere }), NOON)).id).toBe(lin.id);
      const parted = await store.people.unlink(HR, asId('ou_2'), ADMIN, NOON);
      expect((await store.people.identify(HR, sender('ou_2', { everywhere }), NOON)).id).toBe(parted);
      expect((await store.people.identify(asId('feishu-it'), sender('ou_3', { everywhere }), NOON)).id).toBe(lin.id);
    });

    it('become one when it tells so later', async () => {
      const lin = await store.people.identify(FEISHU, sender('lin', { everywhere }), NOON);
      const other = await store.people.identify(HR, sender('ou_2'), NOON + 1);
      expect(other.id).not.toBe(lin.id);
      expect((await store.people.identify(HR, sender('ou_2', { everywhere }), NOON + 1)).id).toBe(lin.id);
      expect(await store.people.merges(lin.id)).toMatchObject([{ absorbed: other.id, reason: 'vendor-id' }]);
    });
  });
}
