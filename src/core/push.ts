import type { AnswerFile } from './agent.ts';
import { GatewayError } from './errors.ts';
import type { ChannelName, PersonId, SendKey } from './ids.ts';
import type { Lang } from './lang.ts';
import type { Mentions } from './mentions.ts';
import type { Asks, QuestionContent } from './push-question.ts';
import type { Sent } from './reply.ts';

/*
 * A push is a message that nobody asked for: an alarm, a report, a word to an administrator. It goes to receivers, each of whom gets
 * it in one or more parts.
 */

/** A button opens an address; nobody hears of its being pressed. */
export interface LinkButton {
  readonly text: string;
  readonly url: string;
}

/** What is pushed, in our own form; each platform shows it as well as it can. */
export type PushContent =
  | { readonly kind: 'text'; readonly text: string; readonly mentions?: Mentions }
  | { readonly kind: 'markdown'; readonly title?: string; readonly text: string; readonly mentions?: Mentions }
  /** `text` is Markdown. */
  | {
      readonly kind: 'card';
      readonly title: string;
      readonly text: string;
      readonly buttons: readonly LinkButton[];
      /** The address of a picture that stands above it. */
      readonly picture?: string;
      readonly mentions?: Mentions;
    }
  | ArticlesContent
  | FactsContent
  | FileContent
  | QuestionContent;

/** Several things to read, each with its own picture and address. */
export interface ArticlesContent {
  readonly kind: 'articles';
  readonly title?: string;
  /** Markdown that stands before them; may be empty. */
  readonly text: string;
  readonly articles: readonly Article[];
  readonly mentions?: Mentions;
}

/** Names and values below each other, and the mini program (小程序) that opens where the platform has such. */
export interface FactsContent {
  readonly kind: 'facts';
  readonly title: string;
  /** Markdown that stands before them; may be empty. */
  readonly text: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly program?: MiniProgram;
  /** Opens where all of it stands. */
  readonly link?: LinkButton;
  readonly mentions?: Mentions;
}

/** @see FactsContent */
export interface MiniProgram {
  /** Its id at the vendor. */
  readonly app: string;
  /** A page in it, with its parameters; its first page when absent. */
  readonly page?: string;
}

/** A picture, a recording, a video or any other file, fetched from its web address when it is sent: the address must last until then. */
export interface FileContent {
  readonly kind: 'file';
  readonly title?: string;
  /** Markdown that stands before it; may be empty. */
  readonly text: string;
  readonly file: AnswerFile;
  readonly mentions?: Mentions;
}

export interface Article {
  readonly title: string;
  readonly url: string;
  readonly description?: string;
  /** The address of a picture. */
  readonly picture?: string;
}

/** Whom the vendor delivers to; `id` is the vendor's own, and empty for everyone and for a robot's group. */
export interface Receiver {
  readonly channel: ChannelName;
  readonly kind: ReceiverKind;
  readonly id: string;
}

/** `staff` is somebody of the company, where the app itself talks to others: only the app's own adapter names her. */
export type ReceiverKind = 'user' | 'chat' | 'department' | 'everyone' | 'robot' | 'staff';

/** Whom a caller names: somebody, on whichever of her accounts can be reached, or a receiver. */
export type PushTo =
  | { readonly kind: 'person'; readonly person: PersonId; readonly channel?: ChannelName }
  | (Receiver & { readonly kind: ReceiverKind });

/** As a message of the app or robot in a chat, or as a notification of the app, where the vendor has those apart (工作通知). */
export type PushWay = 'message' | 'notice';

/** One part for receivers who are reached by one call. */
export interface PushMessage {
  readonly kind: 'push';
  readonly to: PushAddress;
  readonly key: SendKey;
  readonly content: PushContent;
  readonly lang: Lang;
}

export interface PushAddress {
  readonly channel: ChannelName;
  readonly way: PushWay;
  readonly kind: ReceiverKind;
  readonly ids: readonly string[];
}

/** What the vendor says later about a part that it took. Receivers that it does not speak of are left out. */
export interface PushOutcome {
  /** Whether the vendor is done with it. */
  readonly finished: boolean;
  /** By the receiver's id. */
  readonly receivers: Readonly<Record<string, ReceiverOutcome>>;
}

/**
 * - read, unread: it is there. - unknown: nobody of that id, or outside what the app sees. - repeated, too-many: kept from her without a
 *   word, for she had the same words or too much that day. - failed: for a reason that the vendor keeps to itself.
 */
export type ReceiverOutcome = 'read' | 'unread' | 'unknown' | 'repeated' | 'too-many' | 'failed';

/** How many receivers of each kind one call takes; a kind that is absent cannot be reached. */
export type Reach = Readonly<Partial<Record<ReceiverKind, number>>>;

/** What brings pushes to one vendor: part of a platform's app, or a robot that can do nothing else. */
export interface Pusher {
  readonly channel: ChannelName;
  readonly reach: Readonly<Partial<Record<PushWay, Reach>>>;
  /** Shows a card's picture by itself; elsewhere it comes to `partsOf` in the text. */
  readonly showsPictures?: boolean;
  /** Shows articles by themselves; elsewhere they come to `partsOf` as a text with links. */
  readonly showsArticles?: boolean;
  /** Shows facts by themselves; elsewhere they come to `partsOf` as a text. */
  readonly showsFacts?: boolean;
  /** Sends files by themselves; elsewhere they come to `partsOf` as a text with a link. */
  readonly sendsFiles?: boolean;
  /** What people can answer here; absent where nobody hears of a press. */
  readonly asks?: Asks;
  /** An account as the vendor's events name it, where a receiver may be written in another way. */
  accountOf?(receiver: string): string;
  /** Where the vendor keeps from a person what she has got that day already, and says nothing of it. */
  readonly onceADay?: PushWay;
  /** Whether this account can be written to; absent where each can. */
  knows?(user: string): boolean;
  /**
   * The content in as many parts as it needs here. No network.
   * @throws {GatewayError} `platform_content_refused` for what can never be shown.
   */
  partsOf(content: PushContent, way: PushWay): readonly PushContent[];
  /** Until when the vendor takes a second sending of this for the first one; epoch milliseconds, 0 for never. */
  knownUntil(message: PushMessage, firstSentAt: number): number;
  /** Sends one part. `Sent.refused` names those of several receivers whom it does not reach. */
  send(message: PushMessage, options: PushOptions): Promise<Sent>;
  /** Asks the vendor what became of a part. Costs calls. */
  outcome?(sent: Sent, to: PushAddress, signal: AbortSignal): Promise<PushOutcome | undefined>;
  /** Takes a part back, as long as the vendor allows it. */
  recall?(sent: Sent, to: PushAddress, signal: AbortSignal): Promise<void>;
}

/** As `SendOptions` of a platform: see there. */
export interface PushOptions {
  readonly signal: AbortSignal;
  readonly prior?: Sent;
  readonly save: (sent: Sent) => Promise<void>;
}

/** What an adapter says by itself, by its own pusher. */
export interface PushOrder {
  /** The adapter's own name for it: the same again is the same one, whatever it says by then. */
  readonly key: string;
  readonly kind: ReceiverKind;
  readonly id: string;
  readonly content: PushContent;
  readonly lang: Lang;
}

/** Stores what is ordered; whoever works on the store sends it, without what must not leave. */
export type OrderPush = (order: PushOrder) => Promise<void>;

/** One robot of a group, made from its settings: it speaks and hears nothing. */
export interface Robot {
  readonly pusher: Pusher;
  close(): Promise<void>;
}

/**
 * The content with its text cut into pieces: whoever is called is called by the first, and buttons stand under the last.
 *
 * @param pieces - The text of `content`, cut; at least one.
 */
export function inPieces(content: PushContent, pieces: readonly string[]): readonly PushContent[] {
  return pieces.map((text, index) => {
    const last = index === pieces.length - 1;
    const { mentions, ...rest } = content;
    const called = index === 0 && mentions ? { mentions } : {};
    if (rest.kind === 'text' || rest.kind === 'markdown' || last) return { ...rest, text, ...called };
    return { kind: 'markdown', ...(rest.title !== undefined && { title: rest.title }), text, ...called };
  });
}

/** The content with its picture in the text, where it shows or becomes a link. */
export function pictureInText(content: PushContent): PushContent {
  if (content.kind !== 'card' || content.picture === undefined) return content;
  const { picture, text, ...rest } = content;
  return { ...rest, text: `![](${picture})\n\n${text}`.trim() };
}

/** Articles as a text of ours, where there is nothing else to show them by. */
export function articlesInText(content: PushContent): PushContent {
  if (content.kind !== 'articles') return content;
  const { articles, text, title, mentions } = content;
  const listed = articles.map(({ title: name, url, description = '' }) => {
    const link = `**[${name.replace(/[\\[\]*_`]/g, '\\$&')}](${url})**`;
    return description === '' ? link : `${link}\n${description}`;
  });
  const whole = [text, ...listed].filter((block) => block.trim() !== '').join('\n\n');
  return { kind: 'markdown', text: whole, ...(title !== undefined && { title }), ...(mentions && { mentions }) };
}

/** Facts as a text of ours, where there is nothing else to show them by. */
export function factsInText(content: PushContent): PushContent {
  if (content.kind !== 'facts') return content;
  const { title, text, facts, link, mentions } = content;
  const plain = (words: string): string => words.replace(/[\\[\]*_`<]/g, '\\$&').replace(/\s+/g, ' ');
  const listed = facts.map(({ name, value }) => `- **${plain(name)}** ${plain(value)}`).join('\n');
  const whole = [text, listed].filter((block) => block.trim() !== '').join('\n\n');
  return { kind: 'card', title, text: whole, buttons: link ? [link] : [], ...(mentions && { mentions }) };
}

/** A file as a text of ours: a picture shows where a text can hold pictures, everything else is a link. */
export function fileInText(content: PushContent): PushContent {
  if (content.kind !== 'file') return content;
  const { file, text, title, mentions } = content;
  const address = file.url.replaceAll('(', '%28').replaceAll(')', '%29');
  const link = `[${file.name.replace(/[\\[\]*_`]/g, '\\$&')}](${address})`;
  const whole = [text, file.kind === 'image' ? `!${link}` : link].filter((block) => block.trim() !== '').join('\n\n');
  return { kind: 'markdown', text: whole, ...(title !== undefined && { title }), ...(mentions && { mentions }) };
}

/**
 * Articles or a file, each a message of its own, behind what is said before it.
 *
 * @param partsOf - The messages that the words take.
 */
export function behindWords(
  content: ArticlesContent | FileContent,
  partsOf: (words: PushContent) => readonly PushContent[],
  before: (content: ArticlesContent | FileContent) => PushContent | undefined = wordsBefore,
): readonly PushContent[] {
  const words = before(content);
  const alone: PushContent =
    content.kind === 'file'
      ? { kind: 'file', text: '', file: content.file }
      : { kind: 'articles', text: '', articles: content.articles };
  return words ? [...partsOf(words), alone] : [alone];
}

/** What is said before articles or a file; undefined where nothing is. */
export function wordsBefore({ title, text, mentions }: ArticlesContent | FileContent): PushContent | undefined {
  if ((title ?? '').trim() === '' && text.trim() === '' && !mentions) return undefined;
  return { kind: 'markdown', text, ...(title !== undefined && { title }), ...(mentions && { mentions }) };
}

/**
 * The content in as few parts as fit, its text cut where `split` cuts.
 *
 * @param maxBytes - The longest piece of text that can fit at all; with what stands around it less may.
 * @throws {GatewayError} `platform_content_refused` when even a short piece does not fit: a button's address may be too long.
 */
export function partsThatFit(
  content: PushContent,
  maxBytes: number,
  split: (text: string, maxBytes: number) => readonly string[],
  fits: (part: PushContent) => boolean,
): readonly PushContent[] {
  for (let room = maxBytes; room >= LEAST_PIECE_BYTES; room = Math.floor(room * 0.8)) {
    const pieces = split(content.text, room);
    const parts = inPieces(content, pieces.length === 0 ? [''] : pieces);
    if (parts.every(fits)) return parts;
  }
  throw new GatewayError('platform_content_refused', 'a push does not fit into a message here, however it is cut');
}

const LEAST_PIECE_BYTES = 200;
