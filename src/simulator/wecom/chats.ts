import type { SimClock } from '../clock.ts';
import type { Words } from '../contract.ts';
import { randomHex, steadyHex } from '../ids.ts';
import type { Surface, WecomChat } from './model.ts';

export interface NewWecomGroup {
  readonly name: string | Words;
  /** By `SimPerson.id`. */
  readonly people: readonly string[];
  readonly bots?: readonly string[];
  readonly id?: string;
}

export interface Chats {
  readonly all: ReadonlyMap<string, WecomChat>;
  find(id: string): WecomChat | undefined;
  /** The chat of one person with one app, bot or account; made when it is first asked for. */
  direct(surface: Surface, bot: string, person: string, name: string): WecomChat;
  addGroup(group: NewWecomGroup): WecomChat;
  clear(): void;
}

export function createChats(clock: SimClock, added: (chat: WecomChat) => void): Chats {
  const all = new Map<string, WecomChat>();
  const add = (chat: Omit<WecomChat, 'messages' | 'activeAt'>): WecomChat => {
    const whole: WecomChat = { ...chat, messages: [], activeAt: clock.now() };
    all.set(whole.id, whole);
    added(whole);
    return whole;
  };
  return {
    all,
    find: (id) => all.get(id),
    direct(surface, bot, person, name) {
      const id = `${bot}:${person}`;
      const known = all.get(id);
      if (known !== undefined) return known;
      return add({
        id,
        kind: 'direct',
        surface,
        name: { zh: name, en: name },
        people: new Set([person]),
        bots: new Set([bot]),
      });
    },
    addGroup({ name, people, bots = [], id }) {
      const words = typeof name === 'string' ? { zh: name, en: name } : name;
      return add({
        id: id ?? newGroupId(words.zh, all.size),
        kind: 'group',
        surface: 'group',
        name: words,
        people: new Set(people),
        bots: new Set(bots),
      });
    },
    clear: () => all.clear(),
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
