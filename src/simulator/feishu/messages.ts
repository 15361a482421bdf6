import { randomHex } from '../ids.ts';
import { type MessageList, untouched } from '../messages.ts';
import type { CardEntity, CardJson, Change, FeishuChat, FeishuMessage, Mention, Sender } from './model.ts';

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

export type Messages = MessageList<NewMessage, FeishuMessage, Change>;

export function buildMessage(wanted: NewMessage, now: number): FeishuMessage {
  const { parent, card, entity } = wanted;
  return {
    id: `om_${randomHex()}`,
    chat: wanted.chat,
    from: wanted.from,
    type: wanted.type,
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
    reactions: new Map(),
    readBy: new Set(),
    followUps: [],
    ...untouched(now),
  };
}

/** The card a message shows now. */
export function cardOf(message: FeishuMessage): CardJson | undefined {
  return message.entity?.json ?? message.card;
}

export function newThreadId(): string {
  return `omt_${randomHex().slice(0, 16)}`;
}
