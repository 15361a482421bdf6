import type { Generated } from 'kysely';
import type { InboxState, OutboxState } from '../core/store.ts';

/**
 * The tables, the same on every engine: epoch milliseconds in bigint, JSON as text, booleans as 0 and 1, ids as text.
 *
 * In `inbox` and `outbox` two columns carry the life of a row.
 * - `finished_at` is null while something is left to do; every index that a hot query uses holds only those rows, so the
 *   work for a message does not grow with history.
 * - `due_at` says from when an unfinished row may be claimed: a waiting row not before it (its arrival, or the retry), a
 *   claimed or sending one not before its lease ends.
 */
export interface Database {
  inbox: InboxTable;
  outbox: OutboxTable;
  turns: TurnsTable;
  ratings: RatingsTable;
  sessions: SessionsTable;
  people: PeopleTable;
  accounts: AccountsTable;
  cursors: CursorsTable;
  calls: CallsTable;
  approvals: ApprovalsTable;
  memos: MemosTable;
  migrations: MigrationsTable;
}

/** What the two boxes share. */
interface BoxTable {
  /** Rising, never used twice, also after the newest rows were removed. */
  seq: Generated<number>;
  channel: string;
  lane: string;
  state: InboxState | OutboxState;
  attempts: number;
  arrived_at: number;
  due_at: number;
  /** Who has claimed it; null for rows that nobody works on. */
  holder: string | null;
  /** The code of the last failure. */
  code: string | null;
  finished_at: number | null;
}

export interface InboxTable extends BoxTable {
  event_key: string;
  /** The message that somebody wrote; null for other events. */
  message: string | null;
  /** JSON of the event. */
  body: string;
}

export interface OutboxTable extends BoxTable {
  send_key: string;
  turn: string | null;
  part: number;
  doubts: number;
  /** 1 when the message carries a frame. */
  framed: number;
  /** JSON of the message. */
  body: string;
  /** JSON of what is known about the message at the vendor's. */
  sent: string | null;
}

export interface TurnsTable {
  /** The inbox row that asked; there is one turn for it, whatever happens. */
  seq: number;
  id: string;
  lane: string;
  state: string;
  channel: string;
  /** JSON of the reply address. */
  address: string;
  person: string;
  /** JSON of the sender. */
  asker: string;
  session: string;
  agent: string;
  lang: string;
  /** JSON. */
  run: string | null;
  /** JSON. */
  sent: string | null;
  /** The message that grows, out of `sent`. */
  message: string | null;
  part: number;
  started_at: number;
  ended_at: number | null;
  /** The asker's. */
  rating: string;
  /** JSON. */
  suggested: string;
}

export interface RatingsTable {
  turn: string;
  person: string;
  rating: string;
  /** The inbox row of the newest press that counts. */
  press: number;
  rated_at: number;
}

export interface SessionsTable {
  id: string;
  scope: string;
  agent: string;
  user: string;
  conversation: string | null;
  started_at: number;
  last_used_at: number;
  ended_at: number | null;
}

export interface PeopleTable {
  id: string;
  name: string | null;
  /** What the person chose. */
  lang: string | null;
  created_at: number;
}

export interface AccountsTable {
  channel: string;
  account: string;
  person: string;
  name: string | null;
  /** JSON of the vendor's wider ids. */
  ids: string;
  /** What the client tells. */
  lang: string | null;
  seen_at: number;
}

export interface CursorsTable {
  channel: string;
  name: string;
  place: string;
  moved_at: number;
}

export interface CallsTable {
  channel: string;
  /** `2026-05` */
  month: string;
  kind: string;
  number: number;
}

export interface ApprovalsTable {
  id: string;
  purpose: string;
  /** JSON. */
  subject: string;
  channel: string;
  template: string;
  /** The account in whose name it was started. */
  asker: string;
  person: string | null;
  /** Null until the vendor has told it. */
  instance: string | null;
  state: string;
  /** By the vendor's clock; 0 before it has told anything. */
  state_at: number;
  /** JSON. */
  decisions: string;
  /** The state that whoever asked has been told. */
  handled_state: string | null;
  created_at: number;
  /** While it is being started: until when nobody else may try. */
  claimed_until: number;
  code: string | null;
}

export interface MemosTable {
  channel: string;
  name: string;
  body: string;
  keep_until: number;
}

export interface MigrationsTable {
  name: string;
  applied_at: number;
}
