import type { PlatformKind } from './contract-people.ts';

export type Author =
  | { readonly kind: 'person'; readonly person: string }
  | { readonly kind: 'bot'; readonly app: string }
  | { readonly kind: 'system' };

export interface SimMessage {
  readonly platform: PlatformKind;
  /** The vendor's id (`om_…`). */
  readonly id: string;
  readonly chat: string;
  /** The topic it stands in. */
  readonly thread?: string;
  /** The message it answers or quotes. */
  readonly parent?: string;
  /** The first message of that chain of answers. */
  readonly root?: string;
  readonly from: Author;
  readonly at: number;
  readonly content: SimContent;
  readonly editedAt?: number;
  readonly recalledAt?: number;
  readonly reactions: readonly SimReaction[];
  /** People who have read it, by `SimPerson.id`. */
  readonly readBy: readonly string[];
  /** Questions offered below it, of which one press sends the text. */
  readonly followUps: readonly string[];
  /** The vendor's own 👍 and 👎 stand below it. */
  readonly feedback?: boolean;
  /** How the gateway took a person's message; absent on a bot's own. One entry an app that was told. */
  readonly delivery?: readonly DeliveryMark[];
  /** Grows with each change; an older one that arrives late is to be dropped. */
  readonly version: number;
}

export interface SimReaction {
  /** The vendor's name (`THUMBSUP`). */
  readonly emoji: string;
  readonly by: readonly Author[];
}

/**
 * A delivery is always in one of these states.
 * - sending: on its way or waiting for the ack. Left by the ack, a refusal or the vendor's time limit.
 * - acknowledged: final.
 * - waiting: failed, will be sent again at `nextAt`.
 * - given-up: the vendor's last try failed too.
 */
export interface DeliveryMark {
  readonly app: string;
  readonly state: 'sending' | 'acknowledged' | 'waiting' | 'given-up';
  readonly attempts: number;
  /** From sending to the ack, of the last try. */
  readonly ackMs?: number;
  readonly nextAt?: number;
}

export type SimContent =
  | { readonly kind: 'text'; readonly text: string; readonly mentions: readonly SimMention[] }
  /** Text in the platform's Markdown dialect; `streaming` while it still grows. */
  | {
      readonly kind: 'markdown';
      readonly text: string;
      readonly streaming: boolean;
      /** Images the text names, by their key. */
      readonly images?: Readonly<Record<string, SimResource>>;
    }
  | { readonly kind: 'post'; readonly title: string; readonly paragraphs: readonly (readonly PostNode[])[] }
  | { readonly kind: 'image'; readonly image: SimResource }
  | { readonly kind: 'file'; readonly file: SimResource }
  | { readonly kind: 'audio'; readonly audio: SimResource; readonly durationMs: number }
  | { readonly kind: 'video'; readonly video: SimResource; readonly durationMs: number }
  | { readonly kind: 'card'; readonly card: SimCard }
  /** A line across the conversation. */
  | { readonly kind: 'divider'; readonly text: string }
  /** Anything else; `type` is the vendor's word for it and `raw` its content. */
  | { readonly kind: 'other'; readonly type: string; readonly raw: string };

/** A mention as it stands in the text: `key` is replaced by `@name`. */
export interface SimMention {
  readonly key: string;
  readonly name: string;
  /** Absent for "everybody". */
  readonly who?: Author;
}

/**
 * One piece of a rich text, in the vendor's words; what is not used by a tag is absent. A mention (`at`) has `name` when
 * it is shown; when it is sent, `text` is the id of the person or app.
 */
export interface PostNode {
  readonly tag: 'text' | 'a' | 'at' | 'img' | 'media' | 'emotion' | 'hr' | 'code_block' | 'md';
  readonly text?: string;
  readonly href?: string;
  readonly style?: readonly string[];
  readonly name?: string;
  readonly image?: SimResource;
  readonly emoji?: string;
  readonly language?: string;
}

export interface SimResource {
  readonly key: string;
  readonly name: string;
  readonly mime: string;
  readonly bytes: number;
  /** Path on this server. */
  readonly url: string;
}

/** A card as it stands now. */
export interface SimCard {
  /** The vendor's card JSON with every update worked in. */
  readonly json: Readonly<Record<string, unknown>>;
  /** The vendor's id of the card, when it is one that streams. */
  readonly cardId?: string;
  /** Shows the typing cursor; buttons that change the card do not work meanwhile. */
  readonly streaming: boolean;
  /** When the vendor ends the streaming by itself. */
  readonly streamingUntil?: number;
  /** How text appears while streaming. */
  readonly print: { readonly everyMs: number; readonly step: number; readonly strategy: 'fast' | 'delay' };
  /** By element id: the elements that have been streamed into. Others show what `json` says at once. */
  readonly elements: Readonly<Record<string, StreamedElement>>;
  /** Images the card names, by their key. */
  readonly images: Readonly<Record<string, SimResource>>;
  /** Number of updates so far, of every kind. */
  readonly updates: number;
}

export interface StreamedElement {
  /** The whole text so far; also stands in `json`. */
  readonly text: string;
  /** How many characters of it were there before the last update: those show at once, the rest is typed. 0 = repaint. */
  readonly kept: number;
  readonly sequence: number;
  readonly at: number;
}
