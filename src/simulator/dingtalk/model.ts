import type { Json } from '../../lib/read.ts';
import type { KeptChat, KeptMessage } from '../model.ts';

export interface DingtalkChat extends KeptChat<DingtalkMessage> {
  /** `conversationId`, in full. */
  readonly id: string;
  /** One of the vendor's own, in which people only read. */
  readonly purpose?: 'notices' | 'approvals';
}

export type Sender =
  | { readonly kind: 'person'; readonly person: string }
  | { readonly kind: 'bot'; readonly app: string }
  | { readonly kind: 'system' };

/** How a robot's message came to be. */
export type SentBy = 'session' | 'oto' | 'group' | 'card' | 'reply' | 'robot' | 'notice';

/** One thing that happened to a robot's message. */
export interface Change {
  readonly kind: 'stream' | 'update' | 'press' | 'recall';
  /** What can be read in it afterwards. */
  readonly text: string;
}

/** A message as the vendor keeps it. */
export interface DingtalkMessage extends KeptMessage<DingtalkChat, Sender, Change> {
  /** `msgId`. */
  readonly id: string;
  /** `msgtype` of a person's message and of a webhook's, `msgKey` of a robot's, `card`. */
  readonly type: string;
  readonly body: Json;
  /** The person's message it answers, where the vendor knows: by its sessionWebhook, or in the response to a push. */
  readonly parentId: string | undefined;
  /** The one it quotes. */
  readonly quoted: DingtalkMessage | undefined;
  readonly sentBy: SentBy | undefined;
  /** `processQueryKey`; of a card, its `carrierId`. Webhooks give none. */
  readonly queryKey: string | undefined;
  readonly card: DingtalkCard | undefined;
  /** Who is called by it, by {@link SimPerson.id}; `all` for everybody. */
  readonly mentions: readonly string[];
  readonly readBy: Map<string, number>;
  readonly reactions: Map<string, Set<string>>;
}

/**
 * A card is always in one of these states.
 * - waiting: made, nothing streamed yet. Left by the first streaming call, or by `flowStatus`.
 * - input: text grows. Left by `isFinalize`, `isError`, or `flowStatus`.
 * - finished, failed: the end, unless `flowStatus` says otherwise.
 */
export type CardState = 'waiting' | 'input' | 'finished' | 'failed';

/** A card instance; it may be shown in several chats. */
export interface DingtalkCard {
  readonly track: string;
  readonly app: string;
  readonly template: string;
  readonly createdAt: number;
  readonly callbackType: string | undefined;
  readonly callbackRouteKey: string | undefined;
  /** Texts by the template's variables. */
  params: Map<string, string>;
  readonly privateParams: Map<string, Map<string, string>>;
  readonly messages: DingtalkMessage[];
  readonly guids: Set<string>;
  state: CardState;
  /** Made with no variables at all, which later calls are refused for. */
  readonly bornEmpty: boolean;
  /** Streaming calls so far. */
  streamed: number;
}
