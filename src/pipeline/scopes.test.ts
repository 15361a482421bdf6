import { describe, expect, it } from 'vitest';
import { id } from '../core/ids.ts';
import { noLog } from '../core/log.ts';
import type { ChosenScope } from '../core/session-store.ts';
import { localFleet } from '../queue/local-fleet.ts';
import { createGroupScopes } from './scopes.ts';

const ADA = id<never>('p-ada');
const GROUP = { channel: id<ChosenScope['channel']>('paper'), chat: id<ChosenScope['chat']>('g') };

function world() {
  let now = 0;
  let rows: readonly ChosenScope[] = [];
  const gates: Promise<void>[] = [];
  const groups = {
    async scopes() {
      const seen = rows;
      await gates.shift();
      return seen;
    },
    async choose(_channel: unknown, _chat: unknown, scope: ChosenScope['scope'] | undefined) {
      rows = scope === undefined ? [] : [{ ...GROUP, scope }];
    },
  };
  const fleet = localFleet();
  const clock = { now: () => now, sleep: async () => undefined };
  const rules = new Map([[GROUP.channel, { agent: id<never>('a'), scope: 'topic', answer: 'mentioned' } as const]]);
  const create = (own = fleet) => createGroupScopes({ rules, store: { groups }, fleet: own, clock, log: noLog });
  return { create, gates, later: (ms: number) => (now += ms) };
}

describe('the scopes of groups', () => {
  it('are those of the settings until somebody chooses, in every process', async () => {
    const { create } = world();
    const [one, other] = [create(), create()];
    await Promise.all([one.ready(), other.ready()]);
    expect(other.of(GROUP)).toBe('topic');
    await one.choose(GROUP, 'group', ADA);
    expect([one.of(GROUP), other.of(GROUP)]).toEqual(['group', 'group']);
    await other.choose(GROUP, undefined, ADA);
    expect(one.of(GROUP)).toBe('topic');
  });

  it('are found out a minute later where nobody was told', async () => {
    const { create, later } = world();
    const [one, deaf] = [create(), create(localFleet())];
    await Promise.all([one.ready(), deaf.ready()]);
    await one.choose(GROUP, 'group', ADA);
    await deaf.ready();
    expect(deaf.of(GROUP)).toBe('topic');
    later(60_000);
    await deaf.ready();
    await expect.poll(() => deaf.of(GROUP)).toBe('group');
  });

  it('are not set back by what was read before somebody chose', async () => {
    const { create, gates } = world();
    const slow = Promise.withResolvers<void>();
    gates.push(slow.promise);
    const scopes = create();
    const ready = scopes.ready();
    await scopes.choose(GROUP, 'group', ADA);
    slow.resolve();
    await ready;
    expect(scopes.of(GROUP)).toBe('group');
  });
});
