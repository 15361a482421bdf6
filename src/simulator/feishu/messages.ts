import type { SimClock } from '../clock.ts';
import { randomHex } from '../ids.ts';
import type { CardEntity, CardJson, FeishuChat, FeishuMessage, Mention, Sender } from './model.ts';

export interface NewMessage {
  readonly chat: FeishuChat;
  readonly from: Sender;
  readonly type: string;
  readonly content: string;
  readonly mentions?: readonly Mention[];
  readonly parent?: FeishuMessage | undefined;
  readonly threadId?: string | undefined;
  readonly upperId?: string | undefined;
  readonly uuid?: string | undefined;
  readonly card?: CardJson | undefined;
  readonly entity?: CardEntity | undefined;
}

export interface Messages {
  readonly all: ReadonlyMap<string, FeishuMessage>;
  find(id: string): FeishuMessage | undefined;
  add(message: NewMessage): FeishuMessage;
  /** Call after each change; tells whoever looks on. */
  changed(message: FeishuMessage): void;
  clear(): void;
}

export interface MessageListener {
  added(message: FeishuMessage): void;
  changed(message: FeishuMessage): void;
  /** It was dropped to keep the memory bounded. */
  forgotten(message: FeishuMessage): void;
}

/** @param keep - Most messages in memory, of all chats together; the oldest go first. */
export function createMessages(clock: SimClock, keep: number, listener: MessageListener): Messages {
  const all = new Map<string, FeishuMessage>();
  const forgetOldest = (): void => {
    const oldest = all.values().next().value;
    if (oldest === undefined) return;
    all.delete(oldest.id);
    const place = oldest.chat.messages.indexOf(oldest);
    if (place >= 0) oldest.chat.messages.splice(place, 1);
    listener.forgotten(oldest);
  };
  return {
    all,
    find: (id) => all.get(id),
    add(wanted) {
      const now = clock.now();
      const message = build(wanted, now);
      all.set(message.id, message);
      wanted.chat.messages.push(message);
      wanted.chat.activeAt = now;
      if (all.size > keep) forgetOldest();
      listener.added(message);
      return message;
    },
    changed(message) {
      message.version += 1;
      listener.changed(message);
    },
    clear: () => all.clear(),
  };
}

function build(wanted: NewMessage, now: number): FeishuMessage {
  const { parent, card, entity } = wanted;
  return {
    id: `om_${randomHex()}`,
    chat: wanted.chat,
    from: wanted.from,
    type: wanted.type,
    createdAt: now,
    updatedAt: now,
    parentId: parent?.id,
    rootId: parent === undefined ? undefined : (parent.rootId ?? parent.id),
    threadId: wanted.threadId,
    upperId: wanted.upperId,
    uuid: wanted.uuid,
    content: wanted.content,
    mentions: wanted.mentions ?? [],
    ...(card === undefined ? {} : { card }),
    ...(entity === undefined ? {} : { entity }),
    edits: 0,
    updates: 0,
    recalledAt: undefined,
    reactions: new Map(),
    readBy: new Set(),
    followUps: [],
    delivery: [],
    history: [],
    version: 1,
  };
}

/** The card a message shows now. */
export function cardOf(message: FeishuMessage): CardJson | undefined {
  return message.entity?.json ?? message.card;
}

export function newThreadId(): string {
  return `omt_${randomHex().slice(0, 16)}`;
}
