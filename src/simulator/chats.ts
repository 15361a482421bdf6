import type { SimClock } from './clock.ts';
import type { Words } from './contract.ts';
import type { KeptChat } from './model.ts';

export interface NewGroup {
  readonly id?: string;
  readonly name: Words | string;
  /** By `SimPerson.id`. */
  readonly people: readonly string[];
  readonly bots?: readonly string[];
}

/** A chat in which nothing has been written. */
export type NewChat<Chat> = Omit<Chat, 'messages' | 'activeAt'>;

/** The chats of one platform. */
export interface ChatList<Chat> {
  readonly all: ReadonlyMap<string, Chat>;
  find(id: string): Chat | undefined;
  add(chat: NewChat<Chat>): Chat;
  clear(): void;
}

/** @param added - Told of each chat that is made. */
export function createChatList<Chat extends KeptChat<unknown>>(
  clock: SimClock,
  added: (chat: Chat) => void,
): ChatList<Chat> {
  const all = new Map<string, Chat>();
  return {
    all,
    find: (id) => all.get(id),
    add(chat) {
      // What `NewChat` leaves out is what is added here; the compiler cannot put the two together for a chat it does not know.
      const whole = { ...chat, messages: [], activeAt: clock.now() } as unknown as Chat;
      all.set(whole.id, whole);
      added(whole);
      return whole;
    },
    clear: () => all.clear(),
  };
}

/** A name in both languages. */
export function wordsOf(name: Words | string): Words {
  return typeof name === 'string' ? { zh: name, en: name } : name;
}
