import type { SimClock } from '../clock.ts';
import type { FeishuCode } from './errors.ts';
import type { CardJson, FeishuMessage } from './model.ts';
import { RecordedAnswer } from './recorded-answer.ts';

export { RecordedAnswer } from './recorded-answer.ts';

/** One try to deliver one event. */
export interface RecordedDelivery {
  readonly appId: string;
  readonly via: 'webhook' | 'socket';
  readonly eventType: string;
  readonly eventId: string;
  readonly messageId?: string;
  readonly chatId?: string;
  /** From 1. */
  readonly attempt: number;
  readonly sentAt: number;
  readonly ackMs: number;
  /** HTTP status, or code of the ack frame; 0 when no answer came. */
  readonly status: number;
  /** Acknowledged. */
  readonly ok: boolean;
  readonly failed?: string;
}

/** One press on a card, and what the gateway said. */
export interface RecordedPress {
  readonly messageId: string;
  readonly person: string;
  readonly at: number;
  readonly ms: number;
  /** 0, or the number the person is shown (200341 …). */
  readonly code: number;
  readonly answer: CardJson | undefined;
  /** Why a card in the answer was not shown. */
  readonly cardIgnored?: 'streaming';
}

/** What happened so far, for assertions. Complete unless the simulator was told to keep less. */
export interface FeishuRecord {
  /** Every try, in the order in which they ended. */
  readonly deliveries: readonly RecordedDelivery[];
  readonly presses: readonly RecordedPress[];
  /** Calls of the API by `METHOD path-pattern` and vendor code: `'POST /open-apis/im/v1/messages 0' → 12`. */
  readonly calls: ReadonlyMap<string, number>;
  /** Ids of the people's messages that were acknowledged at least once, in the order of the first ack. */
  readonly acknowledged: ReadonlySet<string>;
  /** All messages of bots, oldest first. */
  answers(): RecordedAnswer[];
  /** Messages of bots that answer this one (reply to it), oldest first; recalled ones too. */
  answersTo(messageId: string): RecordedAnswer[];
  /** Messages of bots in one chat, oldest first. */
  inChat(chatId: string): RecordedAnswer[];
  answer(messageId: string): RecordedAnswer | undefined;
  /**
   * Waits until `find` gives something; asked again after each change.
   * @param timeoutMs - By the machine's clock; default 5,000.
   * @throws {Error} When the time is up.
   */
  until<T>(find: () => T | undefined | false, timeoutMs?: number): Promise<T>;
  /** Waits for an answer to this message that is `done`: by default, one that no longer streams and says something. */
  answered(
    messageId: string,
    options?: { readonly done?: (answer: RecordedAnswer) => boolean; readonly timeoutMs?: number },
  ): Promise<RecordedAnswer>;
}

/** The record as the simulator writes it. */
export interface Recorder extends FeishuRecord {
  delivered(delivery: RecordedDelivery): void;
  pressed(press: RecordedPress): void;
  called(api: string, code: FeishuCode | 0): void;
  messageAdded(message: FeishuMessage): void;
  messageChanged(message: FeishuMessage): void;
  messageForgotten(message: FeishuMessage): void;
  clear(): void;
}

interface Waiter {
  /** Only changes of answers to this message are of interest; undefined: all changes. */
  readonly about: string | undefined;
  readonly look: () => boolean;
}

/** @param keep - Most deliveries and presses; the older half goes when there are more. */
export function createRecorder(clock: SimClock, keep: number): Recorder {
  let deliveries: RecordedDelivery[] = [];
  let presses: RecordedPress[] = [];
  const calls = new Map<string, number>();
  const acknowledged = new Set<string>();
  const byId = new Map<string, RecordedAnswer>();
  const byParent = new Map<string, RecordedAnswer[]>();
  const waiters = new Map<string | undefined, Set<Waiter>>();

  const tell = (about: string | undefined): void => {
    if (waiters.size === 0) return;
    for (const waiter of waiters.get(undefined) ?? []) waiter.look();
    if (about !== undefined) for (const waiter of waiters.get(about) ?? []) waiter.look();
  };
  const wait = <T>(about: string | undefined, find: () => T | undefined | false, timeoutMs: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const group = waiters.get(about) ?? new Set<Waiter>();
      const end = (): void => {
        clearTimeout(timer);
        group.delete(waiter);
        if (group.size === 0) waiters.delete(about);
      };
      const waiter: Waiter = {
        about,
        look() {
          const found = find();
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
      waiters.set(about, group);
      waiter.look();
    });
  const answersTo = (messageId: string): RecordedAnswer[] => [...(byParent.get(messageId) ?? [])];

  return {
    get deliveries() {
      return deliveries;
    },
    get presses() {
      return presses;
    },
    calls,
    acknowledged,
    answers: () => [...byId.values()],
    answersTo,
    inChat: (chatId) => [...byId.values()].filter((answer) => answer.chatId === chatId),
    answer: (messageId) => byId.get(messageId),
    until: (find, timeoutMs = 5000) => wait(undefined, find, timeoutMs),
    answered: (messageId, { done = (answer: RecordedAnswer) => answer.isSettled, timeoutMs = 5000 } = {}) =>
      wait(messageId, () => byParent.get(messageId)?.find(done), timeoutMs),
    delivered(delivery) {
      deliveries.push(delivery);
      if (deliveries.length > keep) deliveries = deliveries.slice(-keep / 2);
      if (delivery.ok && delivery.messageId !== undefined && delivery.eventType === 'im.message.receive_v1') {
        acknowledged.add(delivery.messageId);
      }
      tell(undefined);
    },
    pressed(press) {
      presses.push(press);
      if (presses.length > keep) presses = presses.slice(-keep / 2);
      tell(undefined);
    },
    called(api, code) {
      const key = `${api} ${code}`;
      calls.set(key, (calls.get(key) ?? 0) + 1);
    },
    messageAdded(message) {
      if (message.from.kind === 'app') remember(new RecordedAnswer(message, clock), byId, byParent);
      tell(message.parentId);
    },
    messageChanged: (message) => tell(message.parentId),
    messageForgotten(message) {
      acknowledged.delete(message.id);
      byId.delete(message.id);
      byParent.delete(message.id);
    },
    clear() {
      deliveries = [];
      presses = [];
      for (const all of [calls, acknowledged, byId, byParent]) all.clear();
    },
  };
}

function remember(
  answer: RecordedAnswer,
  byId: Map<string, RecordedAnswer>,
  byParent: Map<string, RecordedAnswer[]>,
): void {
  byId.set(answer.messageId, answer);
  if (answer.parentId === undefined) return;
  const siblings = byParent.get(answer.parentId);
  if (siblings === undefined) byParent.set(answer.parentId, [answer]);
  else siblings.push(answer);
}
