import { type ChatList, createChatList, type NewGroup, wordsOf } from '../chats.ts';
import type { SimClock } from '../clock.ts';
import { randomHex, steadyHex } from '../ids.ts';
import type { Surface, WecomChat } from './model.ts';

export interface Chats extends ChatList<WecomChat> {
  /** The chat of one person with one app, bot or account; made when it is first asked for. */
  direct(surface: Surface, bot: string, person: string, name: string): WecomChat;
  addGroup(group: NewGroup): WecomChat;
}

export function createChats(clock: SimClock, added: (chat: WecomChat) => void): Chats {
  const chats = createChatList(clock, added);
  const { all } = chats;
  return {
    ...chats,
    direct(surface, bot, person, name) {
      const id = `${bot}:${person}`;
      const known = all.get(id);
      if (known !== undefined) return known;
      return chats.add({
        id,
        kind: 'direct',
        surface,
        name: { zh: name, en: name },
        people: new Set([person]),
        bots: new Set([bot]),
      });
    },
    addGroup({ name, people, bots = [], id }) {
      const words = wordsOf(name);
      return chats.add({
        id: id ?? newGroupId(words.zh, all.size),
        kind: 'group',
        surface: 'group',
        name: words,
        people: new Set(people),
        bots: new Set(bots),
      });
    },
  };
}

/** Letters of both cases, for whoever folds them gets 93006. */
function newGroupId(name: string, index: number): string {
  const hex = steadyHex(48, 'wecom-group', name, String(index));
  return `wr${Buffer.from(hex, 'hex').toString('base64url').slice(0, 30)}`;
}

/** A msgid of the bot and customer-service interfaces. */
export function newMsgId(): string {
  return `CAI${Buffer.from(randomHex(), 'hex').toString('base64url')}`;
}
