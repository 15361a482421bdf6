import { beforeEach, describe, expect, it } from 'vitest';
import type { AccountId, SendKey } from '../../../src/core/ids.ts';
import { pushLane } from '../../../src/core/lane.ts';
import type { PushMessage } from '../../../src/core/push.ts';
import type { NewPush, NewPushAnswer, NewPushPart, ShownOn } from '../../../src/core/push-store.ts';
import type { NewOutboxRow, Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { asId, FEISHU, lease, MINUTE, NOON, sent } from './samples.ts';

const DAY = 24 * 60 * MINUTE;
const TODAY: ShownOn = { day: '2027-01-15', digest: 'disk-full' };

function rowTo(ids: readonly string[], key: string): NewOutboxRow {
  const to = { channel: FEISHU, way: 'notice', kind: 'user', ids } as const;
  const message: PushMessage = {
    kind: 'push',
    to,
    key: asId<SendKey>(key),
    content: { kind: 'text', text: 'disk full' },
    lang: 'en',
  };
  return { lane: pushLane(to), message, part: 0 };
}

const partOf = (receiver: string, sendKey?: string, shown?: ShownOn): NewPushPart => ({
  channel: FEISHU,
  kind: 'user',
  receiver,
  part: 0,
  ...(sendKey !== undefined && { sendKey: asId<SendKey>(sendKey) }),
  ...(shown && { shown }),
});

const push = (name: string, parts: readonly NewPushPart[], rows: readonly NewOutboxRow[]): NewPush<NewOutboxRow> => ({
  id: asId(`u-${name}`),
  key: name,
  digest: `d-${name}`,
  parts,
  rows,
});

export function pushesContract(ground: Ground): void {
  describe('pushes', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });
    const states = async (name: string) =>
      (await store.pushes.get(asId(`u-${name}`)))?.parts.map(({ receiver, state, code }) => [receiver, state, code]);

    it('are stored once each, with what has to be sent for them', async () => {
      const alarm = push('alarm', [partOf('lin', 'k1'), partOf('chen', 'k1')], [rowTo(['lin', 'chen'], 'k1')]);
      expect(await store.pushes.add(alarm, NOON)).toBe(true);
      expect(await store.pushes.add({ ...alarm, rows: [rowTo(['lin'], 'k2')] }, NOON)).toBe(false);
      expect(await store.outbox.ofKey(FEISHU, asId('k2'))).toBeUndefined();
      expect(await store.pushes.get(alarm.id)).toMatchObject({ key: 'alarm', digest: 'd-alarm', acceptedAt: NOON });
      expect(await states('alarm')).toEqual([
        ['chen', 'waiting', undefined],
        ['lin', 'waiting', undefined],
      ]);
      expect(await store.pushes.get(asId('u-none'))).toBeUndefined();
    });

    it('tell for each receiver what became of the row that brings it', async () => {
      const row = rowTo(['lin', 'chen'], 'k1');
      await store.pushes.add(push('alarm', [partOf('lin', 'k1'), partOf('chen', 'k1'), partOf('wang')], [row]), NOON);
      const held = lease();
      const claimed = await store.outbox.claim(row.lane, held, NOON);
      expect(await states('alarm')).toContainEqual(['lin', 'sending', undefined]);
      await store.outbox.fail(claimed?.seq ?? 0, held.holder, 'platform_unavailable', NOON, NOON);
      expect(await states('alarm')).toContainEqual(['lin', 'waiting', 'platform_unavailable']);
      const again = lease();
      await store.outbox.claim(row.lane, again, NOON);
      const landed = { ...sent('m1'), refused: { chen: 'platform_target_gone' as const } };
      await store.outbox.sent(claimed?.seq ?? 0, again.holder, landed, NOON + 5);
      expect(await states('alarm')).toEqual([
        ['chen', 'refused', 'platform_target_gone'],
        ['lin', 'sent', undefined],
        ['wang', 'skipped', undefined],
      ]);
      const lin = (await store.pushes.get(asId('u-alarm')))?.parts.find(({ receiver }) => receiver === 'lin');
      expect(lin).toMatchObject({ attempts: 2, finishedAt: NOON + 5 });
    });

    it('know who has got the same words that day, but for what was given up', async () => {
      const rows = [rowTo(['lin'], 'k1'), rowTo(['chen'], 'k2')];
      await store.pushes.add(push('alarm', [partOf('lin', 'k1', TODAY), partOf('chen', 'k2', TODAY)], rows), NOON);
      expect(await store.pushes.shown(FEISHU, TODAY)).toEqual(new Set(['lin', 'chen']));
      const held = lease();
      const claimed = await store.outbox.claim(rows[1]?.lane ?? asId(''), held, NOON);
      await store.outbox.fail(claimed?.seq ?? 0, held.holder, 'platform_rejected', undefined, NOON);
      expect(await store.pushes.shown(FEISHU, TODAY)).toEqual(new Set(['lin']));
      expect(await store.pushes.shown(FEISHU, { ...TODAY, day: '2027-01-16' })).toEqual(new Set());
      expect(await store.pushes.shown(asId('feishu-hr'), TODAY)).toEqual(new Set());
    });

    it('keep the first answer of each account, and whether whoever asked knows it', async () => {
      const asked = push('asked', [partOf('lin', 'k1'), partOf('chen', 'k1')], [rowTo(['lin', 'chen'], 'k1')]);
      await store.pushes.add({ ...asked, purpose: 'purchase', subject: { order: 8812 } }, NOON);
      const answer = (account: string, key: string, button: string): NewPushAnswer => ({
        push: asked.id,
        channel: FEISHU,
        account: asId(account),
        key: asId(key),
        button,
        choices: { prio: ['high'] },
      });
      const first = { channel: FEISHU, account: 'lin', button: 'yes', choices: { prio: ['high'] }, at: NOON + 1 };
      const given = await store.pushes.answer(answer('lin', 'press-1', 'yes'), NOON + 1);
      expect(given).toEqual({ kept: { ...first, handled: false }, isThis: true });
      expect((await store.pushes.answer(answer('lin', 'press-1', 'yes'), NOON + 2)).isThis).toBe(true);
      const again = await store.pushes.answer(answer('lin', 'press-2', 'no'), NOON + 3);
      expect(again).toEqual({ kept: { ...first, handled: false }, isThis: false });
      await store.pushes.answer(answer('chen', 'press-3', 'no'), NOON + 4);
      await store.pushes.handled(asked.id, FEISHU, asId('lin'));
      const found = await store.pushes.get(asked.id);
      expect(found).toMatchObject({ purpose: 'purchase', subject: { order: 8812 } });
      expect(found?.answers.map(({ account, button, handled }) => [account, button, handled])).toEqual([
        ['lin', 'yes', true],
        ['chen', 'no', false],
      ]);
    });

    it('keep one of two answers that one account gives at the same moment', async () => {
      await store.pushes.add(push('asked', [partOf('lin', 'k1')], [rowTo(['lin'], 'k1')]), NOON);
      const answers = await Promise.all(
        ['yes', 'no', 'yes', 'no'].map((button, n) =>
          store.pushes.answer(
            { push: asId('u-asked'), channel: FEISHU, account: asId('lin'), key: asId(`p${n}`), button, choices: {} },
            NOON,
          ),
        ),
      );
      expect(answers.filter(({ isThis }) => isThis)).toHaveLength(1);
      expect(new Set(answers.map(({ kept }) => kept.button)).size).toBe(1);
      expect((await store.pushes.get(asId('u-asked')))?.answers).toHaveLength(1);
    });

    it('are remembered for a month longer than the messages they sent', async () => {
      const old = push('old', [partOf('lin', 'k1')], [rowTo(['lin'], 'k1')]);
      await store.pushes.add(old, NOON - 40 * DAY);
      const answered = { push: old.id, channel: FEISHU, account: asId<AccountId>('lin'), button: 'yes', choices: {} };
      await store.pushes.answer({ ...answered, key: asId('press-1') }, NOON - 40 * DAY);
      const held = lease();
      const claimed = await store.outbox.claim(rowTo(['lin'], 'k1').lane, held, NOON - 40 * DAY);
      await store.outbox.sent(claimed?.seq ?? 0, held.holder, sent('m1'), NOON - 40 * DAY);
      const purge = (days: number) => {
        const before = NOON - days * DAY;
        const all = {
          inboxDone: before,
          outboxSent: before,
          turns: before,
          dead: before,
          memos: before,
          placeholders: before,
        };
        return store.upkeep.purge(all, 10);
      };
      expect(await purge(14)).toBe(1);
      expect(await states('old')).toEqual([['lin', 'past', undefined]]);
      expect(await purge(8)).toBe(1);
      expect(await states('old')).toBeUndefined();
      await store.pushes.add(push('old', [], []), NOON);
      expect((await store.pushes.get(old.id))?.answers).toEqual([]);
    });
  });
}
