import type { SimClock } from '../clock.ts';
import type { WecomMessage } from './model.ts';
import { RecordedWecomAnswer } from './recorded-answer.ts';

/** One try to deliver one callback. */
export interface RecordedCallback {
  /** App, bot, or the company's id for customer service. */
  readonly receiver: string;
  readonly via: 'webhook' | 'socket';
  /** `text`, `event click`, `stream` (a poll), `kf_msg_or_event`, … */
  readonly event: string;
  readonly messageId?: string;
  readonly chatId?: string;
  /** From 1. */
  readonly attempt: number;
  readonly sentAt: number;
  /** To the answer; 0 on a socket, where nothing is acknowledged. */
  readonly ackMs: number;
  /** HTTP status; 0 when no answer came or no connection was there; 200 when a frame went out. */
  readonly status: number;
  readonly ok: boolean;
  readonly failed?: string;
}

/** A message the vendor took with errcode 0 and did not bring. */
export interface RecordedDrop {
  readonly from: string;
  /** `SimPerson.id`, or a chat. */
  readonly to: string;
  readonly at: number;
  readonly why: 'member-rate' | 'send-failed';
}

/** An answer in a callback's response that the vendor could not use, and says nothing about. */
export interface RecordedBadReply {
  readonly receiver: string;
  readonly at: number;
  readonly why: string;
}

/** What happened so far, for assertions. Complete unless the simulator was told to keep less. */
export interface WecomRecord {
  /** Every try, in the order in which they ended. */
  readonly deliveries: readonly RecordedCallback[];
  readonly dropped: readonly RecordedDrop[];
  readonly badReplies: readonly RecordedBadReply[];
  /** Calls by `METHOD path` or `frame command`, and code: `'POST message/send 0' → 12`. */
  readonly calls: ReadonlyMap<string, number>;
  /**
   * People's messages that the gateway has taken, in that order. Over HTTP: the callback got its 200 (of customer service,
   * the signal). On a long connection nothing is acknowledged: the first frame that answers it counts.
   */
  readonly acknowledged: ReadonlySet<string>;
  /** How often customer service gave out each message. */
  readonly fetched: ReadonlyMap<string, number>;
  /** All messages of apps, bots, accounts and robots, oldest first. */
  answers(): RecordedWecomAnswer[];
  /** Those that answer this message; where the vendor keeps no such link, all that came later in its chat. */
  answersTo(messageId: string): RecordedWecomAnswer[];
  inChat(chatId: string): RecordedWecomAnswer[];
  answer(messageId: string): RecordedWecomAnswer | undefined;
  /**
   * Waits until `find` gives something; asked again after each change.
   * @param timeoutMs - By the machine's clock; default 5,000.
   * @throws {Error} When the time is up.
   */
  until<T>(find: () => T | undefined | false, timeoutMs?: number): Promise<T>;
  /** Waits for an answer to this message that is `done`: by default, one that no longer streams and says something. */
  answered(
    messageId: string,
    options?: { readonly done?: (answer: RecordedWecomAnswer) => boolean; readonly timeoutMs?: number },
  ): Promise<RecordedWecomAnswer>;
}

/** The record as the simulator writes it. */
export interface Recorder extends WecomRecord {
  delivered(delivery: RecordedCallback): void;
  drop(drop: Omit<RecordedDrop, 'at'>): void;
  badReply(reply: Omit<RecordedBadReply, 'at'>): void;
  called(api: string, code: number): void;
  taken(messageId: string): void;
  gaveOut(messageId: string): void;
  messageAdded(message: WecomMessage): void;
  messageChanged(message: WecomMessage): void;
  messageForgotten(message: WecomMessage): void;
  clear(): void;
}

interface Waiter {
  /** Only changes in this chat are of interest; undefined: all changes. */
  readonly chat: string | undefined;
  readonly look: () => boolean;
}

export interface RecorderParts {
  readonly clock: SimClock;
  /** Most deliveries; the older half goes when there are more. */
  readonly keep: number;
  readonly find: (id: string) => WecomMessage | undefined;
}

export function createRecorder({ clock, keep, find }: RecorderParts): Recorder {
  let deliveries: RecordedCallback[] = [];
  let dropped: RecordedDrop[] = [];
  let badReplies: RecordedBadReply[] = [];
  const calls = new Map<string, number>();
  const acknowledged = new Set<string>();
  const fetched = new Map<string, number>();
  const byId = new Map<string, RecordedWecomAnswer>();
  const waiters = new Map<string | undefined, Set<Waiter>>();

  const tell = (chat: string | undefined): void => {
    if (waiters.size === 0) return;
    for (const waiter of waiters.get(undefined) ?? []) waiter.look();
    if (chat !== undefined) for (const waiter of waiters.get(chat) ?? []) waiter.look();
  };
  const wait = <T>(chat: string | undefined, seek: () => T | undefined | false, timeoutMs: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const group = waiters.get(chat) ?? new Set<Waiter>();
      const end = (): void => {
        clearTimeout(timer);
        group.delete(waiter);
        if (group.size === 0) waiters.delete(chat);
      };
      const waiter: Waiter = {
        chat,
        look() {
          const found = seek();
          if (found === undefined || found === false) return false;
          end();
          resolve(found);
          return true;
        },
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`what was waited for did not happen in ${timeoutMs} ms`));
      }, timeoutMs);
      group.add(waiter);
      waiters.set(chat, group);
      waiter.look();
    });
  const answersTo = (id: string): RecordedWecomAnswer[] => {
    const asked = find(id);
    if (asked === undefined) return [];
    const { messages } = asked.chat;
    return messages.slice(messages.lastIndexOf(asked) + 1).flatMap((message) => {
      const answer = byId.get(message.id);
      return answer === undefined || (message.parentId ?? id) !== id ? [] : [answer];
    });
  };

  return {
    get deliveries() {
      return deliveries;
    },
    get dropped() {
      return dropped;
    },
    get badReplies() {
      return badReplies;
    },
    calls,
    acknowledged,
    fetched,
    answers: () => [...byId.values()],
    answersTo,
    inChat: (chatId) => [...byId.values()].filter((answer) => answer.chatId === chatId),
    answer: (id) => byId.get(id),
    until: (seek, timeoutMs = 5000) => wait(undefined, seek, timeoutMs),
    answered: (id, { done = (answer: RecordedWecomAnswer) => answer.isSettled, timeoutMs = 5000 } = {}) =>
      wait(find(id)?.chat.id, () => answersTo(id).find(done), timeoutMs),
    delivered(delivery) {
      deliveries.push(delivery);
      if (deliveries.length > keep) deliveries = deliveries.slice(-keep / 2);
      if (delivery.ok && delivery.via === 'webhook' && delivery.messageId !== undefined) {
        acknowledged.add(delivery.messageId);
      }
      tell(undefined);
    },
    drop(drop) {
      dropped.push({ ...drop, at: clock.now() });
      tell(undefined);
    },
    badReply(reply) {
      badReplies.push({ ...reply, at: clock.now() });
      tell(undefined);
    },
    called(api, code) {
      const key = `${api} ${code}`;
      calls.set(key, (calls.get(key) ?? 0) + 1);
      tell(undefined);
    },
    taken(id) {
      acknowledged.add(id);
    },
    gaveOut(id) {
      fetched.set(id, (fetched.get(id) ?? 0) + 1);
      tell(undefined);
    },
    messageAdded(message) {
      if (message.from.kind === 'bot') byId.set(message.id, new RecordedWecomAnswer(message, clock));
      tell(message.chat.id);
    },
    messageChanged: (message) => tell(message.chat.id),
    messageForgotten(message) {
      acknowledged.delete(message.id);
      byId.delete(message.id);
    },
    clear() {
      deliveries = [];
      dropped = [];
      badReplies = [];
      for (const all of [calls, acknowledged, fetched, byId]) all.clear();
    },
  };
}
