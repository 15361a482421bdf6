import { id } from '../core/ids.ts';
import type { DepartmentStore, Learned, MemberStore } from '../core/members.ts';
import type { Standing } from '../core/routes.ts';
import type { LearnedRow } from './directory.ts';
import type { Engine, OpAnswer } from './ops.ts';

/** What directories say of accounts, over any engine. */
export function directoryOver(engine: Engine): MemberStore {
  return {
    learn: (learned, now) => engine.call('directory.learn', learned.map(learnedToRow), now),
    async learnKnown(learned, now) {
      const { changed, accounts } = await engine.call('directory.learnKnown', learned.map(learnedToRow), now);
      return { changed, accounts: accounts.map((account) => id(account)) };
    },
    async match(channel, account, trust) {
      const person = await engine.call('directory.match', channel, account, trust);
      return person === undefined ? undefined : id(person);
    },
    isKnown: (channel, account) => engine.call('directory.isKnown', channel, account),
    async due(before, limit) {
      const rows = await engine.call('directory.due', before, limit);
      return rows.map((row) => ({ channel: id(row.channel), ...rowToAccount(row) }));
    },
    async unseen(channel, before, after, limit) {
      return (await engine.call('directory.unseen', channel, before, after, limit)).map(rowToAccount);
    },
    async standing(person) {
      return rowToStanding(await engine.call('departments.standing', person));
    },
  };
}

/** Departments, over any engine. */
export function departmentsOver(engine: Engine): DepartmentStore {
  return {
    place(channel, departments, now) {
      const rows = departments.map(({ id: department, name, parent }) => {
        return { channel, department, name: name ?? null, parent: parent ?? null };
      });
      return engine.call('departments.place', rows, now);
    },
    drop: (channel, department) => engine.call('departments.drop', [{ channel, department }]),
    dropUnseen: (channel, before) => engine.call('departments.dropUnseen', channel, before),
    async page(channel, after, limit) {
      const rows = await engine.call('departments.page', channel, after, limit);
      return rows.map(({ department, name, parent }) => ({
        id: department,
        ...(name !== null && { name }),
        ...(parent !== null && { parent }),
      }));
    },
  };
}

function learnedToRow({ channel, account, attributes, isActive, departments }: Learned): LearnedRow {
  return {
    channel,
    account,
    attributes: Object.entries(attributes),
    isActive: isActive ?? null,
    departments: departments ?? null,
  };
}

function rowToAccount({ account, ids }: { readonly account: string; readonly ids: string }) {
  return { account: id<Learned['account']>(account), ids: JSON.parse(ids) as Readonly<Record<string, string>> };
}

function rowToStanding({ departments, left }: OpAnswer<'departments.standing'>): Standing {
  const named = departments.map(({ channel, department, name, isOwn }) => ({
    id: `${channel}/${department}`,
    isOwn,
    ...(name !== null && { name }),
  }));
  return {
    departments: named.map((one) => one.id),
    own: named.filter(({ isOwn }) => isOwn).map(({ isOwn: _, ...one }) => one),
    left: left !== null,
  };
}
