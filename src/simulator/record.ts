import { createWaiters } from './waiters.ts';

/** One try to bring something to the gateway. */
export interface RecordedTry {
  /** The person's message that it tells of. */
  readonly messageId?: string;
  readonly chatId?: string;
  /** From 1. */
  readonly attempt: number;
  readonly sentAt: number;
  /** From sending to the ack. */
  readonly ackMs: number;
  /** HTTP status, or code of the ack; 0 when none came. */
  readonly status: number;
  /** Acknowledged. */
  readonly ok: boolean;
  /** Why there is no status: `timeout`, `connect`, `no-connection`, … */
  readonly failed?: string;
}

/** What happened at one platform so far, for assertions. Complete unless the simulator was told to keep less. */
export interface SimRecord<Delivery, Answer> {
  /** Every try, in the order in which they ended. */
  readonly deliveries: readonly Delivery[];
  /** Calls by what was called and the vendor's code; 0 is success. */
  readonly calls: ReadonlyMap<string, number>;
  /** Ids of the people's messages that were acknowledged, in the order of the first ack. */
  readonly acknowledged: ReadonlySet<string>;
  /** All messages of bots, oldest first. */
  answers(): Answer[];
  /**
   * Messages of bots that answer this one, oldest first; recalled ones too. Where the vendor keeps no such link, all that
   * came later in its chat.
   */
  answersTo(messageId: string): Answer[];
  /** Messages of bots in one chat, oldest first. */
  inChat(chatId: string): Answer[];
  answer(messageId: string): Answer | undefined;
  /**
   * Waits until `find` gives something; asked again after each change.
   * @param timeoutMs - By the machine's clock; default 5,000.
   * @throws {Error} When the time is up.
   */
  until<T>(find: () => T | undefined | false, timeoutMs?: number): Promise<T>;
  /** Waits for an answer to this message that is `done`: by default, one that no longer streams and says something. */
  answered(
    messageId: string,
    options?: { readonly done?: (answer: Answer) => boolean; readonly timeoutMs?: number },
  ): Promise<Answer>;
}

/** The record as the simulator writes it, whatever the platform. */
export interface SimRecorder<Delivery, Message, Answer> extends SimRecord<Delivery, Answer> {
  delivered(delivery: Delivery): void;
  called(api: string, code: number | string): void;
  /** A person's message has been taken by other means than a delivery. */
  taken(messageId: string): void;
  messageAdded(message: Message): void;
  messageChanged(message: Message): void;
  messageForgotten(message: Message): void;
  /** Something else happened that somebody may wait for. */
  tell(): void;
  clear(): void;
}

/** What a platform gives to its recorder. */
export interface RecorderParts<Delivery, Message, Answer> {
  /** Most deliveries; the older half goes when there are more. */
  readonly keep: number;
  /** The person's message that is acknowledged by this delivery. */
  readonly acknowledges: (delivery: Delivery) => string | undefined;
  /** The message as an answer; undefined when it is none of a bot's. */
  readonly answerOf: (message: Message) => Answer | undefined;
  readonly links: Links<Message, Answer>;
}

/** How the answers to a message are found. */
export interface Links<Message, Answer> {
  /** @param answers - All there are, by id. */
  answersTo(messageId: string, answers: ReadonlyMap<string, Answer>): readonly Answer[];
  /** Whoever waits for answers to this message is asked again after changes of this place; undefined: after all. */
  waitsAt(messageId: string): string | undefined;
  /** The place that changes with this message. */
  placeOf(message: Message): string | undefined;
  added?(answer: Answer): void;
  forgotten?(messageId: string): void;
  clear?(): void;
}

interface Answerable {
  readonly id: string;
}
interface Settling {
  readonly messageId: string;
  readonly chatId: string;
  readonly isSettled: boolean;
}

const PATIENCE_MS = 5000;

export function createSimRecorder<Delivery, Message extends Answerable, Answer extends Settling>(
  parts: RecorderParts<Delivery, Message, Answer>,
): SimRecorder<Delivery, Message, Answer> {
  const { keep, links } = parts;
  const deliveries: Delivery[] = [];
  const calls = new Map<string, number>();
  const acknowledged = new Set<string>();
  const answers = new Map<string, Answer>();
  const waiters = createWaiters();
  const tell = (): void => waiters.tell();

  return {
    deliveries,
    calls,
    acknowledged,
    answers: () => [...answers.values()],
    answersTo: (id) => [...links.answersTo(id, answers)],
    inChat: (chatId) => [...answers.values()].filter((answer) => answer.chatId === chatId),
    answer: (id) => answers.get(id),
    until: (find, timeoutMs = PATIENCE_MS) => waiters.wait(undefined, find, timeoutMs),
    answered: (id, { done = (answer: Answer) => answer.isSettled, timeoutMs = PATIENCE_MS } = {}) =>
      waiters.wait(links.waitsAt(id), () => links.answersTo(id, answers).find(done), timeoutMs),
    delivered(delivery) {
      addBounded(deliveries, delivery, keep);
      const message = parts.acknowledges(delivery);
      if (message !== undefined) acknowledged.add(message);
      tell();
    },
    called(api, code) {
      const key = `${api} ${code}`;
      calls.set(key, (calls.get(key) ?? 0) + 1);
      tell();
    },
    taken: (id) => void acknowledged.add(id),
    messageAdded(message) {
      const answer = parts.answerOf(message);
      if (answer !== undefined) {
        answers.set(message.id, answer);
        links.added?.(answer);
      }
      waiters.tell(links.placeOf(message));
    },
    messageChanged: (message) => waiters.tell(links.placeOf(message)),
    messageForgotten({ id }) {
      acknowledged.delete(id);
      answers.delete(id);
      links.forgotten?.(id);
    },
    tell,
    clear() {
      deliveries.length = 0;
      for (const all of [calls, acknowledged, answers]) all.clear();
      links.clear?.();
    },
  };
}

/** @param keep - Most entries; the older half goes when there are more. */
export function addBounded<T>(list: T[], entry: T, keep: number): void {
  list.push(entry);
  if (list.length > keep) list.splice(0, list.length - Math.ceil(keep / 2));
}

interface InChat<Message> {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly chat: { readonly id: string; readonly messages: readonly Message[] };
}

/** Of vendors that rarely know what a message answers: all that came later in its chat, unless it answers something else. */
export function linksByChat<Message extends InChat<Message>, Answer>(
  find: (id: string) => Message | undefined,
): Links<Message, Answer> {
  return {
    answersTo(id, answers) {
      const asked = find(id);
      if (asked === undefined) return [];
      const { messages } = asked.chat;
      return messages.slice(messages.lastIndexOf(asked) + 1).flatMap((message) => {
        const answer = answers.get(message.id);
        return answer === undefined || (message.parentId ?? id) !== id ? [] : [answer];
      });
    },
    waitsAt: (id) => find(id)?.chat.id,
    placeOf: (message) => message.chat.id,
  };
}
