import { beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { asId, claimed, ECHO, FEISHU, lane, MINUTE, NOON, newTurn } from './samples.ts';
import { LIN, LIN_DING, Talk, WANG } from './talk.ts';

const DEED = { actor: 'admin', reason: 'administrator' } as const;

export function sessionsContract(ground: Ground): void {
  let store: Store;
  let talk: Talk;

  async function start(): Promise<void> {
    store = await ground.fresh();
    talk = new Talk(store);
  }

  async function link(): Promise<void> {
    await store.people.merge(await talk.person(LIN), await talk.person(LIN_DING), DEED, talk.now);
  }

  describe('sessions', () => {
    beforeEach(start);

    it('go on while they are used', async () => {
      const first = await talk.ask(LIN);
      expect(first).toMatchObject({ agent: ECHO, user: await talk.person(LIN), lastUsedAt: NOON });
      expect(first).not.toHaveProperty('conversation');
      talk.now += 10 * MINUTE;
      expect(await talk.ask(LIN)).toMatchObject({ id: first.id, user: first.user, lastUsedAt: talk.now });
      talk.now += 10 * MINUTE;
      expect((await talk.ask(LIN)).id).toBe(first.id);
    });

    it('are over when they were idle for longer than they may', async () => {
      const first = await talk.ask(LIN);
      talk.now += 10 * MINUTE + 1;
      const next = await talk.ask(LIN);
      expect(next.id).not.toBe(first.id);
      expect((await talk.ask(LIN)).id).toBe(next.id);
    });

    it('are over when they are reset, for that agent only', async () => {
      const first = await talk.ask(LIN);
      const other = await talk.ask(LIN, { agent: asId('dify') });
      await store.sessions.reset({ scope: 'person', person: await talk.person(LIN) }, ECHO, NOON);
      expect((await talk.ask(LIN)).id).not.toBe(first.id);
      expect((await talk.ask(LIN, { agent: asId('dify') })).id).toBe(other.id);
    });

    it('can be reset where there is none', async () => {
      await store.sessions.reset({ scope: 'lane', lane: lane('lin') }, ECHO, NOON);
    });

    it('of different persons and lanes are different', async () => {
      const sessions = [await talk.ask(LIN), await talk.ask(WANG), await talk.ask(LIN_DING)];
      sessions.push(await talk.ask(LIN, { scope: 'lane' }));
      expect(new Set(sessions.map((session) => session.id)).size).toBe(4);
    });

    it('of a lane are shared by whoever speaks in it, under the name of the first', async () => {
      const [row, held] = await claimed(store, 'one');
      const begun = await store.turns.begin(newTurn('t1', row), held.holder, NOON);
      await store.inbox.done(row.seq, held.holder, NOON);
      const [next, held2] = await claimed(store, 'two');
      await store.turns.begin(newTurn('t2', next, { person: asId('p-wang') }), held2.holder, NOON);
      expect(begun).toMatchObject({ kind: 'begun', session: { user: 'p-lin' } });
      expect(await store.turns.get(asId('t2'))).toMatchObject({
        session: begun.kind === 'begun' ? begun.session.id : '',
      });
    });
  });

  describe('the scope of a group', () => {
    beforeEach(start);

    it('is what was chosen last for this chat of this channel, until it is given back', async () => {
      const { groups } = store;
      expect(await groups.scopes()).toEqual([]);
      await groups.choose(FEISHU, asId('oc-1'), 'group', asId('p-ada'), NOON);
      await groups.choose(FEISHU, asId('oc-1'), 'topic', asId('p-ada'), NOON);
      await groups.choose(asId('feishu-hr'), asId('oc-1'), 'member', asId('p-ada'), NOON);
      expect(await groups.scopes()).toEqual(
        expect.arrayContaining([
          { channel: FEISHU, chat: 'oc-1', scope: 'topic' },
          { channel: 'feishu-hr', chat: 'oc-1', scope: 'member' },
        ]),
      );
      await groups.choose(FEISHU, asId('oc-1'), undefined, asId('p-ada'), NOON);
      expect(await groups.scopes()).toEqual([{ channel: 'feishu-hr', chat: 'oc-1', scope: 'member' }]);
      const noted = await store.records.audit(asId('p-ada'), 10);
      expect(noted.map(({ action, detail }) => [action, detail['scope']])).toEqual(
        [null, 'member', 'topic', 'group'].map((scope) => ['choose-scope', scope]),
      );
    });
  });

  describe('a session of a person', () => {
    beforeEach(start);

    it('goes on from her other account, under the name it was begun with', async () => {
      const first = await talk.ask(LIN);
      await link();
      expect(await talk.ask(LIN_DING)).toMatchObject({
        id: first.id,
        user: first.user,
        conversation: expect.any(String),
      });
    });

    it('says where it was used last, when that was elsewhere', async () => {
      await talk.ask(LIN);
      await link();
      const there = await talk.begin(await talk.write(LIN_DING));
      expect(there).toMatchObject({ turn: { continuedFrom: 'feishu' } });
    });

    it('is the one used last of two that become hers, and the other one ends', async () => {
      const older = await talk.ask(LIN);
      talk.now += 1;
      const newer = await talk.ask(LIN_DING);
      await link();
      expect([older.id === newer.id, (await talk.ask(LIN)).id]).toEqual([false, newer.id]);
    });

    it('is not to be had for an account that is somebody else’s by now', async () => {
      await link();
      await talk.ask(LIN);
      const question = await talk.write(LIN_DING);
      await store.people.unlink(LIN_DING.channel, asId(LIN_DING.account), DEED, NOON);
      expect(await talk.begin(question)).toEqual({ kind: 'moved' });
    });
  });

  describe('two questions of one person from two platforms', () => {
    beforeEach(async () => {
      await start();
      await link();
      await talk.ask(LIN);
    });

    it('do not run at once: the second waits, and its lane is named when the first has ended', async () => {
      const first = await talk.write(LIN);
      const second = await talk.write(LIN_DING);
      expect(await talk.begin(first)).toMatchObject({ kind: 'begun' });
      expect(await talk.begin(second)).toEqual({ kind: 'waits' });
      const { inboxWaiting, inboxClaimed } = await store.upkeep.depth();
      expect([inboxWaiting, inboxClaimed]).toEqual([1, 1]);
      expect(await talk.end(first)).toMatchObject({ next: second.row.lane });
      const again = await talk.claim(LIN_DING);
      expect([again.row.seq, again.row.attempts]).toEqual([second.row.seq, 1]);
      expect(await talk.begin(again)).toMatchObject({ kind: 'begun' });
      expect(await talk.end(again)).not.toHaveProperty('next');
    });

    it('are answered in the order they came, though the later one asks first', async () => {
      const first = await talk.write(LIN);
      await talk.begin(first);
      await talk.begin(await talk.write(LIN_DING));
      await talk.end(first);
      const later = await talk.write(LIN);
      expect(await talk.begin(later)).toEqual({ kind: 'waits' });
      const waited = await talk.claim(LIN_DING);
      expect(await talk.begin(waited)).toMatchObject({ kind: 'begun' });
      expect(await talk.end(waited)).toMatchObject({ next: later.row.lane });
    });

    it('are looked after by themselves when the wake-up is lost', async () => {
      const first = await talk.write(LIN);
      const second = await talk.write(LIN_DING);
      await talk.begin(first);
      await talk.begin(second);
      expect(await store.upkeep.lanesWithWork(talk.now + 5_000, 10)).toContain(second.row.lane);
    });

    it('go on with a turn that was begun before a restart, though somebody waits for it', async () => {
      const first = await talk.write(LIN);
      const begun = await talk.begin(first);
      await store.inbox.release(first.row.seq, first.held.holder);
      const second = await talk.write(LIN_DING);
      expect(await talk.begin(second)).toEqual({ kind: 'waits' });
      const again = await talk.claim(LIN);
      expect(await talk.begin(again)).toEqual(begun);
    });

    it('run beside each other when one begins a new conversation', async () => {
      const first = await talk.write(LIN);
      await talk.begin(first);
      await store.sessions.reset({ scope: 'person', person: await talk.person(LIN) }, ECHO, NOON);
      expect(await talk.begin(await talk.write(LIN_DING))).toMatchObject({ kind: 'begun' });
    });

    it('do not wait for a turn whose event was given up', async () => {
      const first = await talk.write(LIN);
      await talk.begin(first);
      await store.inbox.fail(first.row.seq, first.held.holder, 'internal', undefined, NOON);
      expect(await talk.begin(await talk.write(LIN_DING))).toMatchObject({ kind: 'begun' });
    });

    it('wait for nobody when each is about another agent', async () => {
      await talk.begin(await talk.write(LIN));
      expect(await talk.begin(await talk.write(LIN_DING, { agent: asId('dify') }))).toMatchObject({ kind: 'begun' });
    });
  });
}
