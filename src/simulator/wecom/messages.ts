import { type Json } from '../../lib/read.ts';
import { type MessageList, untouched } from '../messages.ts';
import type { CardState, Change, Sender, StreamState, WecomChat, WecomMessage } from './model.ts';

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

export type Messages = MessageList<NewWecomMessage, WecomMessage, Change>;

export function buildMessage(wanted: NewWecomMessage, now: number): WecomMessage {
  return {
    id: wanted.id,
    chat: wanted.chat,
    from: wanted.from,
    type: wanted.type,
    body: wanted.body,
    parentId: wanted.parentId,
    quoted: wanted.quoted,
    sendId: wanted.sendId,
    stream: wanted.stream,
    card: wanted.card,
    feedbackId: wanted.feedbackId,
    truncated: wanted.truncated ?? false,
    ...untouched(now),
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
