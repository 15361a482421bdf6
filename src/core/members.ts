import type { Sender } from './event.ts';
import type { AccountId, ChannelName, PersonId } from './ids.ts';
import type { InLanguages } from './lang.ts';
import type { Standing } from './routes.ts';

/** What a company says of its members and no member can change: by this an account may be known as somebody's on another platform. */
export type Attribute = 'email' | 'mobile' | 'number';

/** An account as its vendor's directory has it. */
export interface Member {
  /** False for who has left, or was shut out. */
  readonly isActive: boolean;
  /** Enterprise e-mail, mobile number, employee number, as far as the app may see them. */
  readonly attributes: Readonly<Partial<Record<Attribute, string>>>;
  /** The ids of the departments she is in herself; none where the app may not see them. */
  readonly departments: readonly string[];
}

/** A part of a company. */
export interface Department {
  /** The vendor's, which stays when it is renamed or moved. */
  readonly id: string;
  readonly name?: string | undefined;
  /** The one above it; absent at the top, and where the app may not see it. */
  readonly parent?: string | undefined;
}

/** What {@link Company.root} is called. */
export const WHOLE_COMPANY: InLanguages = { zh: '整个公司', en: 'the whole company' };

/** Somebody in a list of members. */
export type Listed = Member & Pick<Sender, 'account'>;

/** All departments of a company and everybody in them, as far as one app may see. */
export interface Company {
  /** The department that stands for all of the company and has no name of its own; where the vendor has such a one. */
  readonly root?: string;
  /** @returns undefined for one that is no more, or out of the app's sight. */
  department(department: string, signal: AbortSignal): Promise<Department | undefined>;
  /** All there are, a page at a time; the top as well. */
  departments(signal: AbortSignal): AsyncIterable<readonly Department[]>;
  /** Who is in a department itself, a page at a time. */
  people(department: string, signal: AbortSignal): AsyncIterable<readonly Listed[]>;
}

/** A vendor's directory, as far as one app may look into it. */
export interface MemberDirectory {
  /**
   * Looks an account up.
   * @returns undefined for somebody who is no member: a customer, another company's, or unknown (any more).
   */
  member(who: Pick<Sender, 'account' | 'ids'>, signal: AbortSignal): Promise<Member | undefined>;
  /** The member who has an attribute, where the vendor does not tell attributes but finds by them. */
  find?(attribute: Attribute, value: string, signal: AbortSignal): Promise<AccountId | undefined>;
  /** Present where the vendor tells of departments. */
  readonly company?: Company;
}

/** What was learned of one account. */
export interface Learned {
  readonly channel: ChannelName;
  readonly account: AccountId;
  readonly attributes: Member['attributes'];
  /** Absent where only an attribute was found. */
  readonly isActive?: boolean;
  /** Absent where nothing was learned of them. */
  readonly departments?: readonly string[];
}

export interface MemberStore {
  /**
   * Keeps what was learned; who has left has no more conversations.
   * @returns Whether somebody has left, come back or moved to another department.
   */
  learn(learned: readonly Learned[], now: number): Promise<boolean>;
  /** The same for those only who have an account here, and which these are; of others nothing is kept. */
  learnKnown(learned: readonly Learned[], now: number): Promise<LearnedOf>;
  /**
   * The one other person who has a trusted attribute in common with an account.
   * @returns undefined for nobody, and for more than one: then nothing says who it is. Nor for accounts that were parted on purpose.
   */
  match(channel: ChannelName, account: AccountId, trust: readonly Attribute[]): Promise<PersonId | undefined>;
  /** Whether a directory has ever had this account. */
  isKnown(channel: ChannelName, account: AccountId): Promise<boolean>;
  /** Accounts that were last looked up before a time, the oldest first. */
  due(before: number, limit: number): Promise<readonly (Pick<Sender, 'account' | 'ids'> & { channel: ChannelName })[]>;
  /** Members of one channel's directory whom no look has found since a time: by their accounts, those behind `after`. */
  unseen(
    channel: ChannelName,
    before: number,
    after: string,
    limit: number,
  ): Promise<readonly Pick<Sender, 'account' | 'ids'>[]>;
  /** Where a person stands, by all of her accounts. */
  standing(person: PersonId): Promise<Standing>;
}

export interface LearnedOf {
  readonly changed: boolean;
  readonly accounts: readonly AccountId[];
}

/** The departments that directories have told of, each channel's by itself. */
export interface DepartmentStore {
  /** Keeps names and what is part of what. @returns Whether anything is new. */
  place(channel: ChannelName, departments: readonly Department[], now: number): Promise<boolean>;
  /** One that is no more. */
  drop(channel: ChannelName, department: string): Promise<void>;
  /** Those that were last told of before a time. @returns How many. */
  dropUnseen(channel: ChannelName, before: number): Promise<number>;
  /** By their ids, those behind `after`. */
  page(channel: ChannelName, after: string, limit: number): Promise<readonly Department[]>;
}

/** In one form, however each vendor writes it. */
export function normalAttribute(attribute: Attribute, value: string): string {
  const text = value.normalize('NFKC').trim().toLowerCase();
  return attribute === 'mobile' ? text.replace(/[^+\d]/g, '').replace(/^(?:\+|00)86(?=1\d{10}$)/, '') : text;
}
