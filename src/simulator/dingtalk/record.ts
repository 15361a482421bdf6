import type { DingtalkMessage } from './model.ts';
import { RecordedDingtalkAnswer } from './recorded-answer.ts';

/** One try to push something to an app. */
export interface RecordedPush {
  readonly app: string;
  readonly via: 'stream' | 'webhook';
  /** `text`, `picture`, `card press`, `robot_msg_read`, … */
  readonly event: string;
  readonly messageId?: string;
  readonly chatId?: string;
  /** `headers.messageId` of its frame; '' over HTTP. */
  readonly frameId: string;
  /** From 1. */
  readonly attempt: number;
  readonly sentAt: number;
  readonly ackMs: number;
  /** HTTP status or code of the ack; 0 when none came. */
  readonly status: number;
  readonly ok: boolean;
  readonly failed?: string;
}

/** An ack of a frame that nobody waits for (any more). */
export interface StrayAck {
  readonly app: string;
  readonly at: number;
  readonly frameId: string;
}

/** What happened so far, for assertions. Complete unless the simulator was told to keep less. */
export interface DingtalkRecord {
  /** Every try, in the order in which they ended. */
  readonly deliveries: readonly RecordedPush[];
  readonly strayAcks: readonly StrayAck[];
  /** Calls by `METHOD path code`; 0 is success: `'PUT /v1.0/card/streaming 0' → 12`. */
  readonly calls: ReadonlyMap<string, number>;
  /** People's messages that the gateway has acknowledged, in that order. */
  readonly acknowledged: ReadonlySet<string>;
  /** All messages of robots, oldest first. */
  answers(): RecordedDingtalkAnswer[];
  /** Those that answer this message; where the vendor keeps no such link, all that came later in its chat. */
  answersTo(messageId: string): RecordedDingtalkAnswer[];
  inChat(chatId: string): RecordedDingtalkAnswer[];
  answer(messageId: string): RecordedDingtalkAnswer | undefined;
  /**
   * Waits until `find` gives something; asked again after each change.
   * @param timeoutMs - By the machine's clock; default 5,000.
   * @throws {Error} When the time is up.
   */
  until<T>(find: () => T | undefined | false, timeoutMs?: number): Promise<T>;
  /** Waits for an answer to this message that is `done`: by default, one that says something and no longer streams. */
  answered(
    messageId: string,
    options?: { readonly done?: (answer: RecordedDingtalkAnswer) => boolean; readonly timeoutMs?: number },
  ): Promise<RecordedDingtalkAnswer>;
}

/** The record as the simulator writes it. */
export interface Recorder extends DingtalkRecord {
  delivered(push: RecordedPush): void;
  strayAck(ack: StrayAck): void;
  called(api: string, code: number | string): void;
  messageAdded(message: DingtalkMessage): void;
  messageChanged(message: DingtalkMessage): void;
  messageForgotten(message: DingtalkMessage): void;
  /** Something else happened that somebody may wait for. */
  tell(): void;
  clear(): void;
}

interface Waiter {
  readonly look: () => boolean;
}

/** @param keep - Most pushes; the older half goes when there are more. */
export function createRecorder(keep: number, find: (id: string) => DingtalkMessage | undefined): Recorder {
  let deliveries: RecordedPush[] = [];
  let strayAcks: StrayAck[] = [];
  const calls = new Map<string, number>();
  const acknowledged = new Set<string>();
  const byId = new Map<string, RecordedDingtalkAnswer>();
  /** By the chat whose changes are of interest; '' for all changes. */
  const waiters = new Map<string, Set<Waiter>>();

  const tell = (chat = ''): void => {
    for (const waiter of waiters.get('') ?? []) waiter.look();
    if (chat !== '') for (const waiter of waiters.get(chat) ?? []) waiter.look();
  };
  const wait = <T>(chat: string, seek: () => T | undefined | false, timeoutMs: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const group = waiters.get(chat) ?? new Set<Waiter>();
      const end = (): void => {
        clearTimeout(timer);
        group.delete(waiter);
        if (group.size === 0) waiters.delete(chat);
      };
      const waiter: Waiter = {
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
  const answersTo = (id: string): RecordedDingtalkAnswer[] => {
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
    get strayAcks() {
      return strayAcks;
    },
    calls,
    acknowledged,
    answers: () => [...byId.values()],
    answersTo,
    inChat: (chatId) => [...byId.values()].filter((answer) => answer.chatId === chatId),
    answer: (id) => byId.get(id),
    until: (seek, timeoutMs = 5000) => wait('', seek, timeoutMs),
    answered: (id, { done = (answer: RecordedDingtalkAnswer) => answer.isSettled, timeoutMs = 5000 } = {}) =>
      wait(find(id)?.chat.id ?? '', () => answersTo(id).find(done), timeoutMs),
    delivered(push) {
      deliveries.push(push);
      if (deliveries.length > keep) deliveries = deliveries.slice(-keep / 2);
      if (push.ok && push.messageId !== undefined && push.event !== 'card press') acknowledged.add(push.messageId);
      tell();
    },
    strayAck(ack) {
      strayAcks.push(ack);
      if (strayAcks.length > keep) strayAcks = strayAcks.slice(-keep / 2);
      tell();
    },
    called(api, code) {
      const key = `${api} ${code}`;
      calls.set(key, (calls.get(key) ?? 0) + 1);
      tell();
    },
    messageAdded(message) {
      if (message.from.kind === 'bot') byId.set(message.id, new RecordedDingtalkAnswer(message));
      tell(message.chat.id);
    },
    messageChanged: (message) => tell(message.chat.id),
    messageForgotten(message) {
      acknowledged.delete(message.id);
      byId.delete(message.id);
    },
    tell: () => tell(),
    clear() {
      deliveries = [];
      strayAcks = [];
      for (const all of [calls, acknowledged, byId]) all.clear();
    },
  };
}
