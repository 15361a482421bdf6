import { describe, expect, it } from 'vitest';
import { id, type PersonId } from '../../../src/core/ids.ts';
import type { Counter, NotedDecision, RightsRules } from '../../../src/core/rights.ts';
import type { Ground } from '../store.contract.ts';

const RULES: RightsRules = {
  roles: [
    { name: 'everyone', allow: ['agent:hr'], deny: [], quotas: [{ per: 'day', of: 'person', messages: 3 }] },
    { name: 'a', title: '甲', allow: [], deny: ['command:*'], quotas: [], onRequestDays: 7 },
  ],
  grants: [
    { role: 'a', to: 'person:p-unknown', from: 5, until: 10 },
    { role: 'a', to: 'department:D1' },
  ],
};
const day = (owner: string, given: Partial<Counter> = {}): Counter => ({ owner, period: 'day 1', ...given });
const ada = id<PersonId>('p-ada');

/** Rules are given back as they were put in, and what is used is counted once. */
export function rightsContract(ground: Ground): void {
  describe('rights', () => {
    it('are what was put in last, in its order', async () => {
      const { rights } = await ground.fresh();
      expect(await rights.rules()).toEqual({ roles: [], grants: [] });
      const before = await rights.revision();
      await rights.replace(RULES, 'admin', 1);
      expect(await rights.rules()).toEqual(RULES);
      await rights.replace({ roles: RULES.roles.slice(0, 1), grants: [] }, 'admin', 2);
      expect((await rights.rules()).roles.map(({ name }) => name)).toEqual(['everyone']);
      expect(await rights.revision()).toBeGreaterThan(before + 1);
    });

    it('are given once for each key, behind those of the rules', async () => {
      const { rights } = await ground.fresh();
      await rights.replace(RULES, 'admin', 1);
      const grant = { role: 'a', to: 'channel:feishu', until: 9 } as const;
      expect(await rights.grant(grant, 'k', 'p-boss', 2)).toBe(true);
      expect(await rights.grant({ ...grant, until: 99 }, 'k', 'p-boss', 3)).toBe(false);
      expect((await rights.rules()).grants.at(-1)).toEqual(grant);
    });

    it('are added to, and changed, where they are merged: nothing is lost and nothing is there twice', async () => {
      const { rights } = await ground.fresh();
      await rights.replace(RULES, 'admin', 1);
      const asked = { role: 'a', to: 'person:p-asker', until: 99 } as const;
      await rights.grant(asked, 'access X', 'p-boss', 2);
      const [everyone] = RULES.roles;
      const changed = { ...everyone, name: 'everyone', allow: ['agent:*'], deny: [], quotas: [] } as const;
      const added = { name: 'b', allow: [], deny: [], quotas: [] } as const;
      const grants = [{ role: 'a', to: 'department:D1' } as const, { role: 'b', to: 'department:D2' } as const];
      const before = await rights.revision();
      for (const now of [3, 4]) await rights.merge({ roles: [added, changed], grants }, 'admin', now);
      const { roles, grants: all } = await rights.rules();
      expect(roles).toEqual([changed, RULES.roles[1], added]);
      expect(all).toEqual([...RULES.grants, grants[1], asked]);
      expect(await rights.revision()).toBeGreaterThan(before);
      await rights.revoke('access X');
      expect((await rights.rules()).grants).toEqual([...RULES.grants, grants[1]]);
    });

    it('note decisions, and tell them the newest first', async () => {
      const { rights } = await ground.fresh();
      const one: NotedDecision = {
        at: 1,
        person: ada,
        channel: id('feishu'),
        right: 'agent:hr',
        allowed: true,
        why: 'open',
      };
      const two: NotedDecision = {
        at: 2,
        person: id('p-eve'),
        channel: id('feishu'),
        right: 'agent:it',
        allowed: false,
        why: 'left',
      };
      await rights.note(one);
      await rights.note(two);
      expect(await rights.decisions(undefined, 10)).toEqual([two, one]);
      expect(await rights.decisions(ada, 10)).toEqual([one]);
    });
  });

  describe('quotas', () => {
    it('count a turn once, on all of its counters or on none', async () => {
      const { rights } = await ground.fresh();
      const counters = [day('person:p-ada', { messages: 5 }), day('department:D1', { messages: 2 })];
      for (const turn of ['t1', 't1', 't2'])
        expect(await rights.take(turn, ada, counters, 1)).toMatchObject({ kind: 'taken' });
      expect(await rights.take('t3', ada, counters, 1)).toEqual({
        kind: 'over',
        used: { owner: 'department:D1', period: 'day 1', messages: 2, tokens: 0 },
      });
      expect(await rights.used(['person:p-ada', 'department:D1'])).toEqual([
        { owner: 'person:p-ada', period: 'day 1', messages: 2, tokens: 0 },
        { owner: 'department:D1', period: 'day 1', messages: 2, tokens: 0 },
      ]);
    });

    it('let no two take the last one', async () => {
      const { rights } = await ground.fresh();
      const counters = [day('person:p-ada', { messages: 3 })];
      const turns = Array.from({ length: 8 }, (_, index) => `t${index}`);
      const taken = await Promise.all(turns.map((turn) => rights.take(turn, ada, counters, 1)));
      expect(taken.filter(({ kind }) => kind === 'taken')).toHaveLength(3);
    });

    it('warn once a period, and the same turn again when it is asked again', async () => {
      const { rights } = await ground.fresh();
      const counters = [day('person:p-ada', { messages: 5, warnAt: 2 })];
      const warned = async (turn: string) => {
        const taken = await rights.take(turn, ada, counters, 1);
        return taken.kind === 'taken' ? taken.warned.length : -1;
      };
      expect([await warned('t1'), await warned('t2'), await warned('t2'), await warned('t3')]).toEqual([0, 1, 1, 0]);
    });

    it('add the tokens of a turn once, and of no turn that was not counted', async () => {
      const { rights } = await ground.fresh();
      await rights.take('t1', ada, [day('person:p-ada', { tokens: 100 }), day('person:p-ada', { messages: 9 })], 1);
      for (const turn of ['t1', 't1', 't9']) await rights.spend(turn, 120);
      expect(await rights.used(['person:p-ada'])).toMatchObject([{ messages: 1, tokens: 120 }]);
      expect(await rights.take('t2', ada, [day('person:p-ada', { tokens: 100 })], 2)).toMatchObject({ kind: 'over' });
    });
  });
}
