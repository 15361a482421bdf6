import type { SimClock } from '../clock.ts';
import type { Words } from '../contract.ts';
import { randomHex, steadyHex } from '../ids.ts';
import type { FeishuChat } from './model.ts';

export interface NewGroup {
  readonly id?: string;
  readonly name: Words | string;
  readonly people: readonly string[];
  readonly bots: readonly string[];
  readonly topics?: boolean;
}

export interface Chats {
  readonly all: ReadonlyMap<string, FeishuChat>;
  find(id: string): FeishuChat | undefined;
  /** The chat of one person with one bot, made when it is first needed. */
  direct(person: string, app: string): FeishuChat;
  isNew(person: string, app: string): boolean;
  addGroup(group: NewGroup): FeishuChat;
  clear(): void;
}

/** @param added - Told of each chat that is made. */
export function createChats(clock: SimClock, added: (chat: FeishuChat) => void): Chats {
  const all = new Map<string, FeishuChat>();
  const add = (chat: Omit<FeishuChat, 'messages' | 'activeAt'>): FeishuChat => {
    const whole: FeishuChat = { ...chat, messages: [], activeAt: clock.now() };
    all.set(whole.id, whole);
    added(whole);
    return whole;
  };
  const directs = new Map<string, FeishuChat>();
  return {
    all,
    find: (id) => all.get(id),
    isNew: (person, app) => !directs.has(`${app}/${person}`),
    direct(person, app) {
      const known = directs.get(`${app}/${person}`);
      if (known !== undefined) return known;
      const chat = add({
        id: `oc_${steadyHex(32, 'direct', app, person)}`,
        kind: 'direct',
        topics: false,
        name: { zh: '', en: '' },
        owner: undefined,
        people: new Set([person]),
        bots: new Set([app]),
      });
      directs.set(`${app}/${person}`, chat);
      return chat;
    },
    addGroup(group) {
      const { name } = group;
      return add({
        id: group.id ?? `oc_${randomHex()}`,
        kind: 'group',
        topics: group.topics ?? false,
        name: typeof name === 'string' ? { zh: name, en: name } : name,
        owner: group.people[0],
        people: new Set(group.people),
        bots: new Set(group.bots),
      });
    },
    clear() {
      all.clear();
      directs.clear();
    },
  };
}
