import type { Sender } from './event.ts';
import type { AccountId, ChannelName, PersonId } from './ids.ts';

/** What a company says of its members and no member can change: by this an account may be known as somebody's on another platform. */
export type Attribute = 'email' | 'mobile' | 'number';

/** An account as its vendor's directory has it. */
export interface Member {
  /** False for who has left, or was shut out. */
  readonly isActive: boolean;
  /** Enterprise e-mail, mobile number, employee number, as far as the app may see them. */
  readonly attributes: Readonly<Partial<Record<Attribute, string>>>;
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
}

/** What was learned of one account. */
export interface Learned {
  readonly channel: ChannelName;
  readonly account: AccountId;
  readonly attributes: Member['attributes'];
  /** Absent where only an attribute was found. */
  readonly isActive?: boolean;
}

export interface MemberStore {
  /** Keeps what was learned; who has left has no more conversations. */
  learn(learned: readonly Learned[], now: number): Promise<void>;
  /**
   * The one other person who has a trusted attribute in common with an account.
   * @returns undefined for nobody, and for more than one: then nothing says who it is. Nor for accounts that were parted on purpose.
   */
  match(channel: ChannelName, account: AccountId, trust: readonly Attribute[]): Promise<PersonId | undefined>;
  /** Whether a directory has ever had this account. */
  isKnown(channel: ChannelName, account: AccountId): Promise<boolean>;
  /** Accounts that were last looked up before a time, the oldest first. */
  due(before: number, limit: number): Promise<readonly (Pick<Sender, 'account' | 'ids'> & { channel: ChannelName })[]>;
}

/** In one form, however each vendor writes it. */
export function normalAttribute(attribute: Attribute, value: string): string {
  const text = value.normalize('NFKC').trim().toLowerCase();
  return attribute === 'mobile' ? text.replace(/[^+\d]/g, '').replace(/^(?:\+|00)86(?=1\d{10}$)/, '') : text;
}
