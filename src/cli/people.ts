import { type AccountId, type ChannelName, id, type MergeId, type PersonId } from '../core/ids.ts';
import type { InLanguages } from '../core/lang.ts';
import type { Store } from '../core/store.ts';
import { type StoreOptions, withStore } from './dead.ts';
import type { Terminal } from './terminal.ts';

const ADMIN = { actor: 'admin', reason: 'administrator' } as const;
const AUDIT_SHOWN = 50;

/** Lists persons with their accounts; works beside a running gateway, as all of these do. */
export async function listPeople(terminal: Terminal, options: StoreOptions & { readonly limit: number }) {
  return withStore(terminal, options, true, async (store) => {
    const people = await store.records.list('', options.limit);
    if (people.length === 0) terminal.out(terminal.say({ zh: '还没有人。', en: 'There is nobody yet.' }));
    for (const { id: person, name } of people) {
      const accounts = (await store.people.accounts(person)).map(({ channel, account }) => `${channel}/${account}`);
      terminal.out([person, name ?? '-', accounts.join(' ')].join('  '));
    }
    return 0;
  });
}

/** One person: accounts, merges, and what was done to her. */
export async function showPerson(terminal: Terminal, person: string, options: StoreOptions): Promise<number> {
  return withStore(terminal, options, true, async (store) => {
    const accounts = await store.people.accounts(id<PersonId>(person));
    const merges = await store.people.merges(id<PersonId>(person));
    const audit = await store.records.audit(id<PersonId>(person), AUDIT_SHOWN);
    if (accounts.length + merges.length + audit.length === 0) return unknown(terminal, person);
    for (const { channel, account, name, seenAt } of accounts) {
      terminal.out(`${channel}/${account}  ${name ?? '-'}  ${iso(seenAt)}`);
    }
    for (const { id: merge, kept, absorbed, reason, actor, at, undoneAt } of merges) {
      const undone =
        undoneAt === undefined
          ? ''
          : terminal.say({ zh: `  已撤销 ${iso(undoneAt)}`, en: `  undone ${iso(undoneAt)}` });
      const both = `${merge}  ${kept} <- ${absorbed}`;
      terminal.out(
        terminal.say({
          zh: `合并 ${both}  原因 ${reason}  操作者 ${actor}  ${iso(at)}${undone}`,
          en: `merge ${both}  ${reason} by ${actor}  ${iso(at)}${undone}`,
        }),
      );
    }
    for (const { at, actor, action, detail } of audit) {
      const more = JSON.stringify(detail);
      terminal.out(
        terminal.say({
          zh: `审计 ${iso(at)}  ${action}  操作者 ${actor}  ${more}`,
          en: `audit ${iso(at)}  ${action} by ${actor}  ${more}`,
        }),
      );
    }
    return 0;
  });
}

/** Makes two persons one. */
export async function linkPeople(terminal: Terminal, one: string, other: string, options: StoreOptions) {
  return withStore(terminal, options, false, async (store) => {
    const made = await store.people.merge(id<PersonId>(one), id<PersonId>(other), ADMIN, Date.now());
    if (!made) {
      return refuse(terminal, {
        zh: '✘ 两者已是同一个人，或其中一个不存在；posthouse people list 列出所有人。',
        en: '✘ They are one already, or one of them is unknown; posthouse people list names them.',
      });
    }
    const { kept, id: merge } = made;
    return done(terminal, {
      zh: `✔ 现在都是 ${kept}。撤销：posthouse people undo ${merge}`,
      en: `✔ Both are ${kept} now. To take it back: posthouse people undo ${merge}`,
    });
  });
}

/** Parts an account from its person. */
export async function unlinkAccount(terminal: Terminal, channel: string, account: string, options: StoreOptions) {
  return withStore(terminal, options, false, async (store) => {
    const now = Date.now();
    const person = await store.people.unlink(id<ChannelName>(channel), id<AccountId>(account), ADMIN, now);
    if (person === undefined) {
      return refuse(terminal, {
        zh: '✘ 没有这个账号，或它是此人唯一的账号。',
        en: '✘ There is no such account, or it is the only one its person has.',
      });
    }
    return done(terminal, { zh: `✔ 现在是独立的人：${person}`, en: `✔ A person of its own now: ${person}` });
  });
}

/** Takes a merge back. */
export async function undoMerge(terminal: Terminal, merge: string, options: StoreOptions): Promise<number> {
  return withStore(terminal, options, false, async (store) => {
    if (await store.people.undo(id<MergeId>(merge), ADMIN, Date.now())) {
      return done(terminal, { zh: '✔ 已撤销合并。', en: '✔ The merge is taken back.' });
    }
    return refuse(terminal, {
      zh: '✘ 没有这次合并、已撤销过，或账号已不在此人名下；posthouse people show 列出合并记录。',
      en: '✘ Unknown, undone already, or nothing of it is left; posthouse people show lists merges.',
    });
  });
}

/** Writes all that is kept of a person to standard output, as JSON. */
export async function exportPerson(terminal: Terminal, person: string, options: StoreOptions): Promise<number> {
  return withStore(terminal, options, false, async (store) => {
    const now = Date.now();
    const data = await store.records.export(id<PersonId>(person), ADMIN, now);
    if (!data) return unknown(terminal, person);
    terminal.out(JSON.stringify({ person, exportedAt: iso(now), tables: readable(data) }, undefined, 2));
    return 0;
  });
}

export interface DeleteOptions extends StoreOptions {
  readonly yes?: boolean;
}

/** Forgets a person, on all platforms and in all tables. */
export async function deletePerson(terminal: Terminal, person: string, options: DeleteOptions): Promise<number> {
  if (options.yes !== true) {
    terminal.err(
      terminal.say({
        zh: '✘ 删除不可撤销。确认请加 --yes；需要留底请先运行 posthouse people export。',
        en: '✘ This cannot be taken back. Say --yes to do it; posthouse people export keeps a copy first.',
      }),
    );
    return 2;
  }
  return withStore(terminal, options, false, (store) => erase(terminal, person, store));
}

async function erase(terminal: Terminal, person: string, store: Store): Promise<number> {
  const removed = await store.records.erase(id<PersonId>(person), ADMIN, Date.now());
  if (!removed) return unknown(terminal, person);
  for (const [table, rows] of Object.entries(removed)) if (rows > 0) terminal.out(`${table}  ${rows}`);
  return done(terminal, {
    zh: '✔ 已删除并记录。智能体（如 Dify）自己保存的内容需在那里删除。',
    en: '✔ Deleted, and noted. What agents (such as Dify) keep has to be deleted there.',
  });
}

/** JSON inside a column is shown as what it is. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, readable(part)]));
  }
  return typeof value === 'string' && /^[{[]/.test(value) ? (parsed(value) ?? value) : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function done(terminal: Terminal, words: InLanguages): number {
  terminal.out(terminal.say(words));
  return 0;
}

function refuse(terminal: Terminal, words: InLanguages): number {
  terminal.err(terminal.say(words));
  return 1;
}

function unknown(terminal: Terminal, person: string): number {
  return refuse(terminal, {
    zh: `✘ 没有 ${person} 这个人；posthouse people list 列出所有人。`,
    en: `✘ There is no person ${person}; posthouse people list names them.`,
  });
}
