import { type Json } from '../../lib/read.ts';
import type { KeptChat, KeptMessage } from '../model.ts';

/** Which of the vendor's ways in and out something belongs to. */
export type Surface = 'app' | 'bot' | 'kf' | 'group';

export interface WecomChat extends KeptChat<WecomMessage> {
  /** The vendor's chatid of a group; ours for direct chats, which have none. */
  readonly id: string;
  readonly surface: Surface;
}

export type Sender =
  | { readonly kind: 'person'; readonly person: string }
  /** An employee who serves a customer. */
  | { readonly kind: 'servicer'; readonly person: string }
  | { readonly kind: 'bot'; readonly bot: string }
  | { readonly kind: 'system' };

/** One thing that happened to a bot's message. */
export interface Change {
  readonly kind: 'stream' | 'card' | 'button' | 'recall' | 'expired';
  /** The whole content after it: the text so far, or the card's JSON. */
  readonly content?: string;
}

/**
 * A streaming message is always in one of these states.
 * - open: until `until`; each frame replaces the text. Left by a frame with `finish`, or by time.
 * - finished, or expired (its time ran out before the last frame came): final.
 */
export interface StreamState {
  readonly id: string;
  readonly startedAt: number;
  readonly until: number;
  finished: boolean;
  frames: number;
}

/** What the vendor keeps of a card that can call back. */
export interface CardState {
  json: Json;
  /** The words that stand in the place of the buttons once an update said so. */
  replaced: string | undefined;
}

/** A message as the vendor keeps it. */
export interface WecomMessage extends KeptMessage<WecomChat, Sender, Change> {
  /** `MsgId` of the app's callback, `msgid` of the others; a number of 64 bits where the vendor has one. */
  readonly id: string;
  /** The vendor's `msgtype`. */
  type: string;
  /** What stands under the type's name, as it was sent. */
  body: Json;
  /** The one it quotes. */
  readonly quoted: WecomMessage | undefined;
  /** `msgid` that the copies of one `message/send` share; what the caller was told. */
  readonly sendId: string | undefined;
  readonly stream: StreamState | undefined;
  card: CardState | undefined;
  feedbackId: string | undefined;
  /** Whether the vendor cut it. */
  readonly truncated: boolean;
}
