import type { Clock } from '../../../core/clock.ts';
import { GatewayError } from '../../../core/errors.ts';
import type { ChatId, MessageId } from '../../../core/ids.ts';
import type { Memos } from '../../../core/memos.ts';
import type { HandOverWhy, Line } from './dialogue.ts';
import { MAX_MESSAGES, WINDOW_MS } from './limits.ts';
import type { MarkFound } from './mark.ts';

/** What a servicer is told of a dialogue: the last lines, shortened. */
const LINES = 8;
const LINE_CHARS = 200;
/** A customer is told so often at the most that nobody is on duty, when she has not asked for anybody. */
const NOBODY_AGAIN_MS = 1_800_000;
/** So many of a customer's messages are known again when a page is read a second time. */
const HEARD = 20;
/** Longer than the vendor's window, so that nothing is forgotten that still counts. */
const KEEP_MS = WINDOW_MS + 3_600_000;
/** Two of us never differ for long about one customer. */
const MAX_TRIES = 20;

/** A customer's message. */
export interface Heard {
  readonly message: MessageId;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** She only pressed something. Whoever goes on asking found the answer before of use, unless she complained. */
  readonly isPress: boolean;
  readonly asksForPerson?: boolean;
}

/** What is remembered of a chat, in the store. Everything is named by what caused it, so that what is done again counts once. */
interface Chat {
  /** The customer's newest messages. */
  readonly heard: readonly string[];
  /** Our messages since the newest of hers; `isFull` when the vendor says that there is no room. */
  readonly said: readonly string[];
  readonly isFull: boolean;
  /** What made the answers in a row that were of no use. */
  readonly failures: readonly string[];
  /** Whether the newest answer is one of them. */
  readonly isBad: boolean;
  readonly lines: readonly Line[];
  /** The hand-over of which no servicer was told yet; '' for none. */
  readonly handing: string;
  /** Why she is, or was last. */
  readonly why: HandOverWhy;
  /** When she was told last, unasked, that nobody is on duty. */
  readonly nobodyAt: number;
  /** The newest one of which a servicer was told. */
  readonly briefed: string;
  /** What was found of the agent's mark in the messages of the answer that is on its way. */
  readonly marks: { readonly turn: string; readonly found: readonly MarkFound[] };
}

const NEW: Chat = {
  heard: [],
  said: [],
  isFull: false,
  failures: [],
  isBad: false,
  lines: [],
  handing: '',
  why: 'pool',
  nobodyAt: 0,
  briefed: '',
  marks: { turn: '', found: [] },
};

/** Counts what may still be said to each customer, and keeps the last lines for whoever takes over. A restart forgets nothing. */
export class Chats {
  readonly #clock: Clock;
  readonly #memos: Memos;

  constructor(clock: Clock, memos: Memos) {
    this.#clock = clock;
    this.#memos = memos;
  }

  /** A customer wrote: she may get five messages again. */
  async heard(chat: ChatId, { message, text, at, isPress, asksForPerson = false }: Heard): Promise<void> {
    const aside = isPress || asksForPerson;
    await this.#change(chat, (known) => {
      if (known.heard.includes(message)) return known;
      const next: Chat = {
        ...known,
        heard: [...known.heard, message].slice(-HEARD),
        said: [],
        isFull: false,
        lines: withLine(known.lines, { key: message, by: 'customer', text, at, ...(aside && { aside }) }),
      };
      return isPress ? next : { ...next, failures: known.isBad ? known.failures : [], isBad: false };
    });
  }

  /** Something of an answer, for the summary. */
  async said(chat: ChatId, key: string, text: string): Promise<void> {
    const at = this.#clock.now();
    await this.#change(chat, (known) => ({
      ...known,
      lines: withLine(known.lines, { key, by: 'assistant', text, at }),
    }));
  }

  /** How many messages may still go out. @param wrote - When she wrote what is answered, epoch milliseconds. */
  async room(chat: ChatId, wrote: number | undefined): Promise<number> {
    if (wrote !== undefined && this.#clock.now() - wrote >= WINDOW_MS) return 0;
    const { isFull, said } = await this.#read(chat);
    return isFull ? 0 : MAX_MESSAGES - said.length;
  }

  /** A message went out; the same one again takes no more room. */
  async sent(chat: ChatId, msgid: string): Promise<void> {
    await this.#change(chat, (known) =>
      known.said.includes(msgid) ? known : { ...known, said: [...known.said, msgid] },
    );
  }

  /** Whether this very message went out since she wrote. */
  async wasSent(chat: ChatId, msgid: string): Promise<boolean> {
    return (await this.#read(chat)).said.includes(msgid);
  }

  /** The vendor says that there is no room. */
  async full(chat: ChatId): Promise<void> {
    await this.#change(chat, (known) => ({ ...known, isFull: true }));
  }

  /** What was found of the mark in the message of this turn before the one of this key. */
  async markBefore(chat: ChatId, turn: string, key: string): Promise<MarkFound | undefined> {
    const { marks } = await this.#read(chat);
    if (marks.turn !== turn) return undefined;
    const own = marks.found.findIndex((found) => found.key === key);
    return own < 0 ? marks.found.at(-1) : marks.found[own - 1];
  }

  async marked(chat: ChatId, turn: string, found: MarkFound): Promise<void> {
    await this.#change(chat, (known) => {
      const before = known.marks.turn === turn ? known.marks.found : [];
      if (before.some(({ key }) => key === found.key)) return known;
      return { ...known, marks: { turn, found: [...before, found] } };
    });
  }

  /** An answer was of use, or somebody else takes over. */
  async wasUseful(chat: ChatId): Promise<void> {
    await this.#change(chat, (known) => ({ ...known, failures: [], isBad: false }));
  }

  /** An answer was of no use. @param key - What says so. @returns How many in a row were not. */
  async wasUseless(chat: ChatId, key: string): Promise<number> {
    const { failures } = await this.#change(chat, (known) => {
      const all = known.failures.includes(key) ? known.failures : [...known.failures, key];
      return { ...known, failures: all, isBad: true };
    });
    return failures.length;
  }

  async lines(chat: ChatId): Promise<readonly Line[]> {
    return (await this.#read(chat)).lines;
  }

  /** She is being given to somebody, who has to be told. @param handOver - What it is known by; '' when nobody takes her. */
  async handing(chat: ChatId, handOver: string, why?: HandOverWhy): Promise<void> {
    await this.#change(chat, (known) =>
      known.handing === handOver ? known : { ...known, handing: handOver, why: why ?? known.why },
    );
  }

  /** What a servicer still has to be told of; '' for nothing. */
  async untold(chat: ChatId): Promise<string> {
    return (await this.#read(chat)).handing;
  }

  /** Why she was given away last. */
  async why(chat: ChatId): Promise<HandOverWhy> {
    return (await this.#read(chat)).why;
  }

  /** Whether she may be told, unasked, that nobody is on duty; then it counts as told. */
  async mayTellNobody(chat: ChatId): Promise<boolean> {
    const now = this.#clock.now();
    const { nobodyAt } = await this.#change(chat, (known) =>
      now - known.nobodyAt < NOBODY_AGAIN_MS ? known : { ...known, nobodyAt: now },
    );
    return nobodyAt === now;
  }

  async wasBriefed(chat: ChatId, handOver: string): Promise<boolean> {
    return (await this.#read(chat)).briefed === handOver;
  }

  async briefed(chat: ChatId, handOver: string): Promise<void> {
    await this.#change(chat, (known) => ({ ...known, handing: '', briefed: handOver }));
  }

  async #read(chat: ChatId): Promise<Chat> {
    return chatIn(await this.#memos.read(nameOf(chat)));
  }

  async #change(chat: ChatId, change: (known: Chat) => Chat): Promise<Chat> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const before = await this.#memos.read(nameOf(chat));
      const known = chatIn(before);
      const next = change(known);
      if (next === known) return known;
      const after = JSON.stringify(next);
      if (await this.#memos.swap(nameOf(chat), before, after, this.#clock.now() + KEEP_MS)) return next;
    }
    throw new GatewayError('store_unavailable', 'what is known of a customer was changed again and again by others');
  }
}

function nameOf(chat: ChatId): string {
  return `chat ${chat}`;
}

/** Written by us, also by a version before this one: what it did not know is as new. */
function chatIn(body: string | undefined): Chat {
  return body === undefined ? NEW : { ...NEW, ...(JSON.parse(body) as Partial<Chat>) };
}

function withLine(lines: readonly Line[], { key, text, ...rest }: Line): readonly Line[] {
  const characters = [...text.replace(/\s+/g, ' ').trim()];
  if (characters.length === 0 || lines.some((line) => line.key === key)) return lines;
  const short =
    characters.length > LINE_CHARS ? `${characters.slice(0, LINE_CHARS - 1).join('')}…` : characters.join('');
  return [...lines, { key, text: short, ...rest }].slice(-LINES);
}
