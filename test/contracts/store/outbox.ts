import { beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { asId, claimed, FEISHU, frame, lane, lease, MINUTE, message, NOON, notice, sent, seqIn } from './samples.ts';

export function outboxContract(ground: Ground): void {
  describe('putting messages into the outbox', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });

    it('lets them wait for a claim, in order', async () => {
      const rows = await store.outbox.put([notice('a'), notice('b')], NOON);
      expect(rows.map((row) => [row.message.key, row.attempts, row.doubts, row.createdAt])).toEqual([
        ['a', 0, 0, NOON],
        ['b', 0, 0, NOON],
      ]);
      const held = lease();
      const claimedRow = await store.outbox.claim(lane('lin'), held, NOON + 1);
      expect(claimedRow).toEqual({ ...rows[0], attempts: 1 });
    });

    it('gives them to whoever brings a lease', async () => {
      const held = lease();
      const [row] = await store.outbox.put([notice('a')], NOON, held);
      expect(row).toMatchObject({ attempts: 1, doubts: 0 });
      expect(await store.outbox.claim(lane('lin'), lease(), NOON)).toBeUndefined();
      await store.outbox.sent(row?.seq ?? 0, held.holder, sent('m1'), NOON);
    });

    it('keeps one message a send key, in one call and across calls', async () => {
      const [first, again] = await store.outbox.put([notice('a'), notice('a')], NOON);
      expect(again).toEqual(first);
      expect(await store.outbox.put([notice('a')], NOON + 1)).toEqual([first]);
    });

    it('takes a message over that waits already', async () => {
      const [waiting] = await store.outbox.put([notice('a')], NOON);
      const held = lease();
      expect(await store.outbox.put([notice('a')], NOON, held)).toEqual([{ ...waiting, attempts: 1 }]);
      await store.outbox.sent(waiting?.seq ?? 0, held.holder, sent('m1'), NOON);
    });

    it('takes a message over whose sender is gone, as one in doubt', async () => {
      const [gone] = await store.outbox.put([notice('a')], NOON, lease(NOON + MINUTE));
      const again = await store.outbox.put([notice('a')], NOON + MINUTE, lease(NOON + 2 * MINUTE));
      expect(again).toEqual([{ ...gone, attempts: 2, doubts: 1 }]);
    });

    it('takes back the doubt of a try that has not left, where somebody else has counted it and the message is not over', async () => {
      const late = lease(NOON + MINUTE);
      const [row] = await store.outbox.put([notice('a')], NOON, late);
      const seq = row?.seq ?? 0;
      await store.outbox.doubt(seq, late.holder);
      await store.outbox.unsent(seq, late.holder);
      const second = await store.outbox.claim(lane('lin'), lease(NOON + 2 * MINUTE), NOON + MINUTE);
      expect(second).toMatchObject({ attempts: 2, doubts: 2 });
      await store.outbox.unsent(seq, late.holder);
      const held = lease(NOON + 3 * MINUTE);
      expect(await store.outbox.claim(lane('lin'), held, NOON + 2 * MINUTE)).toMatchObject({ attempts: 3, doubts: 2 });
      await store.outbox.sent(seq, held.holder, sent('m1'), NOON);
      await store.outbox.unsent(seq, late.holder);
      expect(await store.outbox.ofKey(FEISHU, asId('a'))).toMatchObject({ doubts: 2, sent: sent('m1') });
    });

    it('ends a lease before its time for what it holds in a lane, and nothing else', async () => {
      const held = lease();
      const [a] = await store.outbox.put([notice('a')], NOON, held);
      await store.outbox.put([notice('b', 'chen')], NOON, held);
      await store.inbox.accept([message('c', 'wang')], NOON);
      const event = seqIn(await store.claim(lane('wang'), held, NOON));
      for (const chat of ['lin', 'chen', 'wang']) await store.lapse(lane(chat), 'worker:another', NOON);
      for (const chat of ['lin', 'wang']) await store.lapse(lane(chat), held.holder, NOON);
      expect(await store.claim(lane('chen'), lease(), NOON)).toEqual({ box: 'held', holder: held.holder });
      const next = [await store.claim(lane('lin'), lease(), NOON), await store.claim(lane('wang'), lease(), NOON)];
      expect(next).toMatchObject([
        { box: 'outbox', row: { seq: a?.seq, attempts: 2, doubts: 1 } },
        { box: 'inbox', row: { seq: event, attempts: 2 } },
      ]);
    });

    it('leaves out what is not for this sender: sent, given up, or in the hands of another', async () => {
      const held = lease();
      const [a, b] = await store.outbox.put([notice('a'), notice('b'), notice('c')], NOON, held);
      await store.outbox.sent(a?.seq ?? 0, held.holder, sent('m1'), NOON);
      await store.outbox.fail(b?.seq ?? 0, held.holder, 'platform_rejected', undefined, NOON);
      const rows = await store.outbox.put([notice('a'), notice('b'), notice('c'), notice('d')], NOON, lease());
      expect(rows.map((row) => row.message.key)).toEqual(['d']);
    });

    it('keeps what is known of a message on the screen', async () => {
      await store.outbox.put([{ ...frame('t1'), sent: sent('m1') }], NOON);
      expect(await store.outbox.claim(lane('lin'), lease(), NOON)).toMatchObject({ sent: sent('m1'), turn: 't1' });
    });
  });

  describe('claiming messages', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });
    const claim = (now = NOON, held = lease(now + MINUTE)) => store.outbox.claim(lane('lin'), held, now);

    it('refuses a lane in which an event is worked on', async () => {
      const [row, held] = await claimed(store, 'one');
      await store.outbox.put([notice('a')], NOON);
      expect(await claim()).toBeUndefined();
      await store.inbox.done(row.seq, held.holder, NOON);
      expect(await claim()).toMatchObject({ message: { key: 'a' } });
    });

    it('refuses a lane in which a message is being sent', async () => {
      await store.outbox.put([notice('a'), notice('b')], NOON);
      expect(await claim()).toMatchObject({ message: { key: 'a' } });
      expect(await claim()).toBeUndefined();
    });

    it('holds up the followers of a message that waits for its retry', async () => {
      await store.outbox.put([notice('a'), notice('b')], NOON);
      const held = lease();
      const row = await claim(NOON, held);
      await store.outbox.fail(row?.seq ?? 0, held.holder, 'platform_throttled', NOON + MINUTE, NOON);
      expect(await claim(NOON + MINUTE - 1)).toBeUndefined();
      expect(await claim(NOON + MINUTE)).toMatchObject({ message: { key: 'a' }, attempts: 2, doubts: 0 });
    });

    it('passes over a message that was given up', async () => {
      await store.outbox.put([notice('a'), notice('b')], NOON);
      const held = lease();
      const row = await claim(NOON, held);
      await store.outbox.fail(row?.seq ?? 0, held.holder, 'platform_rejected', undefined, NOON);
      expect(await claim()).toMatchObject({ message: { key: 'b' } });
    });

    it('gives back a released message at once, and does not count it', async () => {
      await store.outbox.put([notice('a')], NOON);
      const held = lease();
      const row = await claim(NOON, held);
      await store.outbox.release(row?.seq ?? 0, held.holder);
      expect(await claim()).toMatchObject({ message: { key: 'a' }, attempts: 1, doubts: 0 });
    });

    it('marks a message in doubt when its sender never said how it ended, and gives his notes to the next', async () => {
      await store.outbox.put([notice('a')], NOON);
      const late = lease(NOON + MINUTE);
      const row = await claim(NOON, late);
      await store.outbox.note(row?.seq ?? 0, late.holder, sent('m1'));
      expect(await claim(NOON + MINUTE)).toMatchObject({ doubts: 1, attempts: 2, sent: sent('m1') });
    });

    it('refuses every write of one whose message somebody else has by now', async () => {
      await store.outbox.put([notice('a')], NOON);
      const late = lease(NOON + MINUTE);
      const seq = (await claim(NOON, late))?.seq ?? 0;
      const now = NOON + MINUTE;
      await claim(now);
      const outcomes = await Promise.allSettled([
        store.outbox.note(seq, late.holder, sent('m1')),
        store.outbox.sent(seq, late.holder, sent('m1'), now),
        store.outbox.fail(seq, late.holder, 'internal', now, now),
        store.outbox.fail(seq, late.holder, 'internal', undefined, now),
        store.outbox.release(seq, late.holder),
        store.inbox.renew(seq, { holder: late.holder, until: now + MINUTE }),
      ]);
      expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual(
        outcomes.map(() => 'lease_lost'),
      );
    });

    it('keeps messages as long as the lease they were taken over under is renewed', async () => {
      const [row, held] = await claimed(store, 'one', 'lin', lease(NOON + MINUTE));
      const [out] = await store.outbox.put([notice('a')], NOON, held);
      await store.inbox.done(row.seq, held.holder, NOON);
      await store.inbox.renew(row.seq, { holder: held.holder, until: NOON + 3 * MINUTE });
      expect(await claim(NOON + 2 * MINUTE)).toBeUndefined();
      await store.outbox.sent(out?.seq ?? 0, held.holder, sent('m1'), NOON + 2 * MINUTE);
    });
  });

  describe('keeping a message that is on its way', () => {
    it('holds off others for longer, as long as it is ours', async () => {
      const store = await ground.fresh();
      const [row] = await store.outbox.put([notice('a')], NOON);
      const held = lease(NOON + 1);
      await store.outbox.claim(lane('lin'), held, NOON);
      await store.outbox.renew(row?.seq ?? 0, { ...held, until: NOON + MINUTE });
      expect(await store.outbox.claim(lane('lin'), lease(), NOON + 2)).toBeUndefined();
      const later = lease(NOON + 3 * MINUTE);
      expect(await store.outbox.claim(lane('lin'), later, NOON + 2 * MINUTE)).toMatchObject({ seq: row?.seq });
      await expect(store.outbox.renew(row?.seq ?? 0, held)).rejects.toMatchObject({ code: 'lease_lost' });
    });
  });

  describe('looking at messages that were sent', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });

    it('finds the last frame of a turn, sent or not', async () => {
      const held = lease();
      const rows = await store.outbox.put(
        [frame('t1', 0), frame('t1', 1), { ...notice('n'), turn: asId('t1') }],
        NOON,
        held,
      );
      expect(await store.outbox.lastFrameOf(asId('t1'))).toMatchObject({ seq: rows[1]?.seq, part: 1 });
      for (const row of rows) await store.outbox.sent(row.seq, held.holder, sent(`m${row.seq}`), NOON);
      expect(await store.outbox.lastFrameOf(asId('t1'))).toMatchObject({ part: 1, sent: sent(`m${rows[1]?.seq}`) });
      expect(await store.outbox.lastFrameOf(asId('t2'))).toBeUndefined();
    });

    it('finds a message by its key, sent or not', async () => {
      const held = lease();
      const [row] = await store.outbox.put([frame('t1')], NOON, held);
      const { to, key } = row?.message ?? frame('t1').message;
      expect(await store.outbox.ofKey(to.channel, key)).toMatchObject({ seq: row?.seq, part: 0 });
      await store.outbox.sent(row?.seq ?? 0, held.holder, sent('m1'), NOON);
      expect(await store.outbox.ofKey(to.channel, key)).toMatchObject({ sent: sent('m1') });
      expect(await store.outbox.ofKey(to.channel, asId('k-other'))).toBeUndefined();
    });

    it('shows a message as it was revised', async () => {
      const [row] = await store.outbox.put([frame('t1')], NOON);
      if (row?.message.kind !== 'frame') throw new Error('no frame');
      const revised = { ...row.message, frame: { ...row.message.frame, rating: 'up' as const } };
      await store.outbox.revise(row.seq, revised);
      expect(await store.outbox.lastFrameOf(asId('t1'))).toEqual({ ...row, message: revised });
    });

    it('knows nothing to revise under a number that was never given', async () => {
      const { message: text } = notice('n');
      await expect(store.outbox.revise(4711, text)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('is worked off before the next event of its lane', async () => {
      await store.outbox.put([notice('a')], NOON);
      await store.inbox.accept([message('one')], NOON);
      const held = lease();
      const first = await store.claim(lane('lin'), held, NOON);
      expect(first).toMatchObject({ box: 'outbox', row: { message: { key: 'a' }, attempts: 1 } });
      expect(await store.claim(lane('lin'), lease(), NOON)).toEqual({ box: 'held', holder: held.holder });
      await store.outbox.sent(seqIn(first), held.holder, sent('m1'), NOON);
      expect(await store.claim(lane('lin'), lease(), NOON)).toMatchObject({
        box: 'inbox',
        row: { event: { key: 'one' } },
      });
    });

    it('leaves the events of the lane alone', async () => {
      await store.inbox.accept([message('one')], NOON);
      await store.outbox.put([frame('t1', 0, 'wang')], NOON);
      expect(await store.inbox.claim(lane('lin'), lease(), NOON)).toMatchObject({ event: { key: 'one' } });
    });
  });
}
