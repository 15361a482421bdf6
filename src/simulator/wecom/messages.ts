import type { SimClock } from '../clock.ts';
import type { Json } from './json.ts';
import type { CardState, Sender, StreamState, Update, WecomChat, WecomMessage } from './model.ts';

export interface NewWecomMessage {
  readonly chat: WecomChat;
  readonly from: Sender;
  readonly type: string;
  readonly body: Json;
  readonly id: string;
  readonly parentId?: string | undefined;
  readonly quoted?: WecomMessage | undefined;
  readonly sendId?: string | undefined;
  readonly stream?: StreamState | undefined;
  readonly card?: CardState | undefined;
  readonly feedbackId?: string | undefined;
  readonly truncated?: boolean;
}

export interface MessageListener {
  added(message: WecomMessage): void;
  changed(message: WecomMessage): void;
  forgotten(message: WecomMessage): void;
}

export interface Messages {
  readonly all: ReadonlyMap<string, WecomMessage>;
  find(id: string): WecomMessage | undefined;
  add(message: NewWecomMessage): WecomMessage;
  /** Tells whoever looks on. */
  changed(message: WecomMessage): void;
  /** Notes a change of a bot's message in its history, and tells of it. */
  updated(message: WecomMessage, update: Omit<Update, 'at'>): void;
  clear(): void;
}

export interface MessageOptions {
  /** Most messages in memory; the oldest go first. */
  readonly keep: number;
  readonly keepHistory: boolean;
}

export function createMessages(clock: SimClock, options: MessageOptions, listener: MessageListener): Messages {
  const all = new Map<string, WecomMessage>();
  const forgetOldest = (): void => {
    const oldest = all.values().next().value;
    if (oldest === undefined) return;
    all.delete(oldest.id);
    const place = oldest.chat.messages.indexOf(oldest);
    if (place >= 0) oldest.chat.messages.splice(place, 1);
    listener.forgotten(oldest);
  };
  const changed = (message: WecomMessage): void => {
    message.version += 1;
    listener.changed(message);
  };
  return {
    all,
    find: (id) => all.get(id),
    add(wanted) {
      const now = clock.now();
      const message = build(wanted, now);
      all.set(message.id, message);
      message.chat.messages.push(message);
      message.chat.activeAt = now;
      if (all.size > options.keep) forgetOldest();
      listener.added(message);
      return message;
    },
    changed,
    updated(message, update) {
      const at = clock.now();
      message.updatedAt = at;
      message.updates += 1;
      if (options.keepHistory) message.history.push({ at, ...update });
      changed(message);
    },
    clear: () => all.clear(),
  };
}

function build(wanted: NewWecomMessage, now: number): WecomMessage {
  return {
    id: wanted.id,
    chat: wanted.chat,
    from: wanted.from,
    type: wanted.type,
    body: wanted.body,
    createdAt: now,
    updatedAt: now,
    parentId: wanted.parentId,
    quoted: wanted.quoted,
    sendId: wanted.sendId,
    stream: wanted.stream,
    card: wanted.card,
    feedbackId: wanted.feedbackId,
    truncated: wanted.truncated ?? false,
    updates: 0,
    recalledAt: undefined,
    delivery: [],
    history: [],
    version: 1,
  };
}

/** Numbers of 64 bits, above what a JavaScript number can hold. */
export function createMsgIds(start = 7_459_035_031_717_794_801n): () => string {
  let last = start;
  return () => {
    last += 1n;
    return String(last);
  };
}

export function isStreaming(message: WecomMessage, now: number): boolean {
  return message.stream !== undefined && !message.stream.finished && now < message.stream.until;
}
