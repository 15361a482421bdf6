import { beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../../src/core/store.ts';
import type { RetentionTimes } from '../../../src/core/upkeep-store.ts';
import type { Ground } from '../store.contract.ts';
import {
  asId,
  claimed,
  claimText,
  FEISHU,
  frame,
  lane,
  lease,
  MINUTE,
  message,
  NOON,
  newTurn,
  notice,
  sent,
} from './samples.ts';

const NEVER: RetentionTimes = { inboxDone: 0, outboxSent: 0, turns: 0, dead: 0, memos: 0, placeholders: 0 };

export function upkeepContract(ground: Ground): void {
  describe('finding work', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });
    const lanes = (now = NOON, limit = 10) => store.upkeep.lanesWithWork(now, limit);

    it('names lanes with work, oldest first, each once', async () => {
      await store.inbox.accept([message('b', 'wang')], NOON - 2);
      await store.inbox.accept([message('a'), message('c')], NOON - 1);
      await store.outbox.put([notice('n', 'zhao')], NOON - 3);
      expect(await lanes()).toEqual([lane('zhao'), lane('wang'), lane('lin')]);
      expect(await lanes(NOON, 2)).toEqual([lane('zhao'), lane('wang')]);
    });

    it('leaves out lanes that somebody works in', async () => {
      await claimed(store, 'one');
      await store.inbox.accept([message('two')], NOON);
      expect(await lanes()).toEqual([]);
      expect(await lanes(NOON + MINUTE)).toEqual([lane('lin')]);
    });

    it('leaves out lanes whose first row waits for its retry', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.inbox.accept([message('two')], NOON);
      await store.inbox.fail(row.seq, held.holder, 'agent_busy', NOON + MINUTE, NOON);
      expect(await lanes()).toEqual([]);
      expect(await store.upkeep.nextDueAt(NOON)).toBe(NOON + MINUTE);
      expect(await lanes(NOON + MINUTE)).toEqual([lane('lin')]);
    });

    it('leaves out lanes with a message that waits for its retry', async () => {
      await store.inbox.accept([message('one')], NOON);
      const held = lease();
      const [out] = await store.outbox.put([notice('n')], NOON, held);
      await store.outbox.fail(out?.seq ?? 0, held.holder, 'platform_throttled', NOON + MINUTE, NOON);
      expect(await lanes()).toEqual([]);
      expect(await lanes(NOON + MINUTE)).toEqual([lane('lin')]);
    });

    it('knows when something becomes due: the first retry, or the end of a lease', async () => {
      expect(await store.upkeep.nextDueAt(NOON)).toBeUndefined();
      await store.inbox.accept([message('waits already', 'zhao')], NOON);
      expect(await store.upkeep.nextDueAt(NOON)).toBeUndefined();
      await claimed(store, 'one', 'lin', lease(NOON + 3 * MINUTE));
      expect(await store.upkeep.nextDueAt(NOON)).toBe(NOON + 3 * MINUTE);
      await store.outbox.put([notice('n', 'wang')], NOON, lease(NOON + 2 * MINUTE));
      expect(await store.upkeep.nextDueAt(NOON)).toBe(NOON + 2 * MINUTE);
    });

    it('counts what waits', async () => {
      expect(await store.upkeep.depth()).toEqual({
        inboxWaiting: 0,
        inboxClaimed: 0,
        inboxDead: 0,
        outboxWaiting: 0,
        outboxDead: 0,
      });
      await claimed(store, 'one');
      await store.inbox.accept([message('two')], NOON + 1);
      await store.outbox.put([notice('n', 'wang')], NOON);
      expect(await store.upkeep.depth()).toEqual({
        inboxWaiting: 1,
        inboxClaimed: 1,
        inboxDead: 0,
        outboxWaiting: 1,
        outboxDead: 0,
        oldestInboxAt: NOON,
      });
    });
  });

  describe('dead letters', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });

    it('are shown, newest first, with what is known of them', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.inbox.fail(row.seq, held.holder, 'internal', undefined, NOON + 1);
      const other = lease();
      const [out] = await store.outbox.put([notice('n')], NOON, other);
      await store.outbox.fail(out?.seq ?? 0, other.holder, 'platform_forbidden', undefined, NOON + 2);
      const inbox = { box: 'inbox', seq: row.seq, code: 'internal', at: NOON + 1 };
      const outbox = { box: 'outbox', seq: out?.seq, code: 'platform_forbidden', at: NOON + 2 };
      const both = { channel: FEISHU, lane: lane('lin'), attempts: 1 };
      expect(await store.upkeep.deadLetters(10)).toEqual([
        { ...outbox, ...both },
        { ...inbox, ...both },
      ]);
      expect(await store.upkeep.deadLetters(1)).toHaveLength(1);
      expect(await store.upkeep.depth()).toMatchObject({ inboxDead: 1, outboxDead: 1 });
    });

    it('can be put back to work, with all their attempts', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.inbox.fail(row.seq, held.holder, 'internal', undefined, NOON);
      await store.inbox.accept([message('two')], NOON);
      expect(await store.upkeep.replay('inbox', row.seq, NOON)).toBe(lane('lin'));
      expect(await store.inbox.claim(lane('lin'), lease(), NOON)).toMatchObject({ seq: row.seq, attempts: 1 });
      expect(await store.upkeep.deadLetters(10)).toEqual([]);
    });

    it('are put back without disturbing what is worked on in the lane', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.inbox.fail(row.seq, held.holder, 'internal', undefined, NOON);
      const [second, lease2] = await claimed(store, 'two');
      await store.upkeep.replay('inbox', row.seq, NOON);
      expect(await claimText(store)).toBeUndefined();
      expect(await store.upkeep.lanesWithWork(NOON, 10)).toEqual([]);
      await store.inbox.done(second.seq, lease2.holder, NOON);
      expect(await claimText(store)).toBe('one');
    });

    it('of the outbox can be put back too', async () => {
      const held = lease();
      const [out] = await store.outbox.put([notice('n')], NOON, held);
      await store.outbox.fail(out?.seq ?? 0, held.holder, 'platform_rejected', undefined, NOON);
      expect(await store.upkeep.replay('outbox', out?.seq ?? 0, NOON)).toBe(lane('lin'));
      expect(await store.outbox.claim(lane('lin'), lease(), NOON)).toMatchObject({ seq: out?.seq });
    });

    it('cannot be put back when they are none', async () => {
      const [row] = await claimed(store, 'one');
      expect(await store.upkeep.replay('inbox', row.seq, NOON)).toBeUndefined();
      expect(await store.upkeep.replay('outbox', 4711, NOON)).toBeUndefined();
    });
  });

  describe('removing what is old', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });

    it('takes what was finished before its time, and no event key earlier', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.turns.begin(newTurn('t1', row), held.holder, NOON);
      const end = {
        turn: asId<ReturnType<typeof newTurn>['id']>('t1'),
        state: 'done',
        suggested: [],
        seq: row.seq,
      } as const;
      const {
        replies: [out],
      } = await store.turns.end({ ...end, replies: [frame('t1')], lease: held }, NOON);
      await store.outbox.sent(out?.seq ?? 0, held.holder, sent('m1'), NOON);
      await store.turns.rate(end.turn, asId('p-lin'), 'up', 1, NOON);

      const all = { inboxDone: NOON, outboxSent: NOON, turns: NOON, dead: NOON, memos: NOON, placeholders: NOON };
      expect(await store.upkeep.purge(all, 100)).toBe(0);
      expect(await store.inbox.accept([message('one')], NOON)).toMatchObject([{ duplicate: true }]);

      expect(await store.upkeep.purge({ ...NEVER, inboxDone: NOON + 1 }, 100)).toBe(1);
      expect(await store.turns.get(end.turn)).toBeDefined();
      expect(await store.upkeep.purge({ ...NEVER, outboxSent: NOON + 1, turns: NOON + 1 }, 100)).toBe(2);
      expect(await store.turns.get(end.turn)).toBeUndefined();
      expect(await store.outbox.lastFrameOf(end.turn)).toBeUndefined();
      expect(await store.inbox.accept([message('one')], NOON)).toMatchObject([{ duplicate: false }]);
    });

    it('takes no more at once than it was told', async () => {
      for (const text of ['a', 'b', 'c']) {
        const [row, held] = await claimed(store, text);
        await store.inbox.done(row.seq, held.holder, NOON);
      }
      const old = { ...NEVER, inboxDone: NOON + 1 };
      expect([await store.upkeep.purge(old, 2), await store.upkeep.purge(old, 2)]).toEqual([2, 1]);
    });

    it('never takes what is not finished, however old', async () => {
      await store.inbox.accept([message('waiting', 'zhao')], NOON);
      await claimed(store, 'claimed', 'wang');
      await store.outbox.put([notice('n')], NOON);
      const future = NOON * 2;
      const all = {
        inboxDone: future,
        outboxSent: future,
        turns: future,
        dead: future,
        memos: future,
        placeholders: future,
      };
      expect(await store.upkeep.purge(all, 100)).toBe(0);
    });

    it('keeps dead letters for their own time', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.inbox.fail(row.seq, held.holder, 'internal', undefined, NOON);
      expect(await store.upkeep.purge({ ...NEVER, inboxDone: NOON + 1 }, 100)).toBe(0);
      expect(await store.upkeep.purge({ ...NEVER, dead: NOON + 1 }, 100)).toBe(1);
    });

    it('never gives a number twice', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.inbox.done(row.seq, held.holder, NOON);
      await store.upkeep.purge({ ...NEVER, inboxDone: NOON + 1 }, 100);
      const [next] = await store.inbox.accept([message('two')], NOON);
      expect(next?.seq).toBeGreaterThan(row.seq);
    });
  });

  describe('opening a store', () => {
    it('keeps what was stored before', async () => {
      const place = await ground.place();
      const first = await ground.open(place);
      await first.inbox.accept([message('one')], NOON);
      await first.close();
      const second = await ground.open(place);
      expect(await claimText(second)).toBe('one');
    });

    it('refuses every call when it is closed, after answering those before', async () => {
      const store = await ground.fresh();
      const before = store.inbox.accept([message('one')], NOON);
      const closing = store.close();
      const after = store.inbox.accept([message('two')], NOON);
      await expect(after).rejects.toMatchObject({ code: 'store_unavailable' });
      expect(await before).toMatchObject([{ duplicate: false }]);
      await closing;
      await store.close();
    });

    it.runIf(ground.engine.oneOwner)('makes at once claimable what a dead process held', async () => {
      const place = await ground.place();
      const first = await ground.open(place);
      await first.upkeep.open('first', NOON);
      const [row, held] = await claimed(first, 'one');
      await first.turns.begin(newTurn('t1', row), held.holder, NOON);
      await first.outbox.put([notice('n', 'wang')], NOON, lease());
      await first.close();

      const second = await ground.open(place);
      expect(await second.upkeep.open('second', NOON + 1)).toEqual({ recovered: 2 });
      expect(await second.inbox.claim(row.lane, lease(), NOON + 1)).toMatchObject({ seq: row.seq, attempts: 2 });
      const out = await second.outbox.claim(lane('wang'), lease(), NOON + 1);
      expect(out).toMatchObject({ attempts: 2, doubts: 1 });
      await expect(second.inbox.done(row.seq, held.holder, NOON)).rejects.toMatchObject({ code: 'lease_lost' });
    });

    it.runIf(ground.engine.oneOwner)('lets one work on it, and others look at it', async () => {
      const place = await ground.place();
      const owner = await ground.open(place);
      await owner.upkeep.open('owner', NOON);
      await owner.inbox.accept([message('one')], NOON);

      const other = await ground.open(place);
      await expect(other.upkeep.open('other', NOON)).rejects.toMatchObject({ code: 'store_locked' });
      expect(await other.upkeep.depth()).toMatchObject({ inboxWaiting: 1 });
      expect(await other.upkeep.deadLetters(10)).toEqual([]);

      await owner.close();
      expect(await other.upkeep.open('other', NOON)).toEqual({ recovered: 0 });
    });
  });
}
