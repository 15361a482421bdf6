import type { Json } from '../../lib/read.ts';
import type { SimClock } from '../clock.ts';
import { newMsgId } from './chats.ts';
import type { DingtalkCard, DingtalkChat, DingtalkMessage, Sender, SentBy, Update } from './model.ts';

export interface NewDingtalkMessage {
  readonly chat: DingtalkChat;
  readonly from: Sender;
  readonly type: string;
  readonly body: Json;
  readonly parentId?: string | undefined;
  readonly quoted?: DingtalkMessage | undefined;
  readonly sentBy?: SentBy | undefined;
  readonly queryKey?: string | undefined;
  readonly card?: DingtalkCard | undefined;
  readonly mentions?: readonly string[];
}

export interface MessageListener {
  added(message: DingtalkMessage): void;
  changed(message: DingtalkMessage): void;
  forgotten(message: DingtalkMessage): void;
}

export interface Messages {
  readonly all: ReadonlyMap<string, DingtalkMessage>;
  find(id: string): DingtalkMessage | undefined;
  /** The messages that share a `processQueryKey`. */
  byQueryKey(key: string): readonly DingtalkMessage[];
  add(message: NewDingtalkMessage): DingtalkMessage;
  /** One that is written nowhere. */
  draft(message: NewDingtalkMessage): DingtalkMessage;
  /** Tells whoever looks on. */
  changed(message: DingtalkMessage): void;
  /** Notes a change of a robot's message in its history, and tells of it. */
  updated(message: DingtalkMessage, update: Omit<Update, 'at'>): void;
  clear(): void;
}

export interface MessageOptions {
  /** Most messages in memory; the oldest go first. */
  readonly keep: number;
  readonly keepHistory: boolean;
}

export function createMessages(clock: SimClock, options: MessageOptions, listener: MessageListener): Messages {
  const all = new Map<string, DingtalkMessage>();
  const byKey = new Map<string, DingtalkMessage[]>();
  const forgetOldest = (): void => {
    const oldest = all.values().next().value;
    if (oldest === undefined) return;
    all.delete(oldest.id);
    if (oldest.queryKey !== undefined) byKey.delete(oldest.queryKey);
    const place = oldest.chat.messages.indexOf(oldest);
    if (place >= 0) oldest.chat.messages.splice(place, 1);
    listener.forgotten(oldest);
  };
  const changed = (message: DingtalkMessage): void => {
    message.version += 1;
    listener.changed(message);
  };
  return {
    all,
    find: (id) => all.get(id),
    byQueryKey: (key) => byKey.get(key) ?? [],
    add(wanted) {
      const message = build(wanted, clock.now());
      all.set(message.id, message);
      if (message.queryKey !== undefined)
        byKey.set(message.queryKey, [...(byKey.get(message.queryKey) ?? []), message]);
      message.chat.messages.push(message);
      message.chat.activeAt = message.createdAt;
      if (all.size > options.keep) forgetOldest();
      listener.added(message);
      return message;
    },
    draft: (wanted) => build(wanted, clock.now()),
    changed,
    updated(message, update) {
      const at = clock.now();
      message.updatedAt = at;
      message.updates += 1;
      if (options.keepHistory) message.history.push({ at, ...update });
      changed(message);
    },
    clear() {
      all.clear();
      byKey.clear();
    },
  };
}

function build(wanted: NewDingtalkMessage, now: number): DingtalkMessage {
  return {
    id: newMsgId(),
    chat: wanted.chat,
    from: wanted.from,
    type: wanted.type,
    body: wanted.body,
    createdAt: now,
    updatedAt: now,
    parentId: wanted.parentId,
    quoted: wanted.quoted,
    sentBy: wanted.sentBy,
    queryKey: wanted.queryKey,
    card: wanted.card,
    mentions: wanted.mentions ?? [],
    readBy: new Map(),
    reactions: new Map(),
    updates: 0,
    recalledAt: undefined,
    delivery: [],
    history: [],
    version: 1,
  };
}
