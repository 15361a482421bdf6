import { id } from '../core/ids.ts';
import type { MemberStore } from '../core/members.ts';
import type { Engine } from './ops.ts';

/** What directories say of accounts, over any engine. */
export function directoryOver(engine: Engine): MemberStore {
  return {
    learn: (learned, now) =>
      engine.call(
        'directory.learn',
        learned.map(({ channel, account, attributes, isActive }) => {
          return { channel, account, attributes: Object.entries(attributes), isActive: isActive ?? null };
        }),
        now,
      ),
    async match(channel, account, trust) {
      const person = await engine.call('directory.match', channel, account, trust);
      return person === undefined ? undefined : id(person);
    },
    isKnown: (channel, account) => engine.call('directory.isKnown', channel, account),
    async due(before, limit) {
      const rows = await engine.call('directory.due', before, limit);
      return rows.map(({ channel, account, ids }) => ({
        channel: id(channel),
        account: id(account),
        ids: JSON.parse(ids) as Readonly<Record<string, string>>,
      }));
    },
  };
}
