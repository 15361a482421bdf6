import type { Generated } from 'kysely';
import type { InboxState, OutboxState } from '../core/store.ts';
import type { RightsTables } from './rights-tables.ts';

/**
 * The tables, the same on every engine: epoch milliseconds in bigint, JSON as text, booleans as 0 and 1, ids as text.
 *
 * In `inbox` and `outbox` two columns carry the life of a row.
 * - `finished_at` is null while something is left to do; every index that a hot query uses holds only those rows, so the
 *   work for a message does not grow with history.
 * - `due_at` says from when an unfinished row may be claimed: a waiting row not before it (its arrival, or the retry), a
 *   claimed or sending one not before its lease ends.
 */
export interface Database extends RightsTables {
  inbox: InboxTable;
  outbox: OutboxTable;
  turns: TurnsTable;
  ratings: RatingsTable;
  sessions: SessionsTable;
  agent_choices: AgentChoicesTable;
  group_scopes: GroupScopesTable;
  session_accounts: SessionAccountsTable;
  people: PeopleTable;
  accounts: AccountsTable;
  merges: MergesTable;
  directory: DirectoryTable;
  departments: DepartmentsTable;
  memberships: MembershipsTable;
  link_codes: LinkCodesTable;
  link_tries: LinkTriesTable;
  audit: AuditTable;
  cursors: CursorsTable;
  calls: CallsTable;
  approvals: ApprovalsTable;
  memos: MemosTable;
  pushes: PushesTable;
  push_parts: PushPartsTable;
  push_answers: PushAnswersTable;
  placeholders: PlaceholdersTable;
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
  /** The session whose running turn this one waits for, or waited for; null where it never had to. */
  waits_for: string | null;
  /** When its author took it back, noted while somebody had it; null otherwise. */
  recalled_at: number | null;
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
  /** The channel on which its dialogue was used last, where that was another one. */
  continued_from: string | null;
  /** Why it is to end before its agent does. */
  stop: Generated<string | null>;
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
  /** Given by the person. */
  name: string | null;
  /** The inbox row that began it, by which its first words are found as long as they are kept. */
  first_turn: number | null;
  /** From where it was used last. */
  channel: string | null;
  account: string | null;
}

/** Who has spoken in a person's session: decides with whom it goes when her accounts are parted. */
export interface SessionAccountsTable {
  session: string;
  channel: string;
  account: string;
}

export interface PeopleTable {
  id: string;
  name: string | null;
  /** What the person chose. */
  lang: string | null;
  created_at: number;
  /** Who she turned out to be, which may have been merged in its turn; null for persons who are themselves. */
  merged_into: string | null;
  /** Since when she has left everywhere: by one directory, and no other knows better. */
  left_at: number | null;
}

/** That two persons were made one, with what is needed for taking it back. */
export interface MergesTable {
  id: string;
  kept: string;
  absorbed: string;
  reason: string;
  actor: string;
  merged_at: number;
  /** JSON of the accounts that moved: pairs of channel and account. */
  accounts: string;
  /** JSON of the sessions that were ended because the other person's was used later. */
  ended: string;
  undone_at: number | null;
}

/** What a vendor's directory says of an account, in one form for all vendors. */
export interface DirectoryTable {
  channel: string;
  account: string;
  attribute: string;
  value: string;
}

/** The departments of a company as one app's directory has them. */
export interface DepartmentsTable {
  channel: string;
  department: string;
  name: string | null;
  /** The one above it; null at the top, and where the vendor does not say. */
  parent: string | null;
  seen_at: number;
}

/** Which departments an account is in itself. */
export interface MembershipsTable {
  channel: string;
  account: string;
  department: string;
}

/** One-time codes that link two accounts; what was shown is not kept. */
export interface LinkCodesTable {
  hash: string;
  person: string;
  /** Where the one who got it is told that it was used: her lane, and JSON of the address. */
  lane: string;
  address: string;
  lang: string;
  expires_at: number;
  /** JSON of the account that typed it: a pair of channel and account. */
  used_by: string | null;
}

/** Wrong codes that an account has typed. */
export interface LinkTriesTable {
  channel: string;
  account: string;
  tries: number;
  since: number;
}

/** Who did what to whom; never what somebody wrote. */
export interface AuditTable {
  seq: Generated<number>;
  at: number;
  /** A person's id, or `admin`, `directory`, `vendor`. */
  actor: string;
  action: string;
  /** The person it was done to. */
  subject: string;
  /** JSON: ids and names of things. */
  detail: string;
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
  /** An id by which the vendor knows this account in all its apps, with the vendor's name before it. */
  everywhere: string | null;
  /** When the directory was last asked; null for who is in none. */
  checked_at: number | null;
  /** Since when the directory says that its owner has left. */
  left_at: number | null;
  /** Parted on purpose: from then on only a person or an administrator may link it again. */
  apart_since: number | null;
}

/** The agent that somebody has called for, in the dialogues of a scope on one channel. */
export interface AgentChoicesTable {
  scope: string;
  channel: string;
  agent: string;
  chosen_at: number;
}

/** Who shares a conversation in one group, where its owner has chosen. */
export interface GroupScopesTable {
  channel: string;
  chat: string;
  scope: string;
  chosen_at: number;
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

export interface PushesTable {
  id: string;
  key: string;
  digest: string;
  accepted_at: number;
  /** Who is called when somebody answers, and what they want to remember; null where nobody is. */
  purpose: string | null;
  subject: string | null;
}

export interface PushPartsTable {
  push: string;
  channel: string;
  kind: string;
  receiver: string;
  part: number;
  /** Its row in the outbox; null when nothing is sent. */
  send_key: string | null;
  /** The vendor's day and the words, where those are shown once a day. */
  day: string | null;
  digest: string | null;
}

export interface PushAnswersTable {
  push: string;
  channel: string;
  account: string;
  /** Of the press. */
  key: string;
  /** Which button, and what was chosen. */
  body: string;
  answered_at: number;
  /** 1 when whoever asked knows it. */
  handled: number;
}

export interface PlaceholdersTable {
  session: string;
  kind: string;
  number: number;
  /** Who gave the value. */
  person: string;
  lang: string;
  /** 1 when she wrote it herself. */
  own: number;
  /** The value; empty once it is forgotten. */
  body: string;
  used_at: number;
}

export interface MigrationsTable {
  name: string;
  applied_at: number;
}
