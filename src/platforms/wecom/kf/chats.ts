import { LRUCache } from 'lru-cache';
import type { Clock } from '../../../core/clock.ts';
import type { ChatId, MessageId } from '../../../core/ids.ts';
import { MAX_MESSAGES, WINDOW_MS } from './limits.ts';

const MAX_CHATS = 5_000;
/** What a servicer is told of a dialogue: the last lines, shortened. */
const LINES = 6;
const LINE_CHARS = 80;

/** What is remembered of a chat; after a restart the vendor's own refusals stand in for it. */
interface Chat {
  /** The customer's newest message that we know of. */
  newest: MessageId | undefined;
  sent: number;
  /** Answers in a row that were of no use, and whether the newest is one of them. */
  failures: number;
  isBad: boolean;
  lines: { readonly by: 'customer' | 'assistant'; readonly text: string }[];
}

/** Counts what may still be said to each customer, and keeps the last lines for whoever takes over. */
export class Chats {
  readonly #clock: Clock;
  readonly #chats: LRUCache<ChatId, Chat>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#chats = new LRUCache({
      max: MAX_CHATS,
      ttl: WINDOW_MS,
      updateAgeOnGet: true,
      perf: { now: () => clock.now() },
    });
  }

  /** A customer wrote: she may get five messages again. */
  heard(chat: ChatId, message: MessageId, text: string): void {
    const known = this.#of(chat);
    if (known.newest === message) return;
    known.newest = message;
    known.sent = 0;
    addLine(known, 'customer', text);
  }

  said(chat: ChatId, text: string): void {
    addLine(this.#of(chat), 'assistant', text);
  }

  /** How many messages may still go out. @param wrote - When she wrote what is answered, epoch milliseconds. */
  room(chat: ChatId, wrote: number | undefined): number {
    if (wrote !== undefined && this.#clock.now() - wrote >= WINDOW_MS) return 0;
    return MAX_MESSAGES - this.#of(chat).sent;
  }

  sent(chat: ChatId): void {
    this.#of(chat).sent += 1;
  }

  /** The vendor says that there is no room. */
  full(chat: ChatId): void {
    this.#of(chat).sent = MAX_MESSAGES;
  }

  /** She goes on asking: an answer of which she did not complain was of use. */
  asked(chat: ChatId): void {
    const known = this.#of(chat);
    if (!known.isBad) known.failures = 0;
    known.isBad = false;
  }

  /** Notes how an answer went. @returns How many in a row were of no use. */
  judged(chat: ChatId, useful: boolean): number {
    const known = this.#of(chat);
    known.failures = useful ? 0 : known.failures + 1;
    known.isBad = !useful;
    return known.failures;
  }

  lines(chat: ChatId): Chat['lines'] {
    return this.#of(chat).lines;
  }

  #of(chat: ChatId): Chat {
    let known = this.#chats.get(chat);
    if (!known) {
      known = { newest: undefined, sent: 0, failures: 0, isBad: false, lines: [] };
      this.#chats.set(chat, known);
    }
    return known;
  }
}

function addLine(chat: Chat, by: 'customer' | 'assistant', text: string): void {
  const characters = [...text.replace(/\s+/g, ' ').trim()];
  if (characters.length === 0) return;
  const short =
    characters.length > LINE_CHARS ? `${characters.slice(0, LINE_CHARS - 1).join('')}…` : characters.join('');
  chat.lines = [...chat.lines, { by, text: short }].slice(-LINES);
}
