import { type ChatList, createChatList, type NewGroup, wordsOf } from '../chats.ts';
import type { SimClock } from '../clock.ts';
import { randomHex, steadyHex } from '../ids.ts';
import type { FeishuChat } from './model.ts';

export interface NewFeishuGroup extends NewGroup {
  readonly bots: readonly string[];
  readonly topics?: boolean;
}

export interface Chats extends ChatList<FeishuChat> {
  /** The chat of one person with one bot, made when it is first needed. */
  direct(person: string, app: string): FeishuChat;
  isNew(person: string, app: string): boolean;
  addGroup(group: NewFeishuGroup): FeishuChat;
}

/** @param added - Told of each chat that is made. */
export function createChats(clock: SimClock, added: (chat: FeishuChat) => void): Chats {
  const chats = createChatList(clock, added);
  const directs = new Map<string, FeishuChat>();
  return {
    ...chats,
    isNew: (person, app) => !directs.has(`${app}/${person}`),
    direct(person, app) {
      const known = directs.get(`${app}/${person}`);
      if (known !== undefined) return known;
      const chat = chats.add({
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
      return chats.add({
        id: group.id ?? `oc_${randomHex()}`,
        kind: 'group',
        topics: group.topics ?? false,
        name: wordsOf(group.name),
        owner: group.people[0],
        people: new Set(group.people),
        bots: new Set(group.bots),
      });
    },
    clear() {
      chats.clear();
      directs.clear();
    },
  };
}
