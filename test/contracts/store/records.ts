import { beforeEach, describe, expect, it } from 'vitest';
import type { PersonId } from '../../../src/core/ids.ts';
import type { Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { asId, lease, MINUTE, NOON, sent } from './samples.ts';
import { LIN, LIN_DING, Talk, WANG } from './talk.ts';

const ADMIN = { actor: 'admin', reason: 'administrator' } as const;
const SECRET = 'only-lin-may-say-this';

export function recordsContract(ground: Ground): void {
  describe('what is kept of a person', () => {
    let store: Store;
    let talk: Talk;
    let lin: PersonId;
    beforeEach(async () => {
      store = await ground.fresh();
      talk = new Talk(store);
      lin = await talk.person(LIN);
      talk.now += 1;
      await store.people.merge(lin, await talk.person(LIN_DING), ADMIN, talk.now);
    });

    /** One row of hers in every table that has something of people. */
    async function live(): Promise<void> {
      const question = await talk.write(LIN_DING);
      await talk.begin(question);
      await store.turns.rate(question.turn.id, lin, 'up', 1, talk.now);
      await talk.end(question, SECRET);
      await store.people.identify(LIN.channel, { account: asId('lin'), ids: { union_id: SECRET } }, talk.now);
      const { to } = question.row.event;
      const held = lease(talk.now + MINUTE);
      const text = { kind: 'notice', to, key: asId<never>(`${SECRET}-key`), text: SECRET, lang: 'en' } as const;
      const [row] = await store.outbox.put([{ lane: question.row.lane, message: text, part: 0 }], talk.now, held);
      await store.outbox.sent(row?.seq ?? 0, held.holder, sent('m'), talk.now);
      await store.links.offer(`hash-${SECRET}`, lin, { lane: question.row.lane, to, lang: 'en' }, talk.now);
      await store.links.redeem('wrong', LIN.channel, asId('lin'), lin, talk.now);
    }

    it('comes as a whole: every account, message, answer, conversation and rating', async () => {
      await live();
      const data = await store.records.export(lin, ADMIN, talk.now);
      const tables = ['inbox', 'outbox', 'turns', 'ratings', 'sessions', 'session_accounts', 'people', 'accounts'];
      const more = ['merges', 'link_codes', 'link_tries', 'audit'];
      expect(Object.keys(data ?? {})).toEqual(expect.arrayContaining([...tables, ...more]));
      for (const table of [...tables, ...more]) expect(data?.[table], table).not.toHaveLength(0);
      expect((await store.records.audit(lin, 10)).map(({ action }) => action)).toEqual(['export', 'merge']);
    });

    it('is nobody else’s', async () => {
      await live();
      await talk.ask(WANG);
      const data = await store.records.export(await talk.person(WANG), ADMIN, talk.now);
      expect(JSON.stringify(data)).not.toContain(SECRET);
      expect(JSON.stringify(data)).not.toContain('"lin"');
    });

    it('is gone from all tables when it is deleted, with a record that it was, and nothing of others', async () => {
      await live();
      const others = await talk.ask(WANG);
      const wang = await talk.person(WANG);
      const before = await store.records.export(wang, ADMIN, talk.now);
      const removed = await store.records.erase(lin, ADMIN, talk.now);
      expect(removed).toMatchObject({ inbox: 1, outbox: 1, turns: 1, ratings: 1, accounts: 2, people: 2 });
      expect(await store.records.export(lin, ADMIN, talk.now)).toBeUndefined();
      expect(await store.records.audit(lin, 10)).toMatchObject([{ action: 'delete', actor: 'admin' }]);
      const after = await store.records.export(wang, ADMIN, talk.now);
      for (const table of ['inbox', 'turns', 'sessions', 'accounts', 'people']) {
        expect(after?.[table], table).toEqual(before?.[table]);
      }
      expect((await talk.ask(WANG)).id).toBe(others.id);
    });

    it('begins anew when she writes again', async () => {
      await store.records.erase(lin, ADMIN, talk.now);
      expect(await talk.person(LIN)).not.toBe(lin);
      expect(await talk.ask(LIN)).not.toHaveProperty('conversation');
    });

    it('can be looked through by id', async () => {
      const wang = await talk.person(WANG);
      const all = await store.records.list('', 10);
      expect(all.map((person) => person.id)).toEqual([lin, wang].toSorted());
      expect(await store.records.list(all[0]?.id ?? '', 10)).toHaveLength(1);
      expect(all.every(({ createdAt }) => createdAt >= NOON)).toBe(true);
    });
  });
}
