import { beforeEach, describe, expect, it } from 'vitest';
import type { ApprovalDecision, ApprovalState } from '../../../src/core/approvals.ts';
import type { NewApproval, Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { asId, FEISHU, MINUTE, NOON } from './samples.ts';

export function approvalsContract(ground: Ground): void {
  describe('approvals', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });
    const wish = (name = 'a', more: Partial<NewApproval> = {}): NewApproval => ({
      id: asId(name),
      purpose: 'access-request',
      subject: { role: 'reader' },
      channel: FEISHU,
      template: asId('T-1'),
      by: asId('lin'),
      ...more,
    });
    const begin = (name = 'a', now = NOON, more: Partial<NewApproval> = {}) =>
      store.approvals.begin(wish(name, more), now + MINUTE, now);
    const running = async (name = 'a'): Promise<void> => {
      await begin(name);
      await store.approvals.started(asId(name), asId(`pi-${name}`));
    };
    const move = async (state: ApprovalState, at: number) =>
      (await store.approvals.move(asId('a'), { state, at, decisions: [] }))?.state;

    it('are stored before they are started, with all that was asked', async () => {
      expect(await begin('a', NOON, { person: asId('p1') })).toMatchObject({ mine: true, inDoubt: false });
      expect(await store.approvals.get(asId('a'))).toEqual({
        ...wish('a', { person: asId('p1') }),
        state: 'starting',
        stateAt: 0,
        decisions: [],
        handled: false,
        createdAt: NOON,
      });
      expect(await store.approvals.starting(FEISHU)).toBe(1);
      expect(await store.approvals.starting(asId('feishu-hr'))).toBe(0);
    });

    it('are started by one only, though many ask at the same time', async () => {
      const all = await Promise.all(Array.from({ length: 10 }, () => begin()));
      expect(all.filter(({ mine }) => mine)).toHaveLength(1);
    });

    it('are taken over from whoever died over them, and in doubt then', async () => {
      await begin();
      expect(await begin('a', NOON + MINUTE - 1)).toMatchObject({ mine: false });
      expect(await begin('a', NOON + MINUTE)).toMatchObject({ mine: true, inDoubt: true });
    });

    it('are tried again at once by the next who asks, when the try was given up', async () => {
      await begin();
      await store.approvals.notStarted(asId('a'), undefined);
      expect(await begin()).toMatchObject({ mine: true, inDoubt: true });
    });

    it('are begun anew, with new wishes, after a refusal for good', async () => {
      await begin();
      await store.approvals.notStarted(asId('a'), 'approval_form_invalid');
      expect(await store.approvals.get(asId('a'))).toMatchObject({ state: 'failed', code: 'approval_form_invalid' });
      const again = await begin('a', NOON + 1, { subject: { role: 'writer' } });
      expect(again).toMatchObject({ mine: true, inDoubt: false, approval: { subject: { role: 'writer' } } });
      expect(again.approval).not.toHaveProperty('code');
    });

    it('are found by the vendor’s name for them, within their channel', async () => {
      await running();
      expect(await store.approvals.ofInstance(FEISHU, asId('pi-a'))).toMatchObject({ id: 'a', state: 'running' });
      expect(await store.approvals.ofInstance(asId('feishu-hr'), asId('pi-a'))).toBeUndefined();
      expect(await begin()).toMatchObject({ mine: false, approval: { instance: 'pi-a' } });
    });

    it('keep the instance they have', async () => {
      await running();
      await store.approvals.started(asId('a'), asId('pi-other'));
      await store.approvals.notStarted(asId('a'), 'internal');
      expect(await store.approvals.get(asId('a'))).toMatchObject({ instance: 'pi-a', state: 'running' });
    });

    it('move forward in time, never back', async () => {
      await running();
      expect(await move('running', NOON)).toBe('running');
      expect(await move('approved', NOON + 2)).toBe('approved');
      expect(await move('running', NOON + 1)).toBe('approved');
      expect(await move('refused', NOON + 2)).toBe('approved');
      expect(await move('canceled', NOON + 3)).toBe('canceled');
    });

    it('end by an event of the same second, or an older one than the last comment', async () => {
      await running();
      await move('running', NOON);
      expect(await move('approved', NOON)).toBe('approved');
      await running('b');
      await store.approvals.move(asId('b'), { state: 'running', at: NOON + 9, decisions: [] });
      expect(await store.approvals.move(asId('b'), { state: 'refused', at: NOON + 5, decisions: [] })).toMatchObject({
        state: 'refused',
      });
    });

    it('remember what people decided', async () => {
      await running();
      const decisions: readonly ApprovalDecision[] = [
        { by: asId('zhao'), decision: 'approved', at: NOON, remark: 'ok' },
      ];
      const moved = await store.approvals.move(asId('a'), { state: 'approved', at: NOON, decisions });
      expect(moved?.decisions).toEqual(decisions);
    });

    it('know which end was told, and that another one was not', async () => {
      await running();
      await move('approved', NOON);
      await store.approvals.handled(asId('a'), 'approved');
      expect(await store.approvals.get(asId('a'))).toMatchObject({ handled: true });
      await move('canceled', NOON + 1);
      expect(await store.approvals.get(asId('a'))).toMatchObject({ handled: false });
    });

    it('have their second end told as well, when they went on in between', async () => {
      await running();
      await move('terminated', NOON);
      await store.approvals.handled(asId('a'), 'terminated');
      await move('running', NOON + 1);
      await move('terminated', NOON + 2);
      expect(await store.approvals.get(asId('a'))).toMatchObject({ state: 'terminated', handled: false });
    });

    it('that still run are found, oldest first', async () => {
      await running();
      await begin('b', NOON - 1);
      await store.approvals.started(asId('b'), asId('pi-b'));
      await begin('c');
      const found = async (before: number) => (await store.approvals.running(before, 10)).map((one) => one.id);
      expect(await found(NOON + 1)).toEqual(['b', 'a']);
      expect(await found(NOON)).toEqual(['b']);
      await move('approved', NOON);
      expect(await found(NOON + 1)).toEqual(['b']);
    });

    it('are listed newest first', async () => {
      await begin('old', NOON);
      await begin('new', NOON + 1);
      expect((await store.approvals.list(10)).map((one) => one.id)).toEqual(['new', 'old']);
      expect(await store.approvals.list(1)).toHaveLength(1);
    });

    it('stay while they run, and go with the turns when they are over', async () => {
      await running();
      await begin('b');
      await store.approvals.notStarted(asId('b'), 'internal');
      const past = { inboxDone: 0, outboxSent: 0, turns: NOON + MINUTE, dead: 0, memos: 0, placeholders: 0 };
      await store.upkeep.purge(past, 100);
      expect((await store.approvals.list(10)).map((one) => one.id)).toEqual(['a']);
      await move('approved', NOON);
      await store.upkeep.purge(past, 100);
      expect(await store.approvals.list(10)).toEqual([]);
    });
  });
}
