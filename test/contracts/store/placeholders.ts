import { beforeEach, describe, expect, it } from 'vitest';
import type { PersonId, SessionId } from '../../../src/core/ids.ts';
import type { Placeholder } from '../../../src/core/placeholder-store.ts';
import type { Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { asId, MINUTE, NOON } from './samples.ts';

const NEVER = { inboxDone: 0, outboxSent: 0, turns: 0, dead: 0, memos: 0, placeholders: 0 };
const SESSION: SessionId = asId('s1');
const LIN: PersonId = asId('lin');
const WU: PersonId = asId('wu');

function mobile(number: number, value: string, own = true): Placeholder {
  return { kind: 'mobile', number, lang: 'zh', own, value };
}

export function placeholdersContract(ground: Ground): void {
  describe('what placeholders stand for', () => {
    let store: Store;
    const of = (person: PersonId, session = SESSION) => store.placeholders.of(session, person);
    const keep = (person: PersonId, added: readonly Placeholder[], now = NOON) =>
      store.placeholders.keep(SESSION, person, added, now);
    beforeEach(async () => {
      store = await ground.fresh();
    });

    it('is found again by the person who gave it, in the session in which she did', async () => {
      expect(await keep(LIN, [mobile(1, '13800138000'), mobile(2, '13900139000', false)])).toBe(true);
      expect((await of(LIN)).mine).toEqual([mobile(1, '13800138000'), mobile(2, '13900139000', false)]);
      expect((await of(WU)).mine).toEqual([]);
      expect(await of(LIN, asId('s2'))).toEqual({ mine: [], last: new Map() });
    });

    it('has numbers that nobody else in the session takes', async () => {
      await keep(LIN, [mobile(1, '13800138000')]);
      expect((await of(WU)).last).toEqual(new Map([['mobile', 1]]));
      expect(await keep(WU, [mobile(1, '13900139000'), mobile(2, '13700137000')])).toBe(false);
      expect((await of(LIN)).mine).toEqual([mobile(1, '13800138000')]);
      expect((await of(WU)).mine).toEqual([mobile(2, '13700137000')]);
    });

    it('is forgotten some time after its last use, and its number is not used again', async () => {
      await keep(LIN, [mobile(1, '13800138000')]);
      await keep(WU, [mobile(2, '13900139000')]);
      await keep(WU, [], NOON + MINUTE);
      expect(await store.upkeep.purge({ ...NEVER, placeholders: NOON + 1 }, 10)).toBe(1);
      expect(await store.upkeep.purge({ ...NEVER, placeholders: NOON + 1 }, 10)).toBe(0);
      expect((await of(LIN)).mine).toEqual([]);
      expect((await of(WU)).mine).toEqual([mobile(2, '13900139000')]);
      expect(await store.upkeep.purge({ ...NEVER, placeholders: NOON + MINUTE + 1 }, 10)).toBe(1);
      expect((await of(LIN)).last).toEqual(new Map([['mobile', 2]]));
    });
  });
}
