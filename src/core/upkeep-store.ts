import type { FailureCode } from './errors.ts';
import type { ChannelName, Lane } from './ids.ts';

export interface DeadLetter {
  readonly box: 'inbox' | 'outbox';
  readonly seq: number;
  readonly channel: ChannelName;
  readonly lane: Lane;
  readonly code: FailureCode;
  readonly attempts: number;
  readonly at: number;
}

export interface Depth {
  readonly inboxWaiting: number;
  readonly inboxClaimed: number;
  readonly inboxDead: number;
  readonly outboxWaiting: number;
  readonly outboxDead: number;
  /** `receivedAt` of the oldest event not done. */
  readonly oldestInboxAt?: number;
}

export interface UpkeepStore {
  /**
   * Makes this process the only one that works on the store; gives back what a dead process held.
   * @throws {GatewayError} `store_locked` when another process is alive.
   */
  open(holder: string, now: number): Promise<{ readonly recovered: number }>;
  /** Lanes that have something to do now, oldest first. */
  lanesWithWork(now: number, limit: number): Promise<readonly Lane[]>;
  /** When the next retry is due. */
  nextDueAt(now: number): Promise<number | undefined>;
  depth(): Promise<Depth>;
  deadLetters(limit: number): Promise<readonly DeadLetter[]>;
  /** Puts a dead letter back to work; false when there is none of that number. Answers its lane. */
  replay(box: 'inbox' | 'outbox', seq: number, now: number): Promise<Lane | undefined>;
  /** How many rows have texts that were sealed under the key of this name. */
  rowsSealedUnder(key: string): Promise<number>;
  /** Removes what is older than its retention time, at most `limit` rows of each kind; answers how many. */
  purge(olderThan: RetentionTimes, limit: number): Promise<number>;
}

/** Epoch milliseconds; what was finished before is removed. */
export interface RetentionTimes {
  readonly inboxDone: number;
  readonly outboxSent: number;
  readonly turns: number;
  readonly dead: number;
  /** Memos that were to be kept until before then. */
  readonly memos: number;
  /** What placeholders of sessions stand for that were used before then. */
  readonly placeholders: number;
}
