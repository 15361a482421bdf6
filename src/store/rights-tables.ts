import type { Generated } from 'kysely';

/** Who may do what, and how much of it was used. */
export interface RightsTables {
  roles: RolesTable;
  grants: GrantsTable;
  rights_state: RightsStateTable;
  decisions: DecisionsTable;
  usage: UsageTable;
  usage_turns: UsageTurnsTable;
  access_requests: AccessRequestsTable;
}

interface RolesTable {
  name: string;
  place: number;
  /** JSON of what it allows and forbids, and how much. */
  body: string;
}

/** Who has a role, and when. */
interface GrantsTable {
  /** The same is given once. */
  key: string;
  place: number;
  role: string;
  target: string;
  /** Where it is a person: as it was given, though she may be another one's by now. */
  person: string | null;
  from_at: number | null;
  until_at: number | null;
  actor: string;
  granted_at: number;
}

interface RightsStateTable {
  name: string;
  revision: number;
}

/** What somebody wanted to do, and whether she might. */
interface DecisionsTable {
  seq: Generated<number>;
  at: number;
  person: string;
  channel: string;
  asked_right: string;
  allowed: number;
  why: string;
}

/** What was used of quotas in a period; `warned` once its owner was told. */
interface UsageTable {
  owner: string;
  period: string;
  messages: number;
  tokens: number;
  warned: number;
  used_at: number;
}

/** That a turn was counted, and on what (JSON); `tokens` once they are known. */
interface UsageTurnsTable {
  turn: string;
  person: string;
  counters: string;
  tokens: number | null;
  at: number;
}

/** Somebody asks for a role; where she is told what became of it. */
interface AccessRequestsTable {
  id: string;
  person: string;
  role: string;
  state: string;
  lane: string;
  /** JSON. */
  address: string;
  lang: string;
  asked_at: number;
  decided_at: number | null;
  decided_by: string | null;
}
