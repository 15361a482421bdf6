import { beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { asId, FEISHU, sender } from './samples.ts';
import { LIN, LIN_DING, Talk, WANG, type Writer } from './talk.ts';

const ADMIN = { actor: 'admin', reason: 'administrator' } as const;
/** A company with a department of two levels and one beside it. */
const TREE = [
  { id: '0' },
  { id: 'hr', name: 'People', parent: '0' },
  { id: 'pay', name: 'Payroll', parent: 'hr' },
  { id: 'it', name: 'IT', parent: '0' },
];

export function departmentsContract(ground: Ground): void {
  describe('departments', () => {
    let store: Store;
    let talk: Talk;
    beforeEach(async () => {
      store = await ground.fresh();
      talk = new Talk(store);
      for (const one of [LIN, LIN_DING, WANG]) await talk.person(one);
      await store.departments.place(FEISHU, TREE, talk.now);
    });
    const learn = ({ channel, account }: Writer, departments: readonly string[], isActive = true) =>
      store.directory.learn([{ channel, account: asId(account), attributes: {}, isActive, departments }], talk.now);
    const standing = async (writer: Writer) => store.directory.standing(await talk.person(writer));

    it('are a person’s own and all those above them, by channel and id', async () => {
      expect(await standing(LIN)).toEqual({ departments: [], own: [], left: false });
      expect(await learn(LIN, ['pay'])).toBe(true);
      expect(await standing(LIN)).toEqual({
        departments: ['feishu/pay', 'feishu/hr', 'feishu/0'],
        own: [{ id: 'feishu/pay', name: 'Payroll' }],
        left: false,
      });
      expect((await standing(WANG)).departments).toEqual([]);
    });

    it('change when she moves, and when a department is moved, renamed or removed', async () => {
      await learn(LIN, ['pay']);
      expect(await learn(LIN, ['pay'])).toBe(false);
      expect(await learn(LIN, ['it'])).toBe(true);
      expect((await standing(LIN)).departments).toEqual(['feishu/it', 'feishu/0']);
      await learn(LIN, ['pay']);
      expect(await store.departments.place(FEISHU, TREE, talk.now)).toBe(false);
      expect(await store.departments.place(FEISHU, [{ id: 'pay', name: 'Wages', parent: 'it' }], talk.now)).toBe(true);
      expect((await standing(LIN)).departments).toEqual(['feishu/pay', 'feishu/it', 'feishu/0']);
      expect((await standing(LIN)).own).toEqual([{ id: 'feishu/pay', name: 'Wages' }]);
      await store.departments.drop(FEISHU, 'pay');
      expect((await standing(LIN)).departments).toEqual([]);
    });

    it('end in a ring without an end', async () => {
      await store.departments.place(FEISHU, [{ id: 'hr', parent: 'pay' }], talk.now);
      await learn(LIN, ['pay']);
      expect((await standing(LIN)).departments).toEqual(['feishu/pay', 'feishu/hr']);
    });

    it('of all her accounts are hers, once they are linked, and no longer once they are parted', async () => {
      await learn(LIN, ['pay']);
      await store.departments.place(LIN_DING.channel, [{ id: '7', name: '销售' }], talk.now);
      await learn(LIN_DING, ['7']);
      const merge = await store.people.merge(await talk.person(LIN), await talk.person(LIN_DING), ADMIN, talk.now);
      expect((await standing(LIN_DING)).own.map(({ id }) => id)).toEqual(['dingtalk/7', 'feishu/pay']);
      await store.people.undo(merge?.id ?? asId(''), ADMIN, talk.now);
      expect((await standing(LIN_DING)).own.map(({ id }) => id)).toEqual(['dingtalk/7']);
    });

    it('raise the revision that running processes go by, only when something has changed', async () => {
      const before = await store.rights.revision();
      await learn(LIN, ['pay']);
      const moved = await store.rights.revision();
      expect(moved).toBeGreaterThan(before);
      await learn(LIN, ['pay']);
      await store.departments.place(FEISHU, TREE, talk.now);
      expect(await store.rights.revision()).toBe(moved);
    });

    it('that a whole look did not find are gone; those that it found stay', async () => {
      await learn(LIN, ['pay', 'it']);
      talk.now += 1;
      await store.departments.place(FEISHU, TREE.slice(0, 3), talk.now);
      expect(await store.departments.dropUnseen(FEISHU, talk.now)).toBe(1);
      expect((await store.departments.page(FEISHU, '', 10)).map(({ id }) => id)).toEqual(['0', 'hr', 'pay']);
      expect(await store.departments.page(FEISHU, 'hr', 10)).toEqual([TREE[2]]);
      expect((await standing(LIN)).own.map(({ id }) => id)).toEqual(['feishu/pay']);
    });

    it('are kept of nobody who has no account here', async () => {
      const listed = ['lin', 'stranger'].map((account) => {
        const attributes = { email: `${account}@demo.example` };
        return { channel: FEISHU, account: asId<never>(account), attributes, isActive: true, departments: ['pay'] };
      });
      expect(await store.directory.learnKnown(listed, talk.now)).toEqual({ changed: true, accounts: ['lin'] });
      await store.people.identify(FEISHU, sender('stranger'), talk.now);
      expect(await store.directory.isKnown(FEISHU, asId('stranger'))).toBe(false);
      expect((await standing({ channel: FEISHU, account: 'stranger' })).departments).toEqual([]);
    });

    it('are exported and erased with her', async () => {
      await learn(LIN, ['pay']);
      const lin = await talk.person(LIN);
      expect((await store.records.export(lin, ADMIN, talk.now))?.['memberships']).toHaveLength(1);
      expect(await store.records.erase(lin, ADMIN, talk.now)).toMatchObject({ memberships: 1 });
      expect((await standing(LIN)).departments).toEqual([]);
    });

    it('name the members whom no look has found since', async () => {
      await learn(LIN, ['pay']);
      await learn(WANG, ['it']);
      talk.now += 1;
      await learn(LIN, ['pay']);
      expect(await store.directory.unseen(FEISHU, talk.now, '', 10)).toEqual([{ account: 'wang', ids: {} }]);
      expect(await store.directory.unseen(FEISHU, talk.now, 'wang', 10)).toEqual([]);
      await learn(WANG, [], false);
      expect(await store.directory.unseen(FEISHU, talk.now + 1, '', 10)).toEqual([{ account: 'lin', ids: {} }]);
    });
  });

  describe('who has left', () => {
    let store: Store;
    let talk: Talk;
    beforeEach(async () => {
      store = await ground.fresh();
      talk = new Talk(store);
    });
    const learn = ({ channel, account }: Writer, isActive: boolean) =>
      store.directory.learn([{ channel, account: asId(account), attributes: {}, isActive, departments: [] }], talk.now);
    const isOut = async ({ channel, account }: Writer) =>
      (await store.people.identify(channel, sender(account), talk.now)).hasLeft === true;
    /** One person on two platforms, and what each of the two sees. */
    const linked = async () => {
      await store.people.merge(await talk.person(LIN), await talk.person(LIN_DING), ADMIN, talk.now);
      return async () => [await isOut(LIN), await isOut(LIN_DING)];
    };

    it('in one directory has left everywhere, unless another has her still', async () => {
      const out = await linked();
      await learn(LIN, true);
      expect(await learn(LIN, false)).toBe(true);
      expect(await out()).toEqual([true, true]);
      expect((await store.directory.standing(await talk.person(LIN))).left).toBe(true);
      expect(await learn(LIN_DING, true)).toBe(true);
      expect(await out()).toEqual([true, false]);
      await learn(LIN_DING, false);
      expect(await out()).toEqual([true, true]);
      expect(await learn(LIN, true)).toBe(true);
      expect(await out()).toEqual([false, true]);
    });

    it('takes nobody along who is parted from her, and is left behind by nobody linked with her', async () => {
      const out = await linked();
      await learn(LIN, false);
      await store.people.unlink(LIN_DING.channel, asId(LIN_DING.account), ADMIN, talk.now);
      expect(await out()).toEqual([true, false]);
      await store.people.merge(await talk.person(LIN), await talk.person(LIN_DING), ADMIN, talk.now);
      expect(await out()).toEqual([true, true]);
    });
  });
}
