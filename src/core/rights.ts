import type { ChannelName, ChatId, PersonId } from './ids.ts';

/** What can be allowed: an agent to ask, a command to give, a feature to use. */
export const RIGHT_KINDS = ['agent', 'command', 'feature'] as const;
export type RightKind = (typeof RIGHT_KINDS)[number];

/**
 * What one may do beside asking.
 * - files: send files to an agent.
 * - regenerate: have a question answered once more.
 */
export const FEATURES = ['files', 'regenerate'] as const;
export type Feature = (typeof FEATURES)[number];

/** `agent:hr`, `command:link`, `feature:files`; `agent:*` for all of a kind. */
export type Right = `${RightKind}:${string}`;

export const QUOTA_PERIODS = ['minute', 'day', 'month'] as const;
export type QuotaPeriod = (typeof QUOTA_PERIODS)[number];

/** How much there is of something. */
export interface Quota {
  readonly per: QuotaPeriod;
  /** Who has it: each person for herself (default), or each department as a whole. */
  readonly of: 'person' | 'department';
  readonly messages?: number | undefined;
  readonly tokens?: number | undefined;
  /** From here on she is told how much is left, once a period; in the quota's own unit. */
  readonly warnAt?: number | undefined;
}

/** The role that everybody has. */
export const EVERYONE = 'everyone';

export interface Role {
  readonly name: string;
  /** What people call it. */
  readonly title?: string | undefined;
  readonly allow: readonly Right[];
  /** Goes before everything that any role allows. */
  readonly deny: readonly Right[];
  readonly quotas: readonly Quota[];
  /** People may ask for it (`/access`); they get it for so many days. */
  readonly onRequestDays?: number | undefined;
}

export const TARGET_KINDS = ['person', 'department', 'group', 'channel', 'platform', 'everyone'] as const;
/** `person:p-…`, `department:channel/id`, `group:channel/chat`, `channel:…`, `platform:…` or `everyone`. */
export type GrantTarget = 'everyone' | `${Exclude<(typeof TARGET_KINDS)[number], 'everyone'>}:${string}`;

/** That somebody has a role. */
export interface Grant {
  readonly role: string;
  readonly to: GrantTarget;
  /** Epoch milliseconds; from the beginning, without an end where absent. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

/** Everything that says who may do what. Without roles and grants everybody may do everything. */
export interface RightsRules {
  readonly roles: readonly Role[];
  readonly grants: readonly Grant[];
}

/** Whoever wants to do something, with all that rights may be given by. */
export interface Asker {
  readonly person: PersonId;
  readonly channel: ChannelName;
  readonly platform: string;
  /** In a group. */
  readonly group?: ChatId | undefined;
  /** Hers and all above them, as `channel/id`. */
  readonly departments: readonly string[];
  /** Those she is in herself: a department's quota is counted on them. */
  readonly ownDepartments: readonly string[];
  /** No longer in the organisation. */
  readonly left: boolean;
}

/**
 * Why somebody may do something.
 * - open: there are no rules about this kind of thing.
 * - role: a role allows it.
 */
export type Decision =
  | { readonly allowed: true; readonly why: 'open' | 'role'; readonly role?: string | undefined }
  /**
   * - left: she is no longer in the organisation.
   * - denied: a role of hers forbids it.
   * - missing: none of her roles allows it; `roles` are those that would, and can be asked for.
   */
  | {
      readonly allowed: false;
      readonly why: 'left' | 'denied' | 'missing';
      readonly role?: string | undefined;
      readonly roles: readonly string[];
    };

/** A decision as it is noted: who, what, and why not; never what somebody wrote. */
export interface NotedDecision {
  readonly at: number;
  readonly person: PersonId;
  readonly channel: ChannelName;
  readonly right: string;
  readonly allowed: boolean;
  readonly why: string;
}

/** So much of a quota, of one owner, in one period. */
export interface Counter {
  /** `person:p-…` or `department:…`. */
  readonly owner: string;
  /** `day 2026-05-01`. */
  readonly period: string;
  readonly messages?: number | undefined;
  readonly tokens?: number | undefined;
  readonly warnAt?: number | undefined;
}

/** What has been used of one counter. */
export interface Used {
  readonly owner: string;
  readonly period: string;
  readonly messages: number;
  readonly tokens: number;
}

/**
 * What became of the wish to use something up.
 * - taken: counted; `warned` are those of which she is to be told, once a period.
 * - over: nothing is counted, for this one is used up.
 */
export type Taken =
  | { readonly kind: 'taken'; readonly warned: readonly Used[] }
  | { readonly kind: 'over'; readonly used: Used };

export interface RightsStore {
  /** Rises with every change of the rules, and with whatever changes whom they are about. */
  revision(): Promise<number>;
  /** Grants to somebody who was merged into another person are that person's. */
  rules(): Promise<RightsRules>;
  /** Puts new rules in the place of all that there are. @param actor - `admin` or a person's id. */
  replace(rules: RightsRules, actor: string, now: number): Promise<void>;
  /** Adds rules to all that there are: a role of the same name is changed, and a grant is there once. */
  merge(rules: RightsRules, actor: string, now: number): Promise<void>;
  /** Gives a role, once for each key. @returns whether it was given now. */
  grant(grant: Grant, key: string, actor: string, now: number): Promise<boolean>;
  /** Takes a role back that was given under a key. */
  revoke(key: string): Promise<void>;
  note(decision: NotedDecision): Promise<void>;
  /** The newest first. */
  decisions(person: PersonId | undefined, limit: number): Promise<readonly NotedDecision[]>;
  /** Counts a message once for each turn, however often it is tried. */
  take(turn: string, person: PersonId, counters: readonly Counter[], now: number): Promise<Taken>;
  /** Adds the tokens of a turn to what was counted for it, once. */
  spend(turn: string, tokens: number): Promise<void>;
  used(owners: readonly string[]): Promise<readonly Used[]>;
}
