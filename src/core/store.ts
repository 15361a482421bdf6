import type { AccessStore } from './access.ts';
import type { AgentRun, Rating } from './agent.ts';
import type { Approval, ApprovalDecision, ApprovalState } from './approvals.ts';
import type { FailureCode } from './errors.ts';
import type { ReplyAddress, Sender, StorableEvent } from './event.ts';
import type {
  AgentName,
  ApprovalId,
  ApprovalInstance,
  ChannelName,
  Lane,
  MessageId,
  PersonId,
  SendKey,
  SessionId,
  TurnId,
} from './ids.ts';
import type { Lang } from './lang.ts';
import type { DepartmentStore, MemberStore } from './members.ts';
import type { Memos } from './memos.ts';
import type { LinkStore, PeopleRecords, PeopleStore } from './people-store.ts';
import type { PlaceholderStore } from './placeholder-store.ts';
import type { PushMessage } from './push.ts';
import type { PushStore } from './push-store.ts';
import type { OutboundMessage, Sent } from './reply.ts';
import type { RightsStore } from './rights.ts';
import type { GroupStore, Session, SessionScope, SessionStore } from './session-store.ts';
import type { UpkeepStore } from './upkeep-store.ts';

/**
 * The durable state of the gateway. Every method is one transaction: it has happened, and survives a power cut, when its
 * promise resolves; it has not happened at all when the promise rejects (`store_unavailable`, `lease_lost`). Only what nobody but the
 * gateway goes by (claims, renewals, who somebody is, the beginning of a turn) may reach the disk a little later: a crash forgets it
 * together with everything after it, and the event is claimed anew.
 * Times are epoch milliseconds and handed in.
 */
export interface Store {
  readonly inbox: InboxStore;
  readonly outbox: OutboxStore;
  readonly turns: TurnStore;
  readonly sessions: SessionStore;
  readonly groups: GroupStore;
  readonly people: PeopleStore;
  readonly pushes: PushStore<NewOutboxRow>;
  readonly links: LinkStore;
  readonly directory: MemberStore;
  readonly departments: DepartmentStore;
  readonly rights: RightsStore;
  readonly access: AccessStore;
  readonly records: PeopleRecords;
  readonly calls: CallStore;
  readonly approvals: ApprovalStore;
  readonly memos: MemoStore;
  readonly placeholders: PlaceholderStore;
  readonly upkeep: UpkeepStore;
  /** Whether calls take effect in the order in which they are made, so that one may be made before the one it builds on is answered. */
  readonly inOrder: boolean;
  /** Takes what the lane has to do next: an event as `inbox.claim` has it, else a message as `outbox.claim` has it; or says who is at it. */
  claim(lane: Lane, lease: Lease, now: number): Promise<Claimed | undefined>;
  /**
   * Ends a lease that nobody works under any more: what it holds in the lane can be claimed as if its time had come, a message with one more
   * of its doubts. For the process that made the lease, which alone can know.
   */
  lapse(lane: Lane, holder: string, now: number): Promise<void>;
  /** The store's own time, which the processes that share it go by; absent where it is this machine's. */
  readonly time?: () => Promise<number>;
  /** Ends after what was asked before; later calls reject with `store_unavailable`. */
  close(): Promise<void>;
}

/** So many calls of one kind to a vendor, by one app, in one month (`2026-05`). */
export interface CountedCalls {
  readonly channel: ChannelName;
  readonly month: string;
  readonly kind: string;
  readonly number: number;
}

/** What vendors count of us. */
export interface CallStore {
  /** Adds to what is there. */
  add(calls: readonly CountedCalls[]): Promise<void>;
  ofMonth(month: string): Promise<readonly CountedCalls[]>;
}

/** What adapters must still know after a restart. */
export interface MemoStore {
  of(channel: ChannelName): Memos;
}

/** What a lane has to do next. */
export type Claimed =
  /** `alone`: nothing else was stored for the lane by then, and what comes later wakes it. */
  | { readonly box: 'inbox'; readonly row: InboxRow; readonly alone: boolean }
  | { readonly box: 'outbox'; readonly row: OutboxRow }
  /** Nothing was claimed: somebody works in the lane, and may have looked for more before what we come for was stored. */
  | { readonly box: 'held'; readonly holder: string };

/** Who holds a row and until when. A write under a lease that is no longer ours rejects with `lease_lost`. */
export interface Lease {
  /** Unique for every claim, so that a paused worker that wakes up cannot write (`<worker>:<counter>`). */
  readonly holder: string;
  readonly until: number;
}

/**
 * An inbox row is always in one of these states.
 * - waiting: stored, acknowledged, not yet claimed; with `retryAt`, not before then. Left by a claim or a cancel.
 * - claimed: one worker holds it until its lease ends. Left by done, by a retry (waiting again, or dead after too many), or by
 *   the lease running out (claimable again).
 * - dead: needs a person; shown to the operator, can be replayed. Does not hold up its lane.
 * - done: kept for the redelivery window, then removed.
 */
export type InboxState = 'waiting' | 'claimed' | 'dead' | 'done';

/** An event on its way in. */
export interface NewInboxRow {
  readonly channel: ChannelName;
  readonly event: StorableEvent;
  readonly lane: Lane;
  /** Takes the event in the same step, where nothing else is left to do in its lane; as a claim right behind it would. */
  readonly lease?: Lease;
}

export interface InboxRow {
  /** Rising in the order of arrival. */
  readonly seq: number;
  readonly channel: ChannelName;
  readonly lane: Lane;
  readonly event: StorableEvent;
  readonly receivedAt: number;
  /** How often it has been claimed, this time included. */
  readonly attempts: number;
}

/** A place in what is pulled from a vendor. */
export interface Cursor {
  readonly channel: ChannelName;
  /** Which of the channel's sources (an account); the adapter's own name for it. */
  readonly name: string;
  readonly place: string;
}

/** What became of an event that was handed in. */
export interface Accepted {
  /** The row's number; for a duplicate that of the first. */
  readonly seq: number;
  readonly duplicate: boolean;
  /** It is held under the lease that came with it. */
  readonly taken?: true;
}

export interface InboxStore {
  /**
   * Stores events once each by (channel, event key), all or none; answers in their order.
   * @param cursor - How far they bring us, where they were pulled: stored in the same step.
   */
  accept(rows: readonly NewInboxRow[], now: number, cursor?: Cursor): Promise<readonly Accepted[]>;
  /**
   * Takes the lane's oldest row that is not done or dead, unless somebody else holds the lane, its time has not come (`retryAt`), or an
   * outgoing row of the lane is still on its way (claim that first).
   */
  claim(lane: Lane, lease: Lease, now: number): Promise<InboxRow | undefined>;
  /** Prolongs the lease of a claimed row. */
  renew(seq: number, lease: Lease): Promise<void>;
  /** Done with nothing to send; `rows` are events that follow from it (a pressed suggestion asks a question), stored in the same step. */
  done(seq: number, holder: string, now: number, rows?: readonly NewInboxRow[]): Promise<void>;
  /** Gives a claimed row back: waiting until `retryAt`, or dead when that is undefined. */
  fail(seq: number, holder: string, code: FailureCode, retryAt: number | undefined, now: number): Promise<void>;
  /** Gives a claimed row back untouched (graceful stop): waiting at once, the attempt not counted. */
  release(seq: number, holder: string): Promise<void>;
  /**
   * Marks a message as taken back by its author. A waiting row becomes done; a turn that has begun is told to end, and one that is about to
   * does not begin. A message that has not come yet is a duplicate when it does, where the event's key is the message's id.
   */
  cancel(channel: ChannelName, message: MessageId, now: number): Promise<'canceled' | 'running' | 'over' | 'unknown'>;
  /** A row by its number, whatever its state; undefined when its retention is over. */
  get(seq: number): Promise<InboxRow | undefined>;
  /** Where pulling has come to; undefined where it has not begun. */
  cursor(channel: ChannelName, name: string): Promise<string | undefined>;
}

/**
 * An outbox row is always in one of these states.
 * - waiting: to be sent, not before `retryAt`. Left by a claim.
 * - sending: handed to the vendor by the holder of the lease; after a crash its fate is in doubt. Left by sent, by a retry, or by
 *   the lease running out (claimable again, with one more of its `doubts`).
 * - sent: landed. Kept as long as buttons on it may be pressed.
 * - dead: given up; shown to the operator, can be replayed. Does not hold up its lane.
 */
export type OutboxState = 'waiting' | 'sending' | 'sent' | 'dead';

/** What leaves through the outbox: a reply, or what nobody asked for. */
export type OutboxMessage = OutboundMessage | PushMessage;

export interface NewOutboxRow {
  readonly lane: Lane;
  readonly message: OutboxMessage;
  readonly turn?: TurnId;
  /** Which message of the turn: 0 is the one that grew while streaming. */
  readonly part: number;
  /** The message that this row is the last frame of, when one is on the screen already. */
  readonly sent?: Sent;
}

export interface OutboxRow extends NewOutboxRow {
  readonly seq: number;
  readonly attempts: number;
  readonly createdAt: number;
  /** How many earlier tries ended without our learning how. */
  readonly doubts: number;
}

export interface OutboxStore {
  /** Stores rows, once each by send key. With a lease they are `sending` at once, else `waiting`; answers the rows in order. */
  put(rows: readonly NewOutboxRow[], now: number, lease?: Lease): Promise<readonly OutboxRow[]>;
  /** Takes the lane's oldest row that is not sent or dead, unless somebody holds the lane or its time has not come. */
  claim(lane: Lane, lease: Lease, now: number): Promise<OutboxRow | undefined>;
  /** Prolongs the lease of a message on its way. */
  renew(seq: number, lease: Lease): Promise<void>;
  /** Notes what a later try must know, before the message is visible. */
  note(seq: number, holder: string, sent: Sent): Promise<void>;
  /** The try that is under way ended without our learning how; said before the row is given back. */
  doubt(seq: number, holder: string): Promise<void>;
  /** Nothing has left in the try under this lease: where somebody else has the row by now and holds that try to be in doubt, it is not. */
  unsent(seq: number, holder: string): Promise<void>;
  sent(seq: number, holder: string, sent: Sent, now: number): Promise<void>;
  /** Waiting until `retryAt`, or dead when that is undefined. */
  fail(seq: number, holder: string, code: FailureCode, retryAt: number | undefined, now: number): Promise<void>;
  release(seq: number, holder: string): Promise<void>;
  /** The message that was stored under a send key, sent or not. */
  ofKey(channel: ChannelName, key: SendKey): Promise<OutboxRow | undefined>;
  /** The last of a turn's messages that carries a frame, sent or not: the one with the buttons. */
  lastFrameOf(turn: TurnId): Promise<OutboxRow | undefined>;
  /** Replaces the stored message (a rating shown on it), so that the next look at it is the newest. */
  revise(seq: number, message: OutboxMessage): Promise<void>;
}

/**
 * A turn is always in one of these states.
 * - running: the agent is asked or about to be. Left by the end of its run, also after a restart.
 * - done, stopped, failed, canceled (its question was taken back): over.
 */
export type TurnState = 'running' | 'done' | 'stopped' | 'failed' | 'canceled';

/** Why a turn ends before its agent does: the person wants no more, or took her question back. */
export type StopReason = 'stopped' | 'recalled';

export interface Turn {
  readonly id: TurnId;
  /** The inbox row that asked. */
  readonly seq: number;
  readonly lane: Lane;
  readonly state: TurnState;
  readonly channel: ChannelName;
  readonly to: ReplyAddress;
  readonly person: PersonId;
  readonly asker: Sender;
  readonly session: SessionId;
  readonly agent: AgentName;
  readonly lang: Lang;
  /** The agent's side of it, as far as it is known. */
  readonly run?: AgentRun;
  /** The message that grows, as far as it is known. */
  readonly sent?: Sent;
  readonly part: number;
  readonly startedAt: number;
  readonly rating: Rating;
  readonly suggested: readonly string[];
  /** Where its dialogue was used last, when that was another channel. */
  readonly continuedFrom?: ChannelName;
  /** It is to end now, whatever its agent has still to say. */
  readonly stop?: StopReason;
}

export type NewTurn = Pick<Turn, 'id' | 'seq' | 'lane' | 'channel' | 'to' | 'person' | 'asker' | 'agent' | 'lang'> & {
  readonly scope: SessionScope;
  /** A session unused for longer is over, in milliseconds. */
  readonly idleMs: number;
};

/** What became of the beginning of a turn. */
export type Begun =
  | { readonly kind: 'begun'; readonly turn: Turn; readonly session: Session }
  /**
   * Another turn of the same session runs, or has waited for longer: the event was given back, and its lane is named when its time has
   * come (`Ended.next`). A lost wake-up costs some seconds.
   */
  | { readonly kind: 'waits' }
  /** Its author took it back before it began: nobody is to be asked. */
  | { readonly kind: 'recalled' }
  /** The account is somebody else's by now: to be identified anew. */
  | { readonly kind: 'moved' };

/** The end of a turn, in one transaction: turn over, session moved on, replies in the outbox, event done. */
export interface TurnEnd {
  readonly turn: TurnId;
  readonly state: Exclude<TurnState, 'running'>;
  readonly run?: AgentRun;
  readonly suggested: readonly string[];
  readonly replies: readonly NewOutboxRow[];
  /** The inbox row and the lease under which it was worked on; the replies are taken over under the same lease. */
  readonly seq: number;
  readonly lease: Lease;
}

/** What the end of a turn leaves to do. */
export interface Ended {
  readonly replies: readonly OutboxRow[];
  /** The lane of the event that waited for this end, where there is one. */
  readonly next?: Lane;
}

export interface TurnStore {
  /**
   * Begins a turn for an inbox row in the running session of its scope, which is begun where there is none; or answers the turn begun
   * before a restart. Two turns of one session never run at once, whatever lanes their events are in.
   */
  begin(turn: NewTurn, holder: string, now: number): Promise<Begun>;
  get(turn: TurnId): Promise<Turn | undefined>;
  /** The running turn of a lane, if any. */
  running(lane: Lane): Promise<Turn | undefined>;
  /** The newest running turn in a person's own dialogues, on whatever platform she asked. */
  runningOf(person: PersonId): Promise<Turn | undefined>;
  /** What was asked and answered in this lane in one session, the newest first. */
  lastOf(lane: Lane, session: SessionId, limit: number): Promise<readonly Turn[]>;
  /** Stored before the first text is shown; also moves the session to the agent's conversation. */
  saveRun(turn: TurnId, holder: string, run: AgentRun): Promise<void>;
  /** The message that shows the turn, and which part of the answer it is. */
  saveSent(turn: TurnId, holder: string, part: number, sent: Sent): Promise<void>;
  end(end: TurnEnd, now: number): Promise<Ended>;
  /**
   * Notes that a turn is to end, for whoever begins it again; one that waits for its next try is due at once. False when it is over.
   */
  stop(turn: TurnId, reason: StopReason, now: number): Promise<boolean>;
  /**
   * Sets this person's rating; pressing the same again takes it back. Answers what holds now.
   * @param seq - The inbox row of the press: the same press again changes nothing.
   */
  rate(turn: TurnId, person: PersonId, rating: 'up' | 'down', seq: number, now: number): Promise<Rating>;
  /** Sets it to what the vendor says it is, `none` included. @param seq - The inbox row that told. */
  setRating(turn: TurnId, person: PersonId, rating: Rating, seq: number, now: number): Promise<Rating>;
  /** Takes this rating back where it is the one that holds. Answers what holds now. @param seq - The inbox row that told. */
  unrate(turn: TurnId, person: PersonId, rating: 'up' | 'down', seq: number, now: number): Promise<Rating>;
  /** Notes the questions one may ask next, for the buttons that ask them. */
  suggest(turn: TurnId, suggested: readonly string[]): Promise<void>;
  /** The turn whose growing message this is. */
  ofMessage(channel: ChannelName, message: MessageId): Promise<Turn | undefined>;
  /** The newest turn of a lane that has ended. */
  last(lane: Lane): Promise<Turn | undefined>;
}

export type NewApproval = Pick<Approval, 'id' | 'purpose' | 'subject' | 'channel' | 'template' | 'by' | 'person'>;

/** What became of the wish to start an approval. */
export interface ApprovalBegin {
  readonly approval: Approval;
  /** Ours to start now; false where it is started, or somebody is at it. */
  readonly mine: boolean;
  /** An earlier try ended without our learning how: it may be at the vendor already. */
  readonly inDoubt: boolean;
}

/** How an approval stands at the vendor since when, and what people have decided in it. */
export interface ApprovalMove {
  readonly state: ApprovalState;
  readonly at: number;
  readonly decisions: readonly ApprovalDecision[];
}

export interface ApprovalStore {
  /**
   * Stores the wish to start an approval, once by its id, and takes it over until `until`; one that has failed for good is begun
   * anew.
   */
  begin(approval: NewApproval, until: number, now: number): Promise<ApprovalBegin>;
  /** The vendor has it; from now on its events find it. */
  started(approval: ApprovalId, instance: ApprovalInstance): Promise<void>;
  /** Not started: for good, with a code; else to be tried again by whoever asks next. */
  notStarted(approval: ApprovalId, code: FailureCode | undefined): Promise<void>;
  get(approval: ApprovalId): Promise<Approval | undefined>;
  ofInstance(channel: ChannelName, instance: ApprovalInstance): Promise<Approval | undefined>;
  /** How many of the channel's are on their way to the vendor, so that an event may know one before we do. */
  starting(channel: ChannelName): Promise<number>;
  /** Those that still run and were started before then, oldest first. */
  running(before: number, limit: number): Promise<readonly Approval[]>;
  /** Newest first. */
  list(limit: number): Promise<readonly Approval[]>;
  /** Moves it to where the vendor says it is, unless something newer is known; answers what holds now. */
  move(approval: ApprovalId, to: ApprovalMove): Promise<Approval | undefined>;
  /** Whoever asked knows this state. */
  handled(approval: ApprovalId, state: ApprovalState): Promise<void>;
}
