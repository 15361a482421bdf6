import type { Json } from '../../lib/read.ts';
import type { SimClock } from '../clock.ts';
import {
  createMessageList,
  type MessageList,
  type MessageListener,
  type MessageOptions,
  untouched,
} from '../messages.ts';
import { newMsgId } from './chats.ts';
import type { Change, DingtalkCard, DingtalkChat, DingtalkMessage, Sender, SentBy } from './model.ts';

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

export interface Messages extends MessageList<NewDingtalkMessage, DingtalkMessage, Change> {
  /** The messages that share a `processQueryKey`. */
  byQueryKey(key: string): readonly DingtalkMessage[];
  /** One that is written nowhere. */
  draft(message: NewDingtalkMessage): DingtalkMessage;
}

export function createMessages(
  clock: SimClock,
  options: MessageOptions,
  listener: MessageListener<DingtalkMessage>,
): Messages {
  const byKey = new Map<string, DingtalkMessage[]>();
  const messages = createMessageList<NewDingtalkMessage, Change, DingtalkMessage>({
    clock,
    ...options,
    build,
    listener: {
      added(message) {
        const { queryKey } = message;
        if (queryKey !== undefined) byKey.set(queryKey, [...(byKey.get(queryKey) ?? []), message]);
        listener.added(message);
      },
      changed: (message) => listener.changed(message),
      forgotten(message) {
        if (message.queryKey !== undefined) byKey.delete(message.queryKey);
        listener.forgotten(message);
      },
    },
  });
  return {
    ...messages,
    byQueryKey: (key) => byKey.get(key) ?? [],
    draft: (wanted) => build(wanted, clock.now()),
    clear() {
      messages.clear();
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
    parentId: wanted.parentId,
    quoted: wanted.quoted,
    sentBy: wanted.sentBy,
    queryKey: wanted.queryKey,
    card: wanted.card,
    mentions: wanted.mentions ?? [],
    readBy: new Map(),
    reactions: new Map(),
    ...untouched(now),
  };
}
