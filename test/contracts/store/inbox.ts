import { beforeEach, describe, expect, it } from 'vitest';
import { type EventKey, id, type MessageId } from '../../../src/core/ids.ts';
import type { NewInboxRow, Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import {
  asId,
  claimed,
  claimText,
  FEISHU,
  lane,
  lease,
  MINUTE,
  message,
  NOON,
  newTurn,
  notice,
  sent,
  seqIn,
} from './samples.ts';

export function inboxContract(ground: Ground): void {
  describe('a store that runs its calls in order', () => {
    it('lets an event be claimed before its arrival is answered, and the next one before the first is done', async ({
      skip,
    }) => {
      const store = await ground.fresh();
      if (!store.inOrder) return skip('its calls run beside each other');
      const accepting = store.inbox.accept([message('one'), message('two')], NOON);
      const first = await store.claim(lane('lin'), { holder: 'a', until: NOON + MINUTE }, NOON);
      await accepting;
      expect(first).toMatchObject({ box: 'inbox', row: { event: { key: 'one' } } });
      const done = store.inbox.done(seqIn(first), 'a', NOON);
      const second = store.claim(lane('lin'), lease(), NOON);
      await done;
      expect(await second).toMatchObject({ box: 'inbox', row: { event: { key: 'two' } } });
    });
  });

  describe('a claim', () => {
    it('says with an event whether another one waits behind it in its lane', async () => {
      const store = await ground.fresh();
      await store.inbox.accept([message('one'), message('two'), message('other', 'wang')], NOON);
      const first = await store.claim(lane('lin'), { holder: 'a', until: NOON + MINUTE }, NOON);
      expect(first).toMatchObject({ row: { event: { key: 'one' } }, alone: false });
      await store.inbox.done(seqIn(first), 'a', NOON);
      expect(await store.claim(lane('lin'), lease(), NOON)).toMatchObject({
        row: { event: { key: 'two' } },
        alone: true,
      });
      expect(await store.claim(lane('wang'), lease(), NOON)).toMatchObject({ alone: true });
    });

    it('says who works in a lane where it cannot have what waits there, and nothing where nothing waits for it', async () => {
      const store = await ground.fresh();
      await store.inbox.accept([message('one'), message('two')], NOON);
      const held = lease();
      const first = await store.claim(lane('lin'), held, NOON);
      expect(await store.claim(lane('lin'), lease(), NOON)).toEqual({ box: 'held', holder: held.holder });
      await store.inbox.fail(seqIn(first), held.holder, 'agent_busy', NOON + MINUTE, NOON);
      expect(await store.claim(lane('lin'), lease(), NOON)).toBeUndefined();
      expect(await store.claim(lane('nobody'), lease(), NOON)).toBeUndefined();
    });

    it('goes by no lease that has run out', async () => {
      const store = await ground.fresh();
      await store.inbox.accept([message('one')], NOON);
      await store.claim(lane('lin'), lease(NOON + 1), NOON);
      expect(await store.claim(lane('lin'), lease(NOON + MINUTE), NOON + 1)).toMatchObject({ row: { attempts: 2 } });
    });
  });

  describe('an event that is to be taken while it is stored', () => {
    const taking = (text: string, chat = 'lin', held = lease()): NewInboxRow => ({
      ...message(text, chat),
      lease: held,
    });

    it('is held under its lease, as after a claim, and once only', async () => {
      const store = await ground.fresh();
      const held = lease();
      const [first] = await store.inbox.accept([taking('one', 'lin', held)], NOON);
      expect(first).toEqual({ seq: first?.seq, duplicate: false, taken: true });
      expect(await store.claim(lane('lin'), lease(), NOON)).toEqual({ box: 'held', holder: held.holder });
      expect(await store.inbox.get(first?.seq ?? 0)).toMatchObject({ attempts: 1, receivedAt: NOON });
      expect(await store.inbox.accept([taking('one')], NOON)).toEqual([{ seq: first?.seq, duplicate: true }]);
      await store.inbox.done(first?.seq ?? 0, held.holder, NOON);
      expect(await store.claim(lane('lin'), lease(), NOON)).toBeUndefined();
    });

    it('waits behind what is left to do in its lane, whatever that is', async () => {
      const store = await ground.fresh();
      await store.inbox.accept([message('waits', 'waits')], NOON);
      await store.inbox.accept([taking('held', 'held')], NOON);
      await store.outbox.put([notice('to be sent', 'sends')], NOON);
      for (const chat of ['waits', 'held', 'sends']) {
        const [stored] = await store.inbox.accept([taking(`behind ${chat}`, chat)], NOON);
        expect(stored, chat).toEqual({ seq: stored?.seq, duplicate: false });
        expect((await store.inbox.get(stored?.seq ?? 0))?.attempts, chat).toBe(0);
      }
      const [, second] = await store.inbox.accept([taking('first', 'new'), taking('second', 'new')], NOON);
      expect(second).toEqual({ seq: second?.seq, duplicate: false });
    });

    it('is taken where all before it in its lane is done, given up or sent', async () => {
      const store = await ground.fresh();
      for (const [index, end] of (['done', 'dead'] as const).entries()) {
        const held = lease();
        const [stored] = await store.inbox.accept([taking(`before-${index}`, 'lin', held)], NOON);
        if (end === 'done') await store.inbox.done(stored?.seq ?? 0, held.holder, NOON);
        else await store.inbox.fail(stored?.seq ?? 0, held.holder, 'agent_busy', undefined, NOON);
      }
      const held = lease();
      const [out] = await store.outbox.put([notice('sent')], NOON, held);
      await store.outbox.sent(out?.seq ?? 0, held.holder, sent('m'), NOON);
      expect(await store.inbox.accept([taking('now')], NOON)).toMatchObject([{ taken: true }]);
    });

    it('stays before what comes with it and behind it, also where it could not be taken', async () => {
      const store = await ground.fresh();
      await store.inbox.accept([message('open')], NOON);
      const rows = [taking('first'), message('second'), taking('alone', 'chen'), message('third')];
      const accepted = await store.inbox.accept(rows, NOON);
      expect(accepted.map(({ taken }) => taken)).toEqual([undefined, undefined, true, undefined]);
      const [first, second, , third] = accepted.map(({ seq }) => seq);
      expect([first, second, third].toSorted((a = 0, b = 0) => a - b)).toEqual([first, second, third]);
    });

    it('is claimed anew when its lease has run out, and its holder cannot end it any more', async () => {
      const store = await ground.fresh();
      const held = lease(NOON + 1);
      const [stored] = await store.inbox.accept([taking('one', 'lin', held)], NOON);
      expect(await store.upkeep.lanesWithWork(NOON, 10)).toEqual([]);
      expect(await store.upkeep.lanesWithWork(NOON + 1, 10)).toEqual([lane('lin')]);
      expect(await store.claim(lane('lin'), lease(), NOON + 1)).toMatchObject({ row: { attempts: 2 } });
      await expect(store.inbox.done(stored?.seq ?? 0, held.holder, NOON + 1)).rejects.toMatchObject({
        code: 'lease_lost',
      });
    });

    it('is not stored where its author took it back before, and told to whoever has it where she does so after', async () => {
      const store = await ground.fresh();
      await store.inbox.cancel(FEISHU, id<MessageId>('before'), NOON);
      expect(await store.inbox.accept([taking('before')], NOON)).toMatchObject([{ duplicate: true }]);
      const held = lease();
      const [stored] = await store.inbox.accept([taking('after', 'wang', held)], NOON);
      expect(await store.inbox.cancel(FEISHU, id<MessageId>('after'), NOON)).toBe('running');
      const row = await store.inbox.get(stored?.seq ?? 0);
      if (!row) throw new Error('it is stored');
      expect(await store.turns.begin(newTurn('t-after', row), held.holder, NOON)).toEqual({ kind: 'recalled' });
    });
  });

  describe('accepting events', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });

    it('answers in order, with numbers that rise', async () => {
      const accepted = await store.inbox.accept([message('one'), message('two'), message('three', 'wang')], NOON);
      expect(accepted.map((one) => one.duplicate)).toEqual([false, false, false]);
      const numbers = accepted.map((one) => one.seq);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(new Set(numbers).size).toBe(3);
    });

    it('stores an event once, however often it comes in one call', async () => {
      const [first, again, other] = await store.inbox.accept([message('a'), message('a'), message('b')], NOON);
      expect(again).toEqual({ seq: first?.seq, duplicate: true });
      expect(other?.duplicate).toBe(false);
    });

    it('stores an event once, however often it is delivered', async () => {
      const [first] = await store.inbox.accept([message('a')], NOON);
      const [again] = await store.inbox.accept([message('a')], NOON + 7 * 60 * MINUTE);
      expect(again).toEqual({ seq: first?.seq, duplicate: true });
    });

    it('stores an event once when its deliveries come at the same time', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => store.inbox.accept([message('a')], NOON)));
      const all = answers.flat();
      expect(new Set(all.map((one) => one.seq)).size).toBe(1);
      expect(all.filter((one) => !one.duplicate)).toHaveLength(1);
    });

    it('knows an event again when it is done', async () => {
      const [row, held] = await claimed(store, 'a');
      await store.inbox.done(row.seq, held.holder, NOON);
      expect(await store.inbox.accept([message('a')], NOON)).toEqual([{ seq: row.seq, duplicate: true }]);
    });

    it('keeps the events of two channels apart, though their keys are the same', async () => {
      const other = { ...message('a'), channel: id<typeof FEISHU>('feishu-hr') };
      const accepted = await store.inbox.accept([message('a'), other], NOON);
      expect(accepted.map((one) => one.duplicate)).toEqual([false, false]);
    });

    it('stores nothing of a call of which one row cannot be stored', async () => {
      const broken = { ...message('b'), lane: null as unknown as ReturnType<typeof lane> };
      await expect(store.inbox.accept([message('a'), broken], NOON)).rejects.toMatchObject({ code: 'internal' });
      expect(await store.inbox.accept([message('a')], NOON)).toMatchObject([{ duplicate: false }]);
    });

    it('stores with pulled events how far they bring us', async () => {
      const place = (name: string, at: string) => ({ channel: FEISHU, name, place: at });
      expect(await store.inbox.cursor(FEISHU, 'one')).toBeUndefined();
      await store.inbox.accept([message('a')], NOON, place('one', 'c1'));
      await store.inbox.accept([], NOON, place('two', 'c7'));
      await store.inbox.accept([message('b')], NOON, place('one', 'c2'));
      expect(await store.inbox.cursor(FEISHU, 'one')).toBe('c2');
      expect(await store.inbox.cursor(FEISHU, 'two')).toBe('c7');
      expect(await store.inbox.cursor(id('feishu-hr'), 'one')).toBeUndefined();
    });

    it('goes no further than what could be stored', async () => {
      const broken = { ...message('b'), lane: null as unknown as ReturnType<typeof lane> };
      const cursor = { channel: FEISHU, name: 'one', place: 'c1' };
      await expect(store.inbox.accept([broken], NOON, cursor)).rejects.toMatchObject({ code: 'internal' });
      expect(await store.inbox.cursor(FEISHU, 'one')).toBeUndefined();
    });

    it('gives an event back as it came', async () => {
      const event = message('你好 👋 "quoted" \u0000 \ud83d', 'lin', { quoted: id('earlier') });
      await store.inbox.accept([event], NOON);
      const row = await store.inbox.claim(lane('lin'), lease(), NOON + 5);
      expect(row).toMatchObject({ channel: FEISHU, lane: event.lane, receivedAt: NOON, attempts: 1 });
      expect(row?.event).toEqual(event.event);
      expect(await store.inbox.get(row?.seq ?? 0)).toEqual(row);
    });

    it('knows nothing of a number that was never given', async () => {
      expect(await store.inbox.get(4711)).toBeUndefined();
    });
  });

  describe('claiming events', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });

    it('gives the rows of a lane in the order of their arrival, one at a time', async () => {
      await store.inbox.accept([message('one'), message('two')], NOON);
      await store.inbox.accept([message('three')], NOON);
      for (const text of ['one', 'two', 'three']) {
        const held = lease();
        const row = await store.inbox.claim(lane('lin'), held, NOON);
        expect(row?.event.key).toBe(text);
        await store.inbox.done(row?.seq ?? 0, held.holder, NOON);
      }
      expect(await claimText(store)).toBeUndefined();
    });

    it('refuses a lane that somebody holds, and gives others meanwhile', async () => {
      await claimed(store, 'one');
      await store.inbox.accept([message('two'), message('elsewhere', 'wang')], NOON);
      expect(await claimText(store)).toBeUndefined();
      expect(await claimText(store, 'wang')).toBe('elsewhere');
    });

    it('gives one of many claims at the same time the row', async () => {
      await store.inbox.accept([message('one'), message('two')], NOON);
      const claims = await Promise.all(Array.from({ length: 10 }, () => claimText(store)));
      expect(claims.filter((text) => text !== undefined)).toEqual(['one']);
    });

    it('waits while a message of the lane is on its way out', async () => {
      await store.inbox.accept([message('one')], NOON);
      const [out] = await store.outbox.put([notice('n')], NOON);
      expect(await claimText(store)).toBeUndefined();
      const held = lease();
      await store.outbox.claim(lane('lin'), held, NOON);
      expect(await claimText(store)).toBeUndefined();
      await store.outbox.sent(out?.seq ?? 0, held.holder, { handle: {}, minUpdateIntervalMs: 0 }, NOON);
      expect(await claimText(store)).toBe('one');
    });

    it('does not wait for a message that was given up', async () => {
      await store.inbox.accept([message('one')], NOON);
      const held = lease();
      const [out] = await store.outbox.put([notice('n')], NOON, held);
      await store.outbox.fail(out?.seq ?? 0, held.holder, 'platform_rejected', undefined, NOON);
      expect(await claimText(store)).toBe('one');
    });

    it('holds up the followers of a row that waits for its retry', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.inbox.accept([message('two')], NOON);
      await store.inbox.fail(row.seq, held.holder, 'agent_busy', NOON + MINUTE, NOON);
      expect(await claimText(store, 'lin', NOON + MINUTE - 1)).toBeUndefined();
      expect(await claimText(store, 'lin', NOON + MINUTE)).toBe('one');
    });

    it('passes over a row that is dead', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.inbox.accept([message('two')], NOON);
      await store.inbox.fail(row.seq, held.holder, 'internal', undefined, NOON);
      expect(await claimText(store)).toBe('two');
    });

    it('counts how often a row was claimed', async () => {
      const [row, held] = await claimed(store, 'one');
      expect(row.attempts).toBe(1);
      await store.inbox.fail(row.seq, held.holder, 'agent_busy', NOON, NOON);
      expect(await store.inbox.claim(lane('lin'), lease(), NOON)).toMatchObject({ attempts: 2 });
    });

    it('gives back a released row at once, and does not count it', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.inbox.release(row.seq, held.holder);
      expect(await store.inbox.claim(lane('lin'), lease(), NOON)).toMatchObject({ seq: row.seq, attempts: 1 });
    });
  });

  describe('holding an event', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });

    it('gives the row to another when the lease has run out', async () => {
      const [row, held] = await claimed(store, 'one', 'lin', lease(NOON + MINUTE));
      expect(await claimText(store, 'lin', NOON + MINUTE - 1)).toBeUndefined();
      const next = await store.inbox.claim(lane('lin'), lease(NOON + 2 * MINUTE), NOON + MINUTE);
      expect(next).toMatchObject({ seq: row.seq, attempts: 2 });
      expect(next).not.toMatchObject({ holder: held.holder });
    });

    it('refuses every write of one whose row somebody else has by now', async () => {
      const [row, late] = await claimed(store, 'one', 'lin', lease(NOON + MINUTE));
      const now = NOON + 2 * MINUTE;
      await store.turns.begin(newTurn('t1', row), late.holder, NOON);
      expect(await claimText(store, 'lin', now)).toBe('one');
      const writes = [
        store.inbox.renew(row.seq, late),
        store.inbox.done(row.seq, late.holder, now),
        store.inbox.fail(row.seq, late.holder, 'internal', now, now),
        store.inbox.fail(row.seq, late.holder, 'internal', undefined, now),
        store.inbox.release(row.seq, late.holder),
        store.turns.begin(newTurn('t2', row), late.holder, now),
        store.turns.saveRun(id('t1'), late.holder, { user: 'u' }),
        store.turns.saveSent(id('t1'), late.holder, 0, { handle: {}, minUpdateIntervalMs: 0 }),
        store.turns.end({ turn: id('t1'), state: 'done', suggested: [], replies: [], seq: row.seq, lease: late }, now),
      ];
      const outcomes = await Promise.allSettled(writes);
      expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual(
        writes.map(() => 'lease_lost'),
      );
    });

    it('keeps a row as long as its lease is renewed', async () => {
      const [row, held] = await claimed(store, 'one', 'lin', lease(NOON + MINUTE));
      await store.inbox.renew(row.seq, { holder: held.holder, until: NOON + 3 * MINUTE });
      expect(await claimText(store, 'lin', NOON + 2 * MINUTE)).toBeUndefined();
      expect(await claimText(store, 'lin', NOON + 3 * MINUTE)).toBe('one');
    });

    it('lets one go on whose lease has run out as long as nobody else has come', async () => {
      const [row, held] = await claimed(store, 'one', 'lin', lease(NOON + MINUTE));
      await store.inbox.done(row.seq, held.holder, NOON + 5 * MINUTE);
      expect(await claimText(store, 'lin', NOON + 5 * MINUTE)).toBeUndefined();
    });

    it('refuses to end a row twice', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.inbox.done(row.seq, held.holder, NOON);
      await expect(store.inbox.done(row.seq, held.holder, NOON)).rejects.toMatchObject({ code: 'lease_lost' });
    });

    it('stores what follows from an event in the step that ends it', async () => {
      const [row, held] = await claimed(store, 'press');
      await store.inbox.done(row.seq, held.holder, NOON, [message('asked'), message('press')]);
      expect(await claimText(store)).toBe('asked');
    });

    it('stores nothing that follows from an event when the lease was lost', async () => {
      const [row, late] = await claimed(store, 'press', 'lin', lease(NOON + MINUTE));
      await claimText(store, 'lin', NOON + MINUTE);
      const done = store.inbox.done(row.seq, late.holder, NOON + MINUTE, [message('asked', 'wang')]);
      await expect(done).rejects.toMatchObject({ code: 'lease_lost' });
      expect(await claimText(store, 'wang')).toBeUndefined();
    });
  });

  describe('taking a message back', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });
    const cancel = (text: string) => store.inbox.cancel(FEISHU, id(text), NOON);

    it('ends one that waits', async () => {
      await store.inbox.accept([message('one'), message('two')], NOON);
      expect(await cancel('one')).toBe('canceled');
      expect(await claimText(store)).toBe('two');
      expect(await cancel('one')).toBe('over');
    });

    it('finds a message by its id where the event has another key', async () => {
      await store.inbox.accept([message('one', 'lin', { key: id('msg-id-77') })], NOON);
      expect(await cancel('msg-id-77')).toBe('unknown');
      expect(await cancel('one')).toBe('canceled');
    });

    it('only reports one that is worked on', async () => {
      const [row, held] = await claimed(store, 'one');
      expect(await cancel('one')).toBe('running');
      await store.inbox.done(row.seq, held.holder, NOON);
    });

    it('keeps one from beginning that is claimed and has not begun, also in a later try', async () => {
      const [row, held] = await claimed(store, 'one');
      expect(await cancel('one')).toBe('running');
      expect(await store.turns.begin(newTurn('t1', row), held.holder, NOON)).toEqual({ kind: 'recalled' });
      expect(await store.turns.get(asId('t1'))).toBeUndefined();
      await store.inbox.fail(row.seq, held.holder, 'platform_unavailable', NOON, NOON);
      const again = lease();
      await store.inbox.claim(lane('lin'), again, NOON);
      expect(await store.turns.begin(newTurn('t1', row), again.holder, NOON)).toEqual({ kind: 'recalled' });
    });

    it('lets one that has begun go on to its end', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.turns.begin(newTurn('t1', row), held.holder, NOON);
      expect(await cancel('one')).toBe('running');
      const begun = await store.turns.begin(newTurn('t1', row), held.holder, NOON);
      expect(begun).toMatchObject({ kind: 'begun', turn: { stop: 'recalled' } });
    });

    it('ends one whose worker is gone and has shown nothing', async () => {
      const [row, held] = await claimed(store, 'one', 'lin', lease(NOON));
      expect(await cancel('one')).toBe('canceled');
      await expect(store.inbox.done(row.seq, held.holder, NOON)).rejects.toMatchObject({ code: 'lease_lost' });
    });

    it('leaves one alone whose turn people may see already, though it waits for another try', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.turns.begin(newTurn('t1', row), held.holder, NOON);
      await store.inbox.release(row.seq, held.holder);
      expect(await cancel('one')).toBe('running');
      expect(await store.turns.get(asId('t1'))).toMatchObject({ state: 'running', stop: 'recalled' });
      expect(await claimText(store)).toBe('one');
    });

    it('makes one due at once that waits for its next try, so that it can be closed', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.turns.begin(newTurn('t1', row), held.holder, NOON);
      await store.inbox.fail(row.seq, held.holder, 'platform_unavailable', NOON + MINUTE, NOON);
      expect(await claimText(store)).toBeUndefined();
      expect(await cancel('one')).toBe('running');
      expect(await claimText(store)).toBe('one');
    });

    it('keeps out a message that was taken back before it came', async () => {
      expect(await cancel('one')).toBe('unknown');
      expect(await store.inbox.accept([message('one'), message('two')], NOON)).toMatchObject([
        { duplicate: true },
        { duplicate: false },
      ]);
      expect(await claimText(store)).toBe('two');
    });

    it('says when it is over, and when it never came', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.inbox.done(row.seq, held.holder, NOON);
      expect(await cancel('one')).toBe('over');
      expect(await cancel('two')).toBe('unknown');
    });

    it('does not take a press on a card for the message', async () => {
      const { from, to } = message('press').event;
      const about = { key: asId<EventKey>('press'), at: NOON, from, to, message: asId<MessageId>('card') };
      const press = { kind: 'card-action' as const, ...about, value: 1 };
      await store.inbox.accept([{ channel: FEISHU, lane: lane('press'), event: press }], NOON);
      expect(await cancel('card')).toBe('unknown');
    });
  });
}
