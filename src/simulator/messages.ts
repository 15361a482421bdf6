import type { SimClock } from './clock.ts';
import type { KeptChat, KeptMessage } from './model.ts';

/** The messages of one platform. */
export interface MessageList<Wanted, Message, Change> {
  readonly all: ReadonlyMap<string, Message>;
  find(id: string): Message | undefined;
  add(wanted: Wanted): Message;
  /** Call after each change; tells whoever looks on. */
  changed(message: Message): void;
  /** Notes a change of a bot's message in its history, and tells of it. */
  updated(message: Message, change: Change): void;
  clear(): void;
}

export interface MessageListener<Message> {
  added(message: Message): void;
  changed(message: Message): void;
  /** It was dropped to keep the memory bounded. */
  forgotten(message: Message): void;
}

/** Has the record and the page told of all that happens to messages. */
export function recordAndTell<Message>(
  recorder: {
    messageAdded(message: Message): void;
    messageChanged(message: Message): void;
    messageForgotten(message: Message): void;
  },
  teller: { messageAdded(message: Message): void; messageChanged(message: Message): void },
): MessageListener<Message> {
  return {
    added(message) {
      recorder.messageAdded(message);
      teller.messageAdded(message);
    },
    changed(message) {
      recorder.messageChanged(message);
      teller.messageChanged(message);
    },
    forgotten: (message) => recorder.messageForgotten(message),
  };
}

export interface MessageOptions {
  /** Most messages in memory, of all chats together; the oldest go first. */
  readonly keep: number;
  readonly keepHistory: boolean;
}

export interface MessageListParts<Wanted, Message> extends MessageOptions {
  readonly clock: SimClock;
  readonly build: (wanted: Wanted, now: number) => Message;
  readonly listener: MessageListener<Message>;
}

export function createMessageList<Wanted, Change, Message extends KeptMessage<KeptChat<Message>, unknown, Change>>(
  parts: MessageListParts<Wanted, Message>,
): MessageList<Wanted, Message, Change> {
  const { clock, keep, keepHistory, build, listener } = parts;
  const all = new Map<string, Message>();
  const forgetOldest = (): void => {
    const oldest = all.values().next().value;
    if (oldest === undefined) return;
    all.delete(oldest.id);
    const place = oldest.chat.messages.indexOf(oldest);
    if (place >= 0) oldest.chat.messages.splice(place, 1);
    listener.forgotten(oldest);
  };
  const changed = (message: Message): void => {
    message.version += 1;
    listener.changed(message);
  };
  return {
    all,
    find: (id) => all.get(id),
    add(wanted) {
      const message = build(wanted, clock.now());
      all.set(message.id, message);
      message.chat.messages.push(message);
      message.chat.activeAt = message.createdAt;
      if (all.size > keep) forgetOldest();
      listener.added(message);
      return message;
    },
    changed,
    updated(message, change) {
      const at = clock.now();
      message.updatedAt = at;
      message.updates += 1;
      if (keepHistory) message.history.push({ ...change, at });
      changed(message);
    },
    clear: () => all.clear(),
  };
}

/** Of a message that has just been written. */
export function untouched(now: number) {
  return { createdAt: now, updatedAt: now, updates: 0, recalledAt: undefined, delivery: [], history: [], version: 1 };
}
