import { beforeEach, describe, expect, it } from 'vitest';
import type { PersonId } from '../../../src/core/ids.ts';
import type { Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { asId, ECHO, MINUTE, NOON } from './samples.ts';

const LIN = asId<PersonId>('p-lin');
const WANG = asId<PersonId>('p-wang');

export function sessionsContract(ground: Ground): void {
  describe('sessions', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });
    const current = (now = NOON, scope = 'scope', person = LIN, agent = ECHO) =>
      store.sessions.current(scope, agent, person, 10 * MINUTE, now);

    it('go on while they are used', async () => {
      const first = await current();
      expect(first).toMatchObject({ agent: ECHO, user: LIN, lastUsedAt: NOON });
      expect(first).not.toHaveProperty('conversation');
      const later = await current(NOON + 10 * MINUTE);
      expect(later).toEqual({ ...first, lastUsedAt: NOON + 10 * MINUTE });
      expect((await current(NOON + 20 * MINUTE)).id).toBe(first.id);
    });

    it('are over when they were idle for longer than they may', async () => {
      const first = await current();
      const next = await current(NOON + 10 * MINUTE + 1);
      expect(next.id).not.toBe(first.id);
      expect((await current(NOON + 10 * MINUTE + 1)).id).toBe(next.id);
    });

    it('are over when they are reset, for that agent only', async () => {
      const first = await current();
      const other = await current(NOON, 'scope', LIN, asId('dify'));
      await store.sessions.reset('scope', ECHO, NOON);
      expect((await current()).id).not.toBe(first.id);
      expect((await current(NOON, 'scope', LIN, asId('dify'))).id).toBe(other.id);
    });

    it('can be reset where there is none', async () => {
      await store.sessions.reset('scope', ECHO, NOON);
    });

    it('keep the name they were begun with, whoever talks in them', async () => {
      const first = await current();
      expect(await current(NOON, 'scope', WANG)).toMatchObject({ id: first.id, user: LIN });
    });

    it('of different scopes are different', async () => {
      const [one, other] = await Promise.all([current(NOON, 'one'), current(NOON, 'other')]);
      expect(one.id).not.toBe(other.id);
    });

    it('are begun once, though many ask at the same time', async () => {
      const all = await Promise.all(Array.from({ length: 10 }, () => current()));
      expect(new Set(all.map((session) => session.id)).size).toBe(1);
    });
  });
}
