import type { StreamedElement } from '../contract.ts';
import type { Dated, KeptChat, KeptMessage } from '../model.ts';
import type { FeishuApp } from './apps.ts';

export interface FeishuChat extends KeptChat<FeishuMessage> {
  /** Each message opens a topic (`group_message_type` thread). */
  readonly topics: boolean;
  readonly owner: string | undefined;
}

export type Sender =
  | { readonly kind: 'person'; readonly person: string }
  | { readonly kind: 'app'; readonly app: FeishuApp }
  | { readonly kind: 'system' };

export interface Mention {
  /** `@_user_1`, `@_all`. */
  readonly key: string;
  readonly name: string;
  readonly who:
    | { readonly kind: 'person'; readonly person: string }
    | { readonly kind: 'app'; readonly app: FeishuApp }
    | { readonly kind: 'all' };
}

/** One thing that happened to a bot's message. */
export interface Change {
  readonly kind: string;
  /** Of CardKit's operations. */
  readonly sequence?: number;
  readonly element?: string;
  /** The new content, as it was sent: a text, a card's JSON, the actions of a batch. */
  readonly content?: string;
}
export type Update = Dated<Change>;

/** A message as the vendor keeps it. */
export interface FeishuMessage extends KeptMessage<FeishuChat, Sender, Change> {
  /** `text`, `post`, `image`, `file`, `audio`, `media`, `sticker`, `interactive`, `merge_forward`, `system`, … */
  readonly type: string;
  readonly rootId: string | undefined;
  /** The message it was forwarded in. */
  readonly upperId: string | undefined;
  readonly uuid: string | undefined;
  threadId: string | undefined;
  /** JSON, with mentions as placeholders. */
  content: string;
  mentions: readonly Mention[];
  /** Present on a card: its JSON, or the entity that holds it. */
  card?: CardJson;
  readonly entity?: CardEntity;
  edits: number;
  readonly reactions: Map<string, { readonly emoji: string; readonly by: Sender; readonly at: number }>;
  readonly readBy: Set<string>;
  followUps: readonly string[];
}

export type CardJson = Record<string, unknown>;

/** Where an element stands, so that it can be changed, followed or taken out. */
export interface ElementPlace {
  readonly node: CardJson;
  /** The list it stands in; absent for a text within an element. */
  readonly list: CardJson[] | undefined;
}

export interface CardIndex {
  /** By element_id. */
  readonly places: ReadonlyMap<string, ElementPlace>;
  readonly count: number;
  /** Markdown and table elements together. */
  readonly tables: number;
}

/**
 * A card of CardKit. Its streaming mode is always in one of these states.
 * - never opened: content cannot be streamed (300309). Left by a setting or a card with `streaming_mode: true`.
 * - open: until `streamingUntil`. Left by a setting, or by time.
 * - closed by the app (300309), or timed out (200850). Left by a setting with `streaming_mode: true`.
 */
export interface CardEntity {
  /** Digits, at most 20. */
  readonly id: string;
  readonly app: FeishuApp;
  readonly createdAt: number;
  json: CardJson;
  index: CardIndex;
  /** Size of the whole card's JSON. */
  bytes: number;
  tables: number;
  /** The last one used; the next must be larger. */
  sequence: number;
  /** When streaming ends by itself; undefined when it is not open. */
  streamingUntil: number | undefined;
  sentAs: FeishuMessage | undefined;
  /** Operations by uuid, with what they were. */
  readonly uuids: Map<string, string>;
  readonly streamed: Map<string, StreamedElement>;
  updates: number;
  readonly history: Update[];
}
