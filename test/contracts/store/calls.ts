import { beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { asId, FEISHU } from './samples.ts';

export function callsContract(ground: Ground): void {
  describe('counted calls', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });
    const count = (kind: string, number: number, month = '2026-05', channel = FEISHU) => ({
      channel,
      month,
      kind,
      number,
    });

    it('add up by app, month and kind', async () => {
      await store.calls.add([count('a', 2), count('b', 1)]);
      await store.calls.add([count('a', 3), count('a', 7, '2026-06'), count('a', 9, '2026-05', asId('feishu-hr'))]);
      const may = await store.calls.ofMonth('2026-05');
      expect(may.toSorted((a, b) => a.number - b.number)).toEqual([
        count('b', 1),
        count('a', 5),
        count('a', 9, '2026-05', asId('feishu-hr')),
      ]);
      expect(await store.calls.ofMonth('2026-07')).toEqual([]);
    });
  });
}
