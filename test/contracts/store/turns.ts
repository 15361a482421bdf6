import { beforeEach, describe, expect, it } from 'vitest';
import type { AgentRun } from '../../../src/core/agent.ts';
import type { Begun, InboxRow, Lease, Store, Turn, TurnEnd } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { asId, claimed, claimText, FEISHU, frame, lane, lease, MINUTE, NOON, newTurn, sent } from './samples.ts';

const T1 = asId<TurnEnd['turn']>('t1');
const LIN = asId<ReturnType<typeof newTurn>['person']>('p-lin');
const WANG = asId<ReturnType<typeof newTurn>['person']>('p-wang');
const RUN: AgentRun = { user: 'p-lin', conversation: 'c1', task: 'task', message: 'answer' };

async function begunTurn(begun: Promise<Begun>): Promise<Turn> {
  const found = await begun;
  if (found.kind !== 'begun') throw new Error(`the turn ${found.kind}`);
  return found.turn;
}

export function turnsContract(ground: Ground): void {
  let store: Store;
  let row: InboxRow;
  let held: Lease;

  const endOf = (more: Partial<TurnEnd> = {}): TurnEnd => ({
    turn: T1,
    state: 'done',
    run: RUN,
    suggested: ['What else?'],
    replies: [frame('t1', 0), frame('t1', 1)],
    seq: row.seq,
    lease: held,
    ...more,
  });

  async function start(): Promise<void> {
    store = await ground.fresh();
    [row, held] = await claimed(store, 'one');
  }

  describe('beginning a turn', () => {
    beforeEach(start);

    it('gives it back as it was begun', async () => {
      const turn = newTurn('t1', row);
      const begun = await begunTurn(store.turns.begin(turn, held.holder, NOON + 1));
      const { scope: _, idleMs: __, ...told } = turn;
      expect(begun).toEqual({
        ...told,
        session: begun.session,
        state: 'running',
        part: 0,
        startedAt: NOON + 1,
        rating: 'none',
        suggested: [],
      });
      expect(await store.turns.get(T1)).toEqual(begun);
      expect(await store.turns.running(row.lane)).toEqual(begun);
    });

    it('answers the turn begun before a restart, with all that was noted of it', async () => {
      await store.turns.begin(newTurn('t1', row), held.holder, NOON);
      await store.turns.saveRun(T1, held.holder, RUN);
      await store.turns.saveSent(T1, held.holder, 2, sent('m1'));
      await store.inbox.release(row.seq, held.holder);
      const next = lease();
      await store.inbox.claim(row.lane, next, NOON);
      const again = await begunTurn(store.turns.begin(newTurn('t2', row), next.holder, NOON + MINUTE));
      expect(again).toMatchObject({ id: 't1', startedAt: NOON, run: RUN, part: 2, sent: sent('m1') });
      expect(await store.turns.get(asId('t2'))).toBeUndefined();
    });

    it('refuses one who does not hold the event', async () => {
      const begin = store.turns.begin(newTurn('t1', row), 'somebody', NOON);
      await expect(begin).rejects.toMatchObject({ code: 'lease_lost' });
      expect(await store.turns.get(T1)).toBeUndefined();
    });

    it('finds the turn by the message that grows', async () => {
      await store.turns.begin(newTurn('t1', row), held.holder, NOON);
      await store.turns.saveSent(T1, held.holder, 0, { handle: { card: 1 }, minUpdateIntervalMs: 1 });
      expect(await store.turns.ofMessage(FEISHU, asId('m1'))).toBeUndefined();
      await store.turns.saveSent(T1, held.holder, 0, sent('m1'));
      expect(await store.turns.ofMessage(FEISHU, asId('m1'))).toMatchObject({ id: 't1' });
      expect(await store.turns.ofMessage(asId('feishu-hr'), asId('m1'))).toBeUndefined();
    });
  });

  describe('what the agent calls a run', () => {
    beforeEach(start);

    it('moves the session to the conversation of the run', async () => {
      const first = await store.turns.begin(newTurn('t1', row), held.holder, NOON);
      expect(first).not.toHaveProperty('session.conversation');
      await store.turns.saveRun(T1, held.holder, { user: 'p-lin', task: 'task' });
      const again = await store.turns.begin(newTurn('t1', row), held.holder, NOON);
      expect(again).not.toHaveProperty('session.conversation');
      await store.turns.saveRun(T1, held.holder, RUN);
      expect(await store.turns.begin(newTurn('t1', row), held.holder, NOON)).toMatchObject({
        session: { conversation: 'c1' },
      });
      await store.turns.end(endOf({ run: { ...RUN, conversation: 'c2' }, replies: [] }), NOON);
      const [second, lease2] = await claimed(store, 'two');
      expect(await store.turns.begin(newTurn('t2', second), lease2.holder, NOON)).toMatchObject({
        session: { id: 'session' in first ? first.session.id : '', conversation: 'c2' },
      });
    });

    it('stays noted when the end says nothing of it', async () => {
      await store.turns.begin(newTurn('t1', row), held.holder, NOON);
      await store.turns.saveRun(T1, held.holder, RUN);
      const { run: _, ...end } = endOf();
      await store.turns.end(end, NOON);
      expect(await store.turns.get(T1)).toMatchObject({ run: RUN });
    });
  });

  describe('ending a turn', () => {
    beforeEach(async () => {
      await start();
      await store.turns.begin(newTurn('t1', row), held.holder, NOON);
    });

    it('ends turn and event, and leaves the replies in the hands of the one who ended it', async () => {
      const { replies: rows } = await store.turns.end(endOf(), NOON + 1);
      expect(rows.map((one) => [one.part, one.attempts, one.doubts])).toEqual([
        [0, 1, 0],
        [1, 1, 0],
      ]);
      expect(await store.turns.get(T1)).toMatchObject({ state: 'done', suggested: ['What else?'], run: RUN });
      expect(await store.turns.running(row.lane)).toBeUndefined();
      expect(await store.outbox.claim(row.lane, lease(), NOON)).toBeUndefined();
      for (const one of rows) await store.outbox.sent(one.seq, held.holder, sent(`m${one.part}`), NOON);
      expect(await claimText(store)).toBeUndefined();
      expect(await store.upkeep.depth()).toMatchObject({ inboxWaiting: 0, inboxClaimed: 0, outboxWaiting: 0 });
    });

    it('changes nothing when the lease was lost', async () => {
      const now = NOON + MINUTE;
      const next = lease(now + MINUTE);
      await store.inbox.claim(row.lane, next, now);
      await expect(store.turns.end(endOf(), now)).rejects.toMatchObject({ code: 'lease_lost' });
      expect(await store.turns.get(T1)).toMatchObject({ state: 'running', suggested: [] });
      expect(await store.outbox.lastFrameOf(T1)).toBeUndefined();
      expect((await store.turns.end(endOf({ lease: next }), now)).replies).toHaveLength(2);
    });

    it('changes nothing when the turn is unknown', async () => {
      const end = store.turns.end(endOf({ turn: asId('t9') }), NOON);
      await expect(end).rejects.toMatchObject({ code: 'turn_expired' });
      await store.inbox.done(row.seq, held.holder, NOON);
    });

    it('puts each reply into the outbox once by its key', async () => {
      const { replies: rows } = await store.turns.end(endOf({ replies: [frame('t1', 0), frame('t1', 0)] }), NOON);
      expect(new Set(rows.map((one) => one.seq)).size).toBe(1);
    });

    it('takes the suggested questions later too', async () => {
      await store.turns.end(endOf({ suggested: [] }), NOON);
      await store.turns.suggest(T1, ['Why?', 'How?']);
      expect(await store.turns.get(T1)).toMatchObject({ suggested: ['Why?', 'How?'] });
    });

    it('is found as the last of its lane', async () => {
      expect(await store.turns.last(row.lane)).toBeUndefined();
      for (const one of (await store.turns.end(endOf(), NOON)).replies) {
        await store.outbox.sent(one.seq, held.holder, sent('m'), NOON);
      }
      const [second, lease2] = await claimed(store, 'two');
      await store.turns.begin(newTurn('t2', second), lease2.holder, NOON);
      expect(await store.turns.last(row.lane)).toMatchObject({ id: 't1' });
      await store.turns.end(
        endOf({ turn: asId('t2'), seq: second.seq, lease: lease2, state: 'stopped', replies: [] }),
        NOON,
      );
      expect(await store.turns.last(row.lane)).toMatchObject({ id: 't2', state: 'stopped' });
      expect(await store.turns.last(lane('wang'))).toBeUndefined();
    });
  });

  describe('telling a turn to end', () => {
    beforeEach(start);

    it('is found by whoever begins it again, and keeps its first reason', async () => {
      await store.turns.begin(newTurn('t1', row), held.holder, NOON);
      expect(await store.turns.stop(T1, 'stopped', NOON)).toBe(true);
      expect(await store.turns.stop(T1, 'recalled', NOON)).toBe(true);
      await store.inbox.fail(row.seq, held.holder, 'platform_unavailable', NOON + MINUTE, NOON);
      expect(await store.turns.stop(T1, 'recalled', NOON)).toBe(true);
      const next = lease();
      expect(await store.inbox.claim(row.lane, next, NOON)).toBeDefined();
      expect(await store.turns.begin(newTurn('t1', row), next.holder, NOON)).toMatchObject({
        turn: { stop: 'stopped' },
      });
    });

    it('says when there is nothing to end', async () => {
      expect(await store.turns.stop(T1, 'stopped', NOON)).toBe(false);
      await store.turns.begin(newTurn('t1', row), held.holder, NOON);
      await store.turns.end(endOf(), NOON);
      expect(await store.turns.stop(T1, 'stopped', NOON)).toBe(false);
    });
  });

  describe('rating a turn', () => {
    beforeEach(async () => {
      await start();
      await store.turns.begin(newTurn('t1', row), held.holder, NOON);
    });
    const rate = (rating: 'up' | 'down', press: number, person = LIN) =>
      store.turns.rate(T1, person, rating, press, NOON + press);

    it('sets, changes and takes back', async () => {
      expect(await rate('up', 1)).toBe('up');
      expect(await rate('down', 2)).toBe('down');
      expect(await rate('down', 3)).toBe('none');
      expect(await rate('down', 4)).toBe('down');
      expect(await store.turns.get(T1)).toMatchObject({ rating: 'down' });
    });

    it('takes the same press once', async () => {
      expect(await rate('up', 1)).toBe('up');
      expect(await rate('up', 1)).toBe('up');
      expect(await rate('up', 2)).toBe('none');
      expect(await rate('up', 1)).toBe('none');
    });

    it("shows the asker's, and keeps what others think apart", async () => {
      await rate('up', 1);
      expect(await rate('down', 2, WANG)).toBe('down');
      expect(await store.turns.get(T1)).toMatchObject({ rating: 'up' });
      expect(await rate('down', 3, WANG)).toBe('none');
    });

    it('holds what the vendor says it is, once for each time it tells', async () => {
      const set = (rating: 'up' | 'down' | 'none', press: number) =>
        store.turns.setRating(T1, LIN, rating, press, NOON + press);
      expect(await set('up', 1)).toBe('up');
      expect(await set('up', 2)).toBe('up');
      expect(await set('none', 3)).toBe('none');
      expect(await set('down', 2)).toBe('none');
      expect(await store.turns.get(T1)).toMatchObject({ rating: 'none' });
    });

    it('takes back the rating that holds, and no other', async () => {
      await store.turns.setRating(T1, LIN, 'up', 1, NOON);
      expect(await store.turns.unrate(T1, LIN, 'down', 2, NOON)).toBe('up');
      expect(await store.turns.unrate(T1, LIN, 'up', 3, NOON)).toBe('none');
      expect(await store.turns.get(T1)).toMatchObject({ rating: 'none' });
      expect(await store.turns.unrate(T1, asId('p-chen'), 'up', 4, NOON)).toBe('none');
    });

    it('refuses a turn that is not kept any more', async () => {
      const rated = store.turns.rate(asId('t9'), LIN, 'up', 1, NOON);
      await expect(rated).rejects.toMatchObject({ code: 'turn_expired' });
    });
  });
}
