import type { Rating } from './agent.ts';
import type { ApprovalChange } from './approvals.ts';
import type {
  AccountId,
  ApprovalInstance,
  ChannelName,
  ChatId,
  EventKey,
  MessageId,
  TemplateCode,
  ThreadId,
  TurnId,
} from './ids.ts';
import type { Lang } from './lang.ts';

/** One HTTP request, one message of a long connection, or one page that was pulled, exactly as it came. */
export interface Delivery {
  readonly channel: ChannelName;
  /** A webhook's payloads are authenticated each by its signature, what a socket brings or we pull by the connection. */
  readonly via: 'webhook' | 'socket' | 'pull';
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The raw bytes; signatures are made over these and nothing else. */
  readonly body: Uint8Array;
}

/** Where an answer has to go. Stored with the event, so that a reply can never be addressed from memory. */
export interface ReplyAddress {
  readonly channel: ChannelName;
  readonly kind: 'direct' | 'group';
  readonly chat: ChatId;
  readonly thread?: ThreadId;
  /** The message that is answered; absent where nobody wrote one (a welcome). */
  readonly message?: MessageId;
  /**
   * What the vendor gave for answering just this (a request's id, an address good for one answer), by the adapter's own names.
   * As secret as a token, and worth nothing after its time.
   */
  readonly handle?: Readonly<Record<string, string>>;
}

/** Who did it, with every id the vendor tells about this account. */
export interface Sender {
  readonly account: AccountId;
  readonly name?: string;
  /** The vendor's wider ids, by the vendor's own names (`union_id`, `user_id`, `tenant_key`). */
  readonly ids: Readonly<Record<string, string>>;
  /**
   * An id by which the vendor knows this account in all of its apps (a Feishu `union_id`), beginning with the vendor's name. Accounts of two
   * channels that have the same one are one person's.
   */
  readonly everywhere?: string;
  /** The language of her client, where the vendor tells. */
  readonly lang?: Lang;
}

/** Enough for the adapter that made it to fetch the file again; opaque to everyone else. */
export type FileRef = Readonly<Record<string, string>>;

/** A file that somebody sent; the adapter's `fetchFile` gives its bytes. */
export interface FilePart {
  readonly kind: 'image' | 'file' | 'audio' | 'video';
  readonly file: FileRef;
  readonly name: string;
  readonly durationMs?: number;
}

/** One piece of what somebody wrote, in the order it was written. */
export type MessagePart =
  | { readonly kind: 'text'; readonly text: string }
  | FilePart
  /** Other messages, forwarded as one; the adapter's `read` gives their text. */
  | { readonly kind: 'forwarded'; readonly message: MessageId }
  /** Something an agent cannot take; `what` is the vendor's word for it (`sticker`, `share_chat`). */
  | { readonly kind: 'unsupported'; readonly what: string }
  /** The vendor has kept back what was said, because the month's pushes are used up. */
  | { readonly kind: 'withheld' };

interface Common {
  /** Unique within the channel. */
  readonly key: EventKey;
  /** When it happened, by the vendor's clock, in epoch milliseconds. */
  readonly at: number;
  readonly from: Sender;
  readonly to: ReplyAddress;
}

/** Somebody wrote something. */
export type MessageEvent = Common & {
  readonly kind: 'message';
  readonly message: MessageId;
  readonly parts: readonly MessagePart[];
  /** True in direct chats, and in groups when the bot was mentioned. */
  readonly addressed: boolean;
  /** The message this one answers or quotes. */
  readonly quoted?: MessageId;
  /** What that message says, where the vendor tells the words and not the id. */
  readonly quote?: readonly MessagePart[];
  /** Asked by pressing one of our buttons, so that the chat does not show the question. */
  readonly pressed?: boolean;
  /** The words are an agent's, not the person's own: she pressed what it had suggested. */
  readonly suggested?: boolean;
};

/** Somebody pressed something on one of our cards. `value` is what we put there, and is not to be trusted. */
export type CardActionEvent = Common & {
  readonly kind: 'card-action';
  readonly message: MessageId;
  readonly value: unknown;
  readonly form?: Readonly<Record<string, unknown>>;
};

/** Everything a platform can tell us. What we know and do not want is `ignored`, never a silent `undefined`. */
export type InboundEvent =
  | MessageEvent
  | CardActionEvent
  | (Common & { readonly kind: 'recalled'; readonly message: MessageId })
  | (Common & {
      /** Somebody put 👍 or 👎 on a message, or took it back. */
      readonly kind: 'reaction';
      readonly message: MessageId;
      readonly rating: 'up' | 'down';
      readonly added: boolean;
    })
  /** Somebody opened the direct chat with the bot. */
  | (Common & { readonly kind: 'entered' })
  | (Common & { readonly kind: 'bot-added' | 'bot-removed' })
  /** Somebody rated an answer with the vendor's own thumbs: this is what holds now, whatever was pressed before. */
  | (Common & { readonly kind: 'rated'; readonly turn: TurnId; readonly rating: Rating; readonly why?: RatedWhy })
  /** Something happened to an approval, ours or anybody's: `from` is who did it, or who asked where the vendor tells no more. */
  | (Common & {
      readonly kind: 'approval';
      readonly instance: ApprovalInstance;
      readonly template: TemplateCode;
      readonly change: ApprovalChange;
    })
  /** A company's directory has changed: `from` is whom it is about, and nobody where it is a department. */
  | (Common & { readonly kind: 'directory'; readonly change: DirectoryChange })
  /** An entry of the bot's menu was chosen; `item` is the operator's key for it. */
  | (Common & { readonly kind: 'menu'; readonly item: string })
  | IgnoredEvent;

/** Why somebody rated an answer as she did, where the vendor asks. */
export interface RatedWhy {
  readonly reasons: readonly RatedReason[];
  /** Her own words. */
  readonly words?: string;
}

export type RatedReason = 'irrelevant' | 'incomplete' | 'wrong' | 'misread-data';

/**
 * What a directory tells of by itself; what it is like now is asked for, for events come late and out of order.
 * - member: somebody came, changed or (`left`) went. - department: one was made, changed or (`gone`) removed.
 */
export type DirectoryChange =
  | { readonly of: 'member'; readonly left: boolean }
  | { readonly of: 'department'; readonly department: string; readonly gone: boolean };

/** Known, authenticated and of no use to us; acknowledged and counted, not stored. */
export interface IgnoredEvent {
  readonly kind: 'ignored';
  /** `signal` only says that there is something to pull; `quota-gone` that the vendor left out what happened, for it counts. */
  readonly why: 'own-message' | 'read-receipt' | 'unknown-type' | 'not-subscribed' | 'signal' | 'quota-gone';
  /** The vendor's name of the event. */
  readonly what: string;
}

/** An event that is worth a row in the inbox. */
export type StorableEvent = Exclude<InboundEvent, IgnoredEvent>;
