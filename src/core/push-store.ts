import type { FailureCode } from './errors.ts';
import type { AccountId, ChannelName, EventKey, PushId, SendKey } from './ids.ts';
import type { ReceiverKind } from './push.ts';
import type { GivenAnswer, PushAnswer } from './push-question.ts';

/** A push as it is accepted. `Row` is what the outbox takes. */
export interface NewPush<Row> {
  readonly id: PushId;
  /** What the caller calls it. */
  readonly key: string;
  /** Tells whether the same key comes with something else. */
  readonly digest: string;
  /** Who is called when somebody answers; absent where nobody is. */
  readonly purpose?: string;
  /** What the asker wants to remember; JSON. */
  readonly subject?: unknown;
  readonly parts: readonly NewPushPart[];
  readonly rows: readonly Row[];
}

/** One part of a push for one receiver. */
export interface NewPushPart {
  readonly channel: ChannelName;
  readonly kind: ReceiverKind;
  readonly receiver: string;
  readonly part: number;
  /** The outbox row that brings it, maybe to others too; absent when it is not sent. */
  readonly sendKey?: SendKey;
  /** The vendor's day and what is said, where that is shown once a day. */
  readonly shown?: ShownOn;
}

/** The same words on one day. */
export interface ShownOn {
  /** `2026-05-31` */
  readonly day: string;
  readonly digest: string;
}

/**
 * A part is always in one of these states; all but the last two are its outbox row's.
 * - waiting, sending, sent, dead: as in the outbox. - refused: sent, and not to this one of several receivers.
 * - skipped: never sent, for this receiver has got the same words that day. - past: over for longer than the outbox keeps its rows.
 */
export type PushPartState = 'waiting' | 'sending' | 'sent' | 'dead' | 'refused' | 'skipped' | 'past';

export interface PushPart extends NewPushPart {
  readonly state: PushPartState;
  /** Why it failed last, or was refused. */
  readonly code?: FailureCode;
  readonly attempts: number;
  /** When it came into an end state. */
  readonly finishedAt?: number;
}

export interface Push extends Pick<NewPush<never>, 'id' | 'key' | 'digest' | 'purpose' | 'subject'> {
  readonly acceptedAt: number;
  readonly parts: readonly PushPart[];
  /** Oldest first. */
  readonly answers: readonly PushAnswer[];
}

/** An answer as it comes in. */
export interface NewPushAnswer extends GivenAnswer {
  readonly push: PushId;
  readonly channel: ChannelName;
  readonly account: AccountId;
  /** Of the press: the same press again is the same answer. */
  readonly key: EventKey;
}

export interface PushStore<Row> {
  /** Stores a push with all that has to be sent for it, once by its id; false when it was stored before. */
  add(push: NewPush<Row>, now: number): Promise<boolean>;
  get(id: PushId): Promise<Push | undefined>;
  /** Who in this channel has got these words that day, or will; what was given up does not count. */
  shown(channel: ChannelName, on: ShownOn): Promise<ReadonlySet<string>>;
  /**
   * Keeps an answer, the first of this account.
   *
   * @returns What is kept, and whether it came from this press.
   */
  answer(answer: NewPushAnswer, now: number): Promise<{ readonly kept: PushAnswer; readonly isThis: boolean }>;
  /** Whoever asked knows the answer of this account. */
  handled(push: PushId, channel: ChannelName, account: AccountId): Promise<void>;
}
