import type { ReplyAddress, Sender } from './event.ts';
import type { AccountId, ChannelName, Lane, MergeId, PersonId } from './ids.ts';
import type { Lang } from './lang.ts';

export interface Person {
  readonly id: PersonId;
  readonly name?: string;
  /** Chosen by the person; else what her client tells. */
  readonly lang?: Lang;
  /** Her company's directory says that the owner of this account has left. */
  readonly hasLeft?: true;
}

/** One account of a person, as the gateway knows it. */
export interface Account {
  readonly channel: ChannelName;
  readonly account: AccountId;
  readonly name?: string;
  readonly seenAt: number;
}

/** Who makes or parts persons, and on what grounds. */
export interface Deed {
  /** A person's id, or `admin`, `directory`, `vendor`. */
  readonly actor: string;
  readonly reason: 'code' | 'directory' | 'vendor-id' | 'administrator' | 'own-wish';
}

/**
 * Two persons that were made one. It is always in one of these states.
 * - in force: the accounts of `absorbed` are those of `kept`. Left by an undo.
 * - undone: kept as a record.
 */
export interface Merge {
  readonly id: MergeId;
  readonly kept: PersonId;
  readonly absorbed: PersonId;
  readonly reason: Deed['reason'];
  readonly actor: string;
  readonly at: number;
  readonly undoneAt?: number;
}

export interface PeopleStore {
  /** The person behind an account; created on first contact. Keeps the account's name and wider ids up to date. */
  identify(channel: ChannelName, sender: Sender, now: number): Promise<Person>;
  /** The person behind an account that has been seen; changes nothing. */
  find(channel: ChannelName, account: AccountId): Promise<Person | undefined>;
  setLang(person: PersonId, lang: Lang): Promise<void>;
  /**
   * Makes two persons one: the one known for longer stays, the other's accounts and dialogues become hers. Where both have a running
   * dialogue with an agent, the one used last goes on and the other ends.
   * @returns undefined when they are one already, or one of them is unknown.
   */
  merge(one: PersonId, other: PersonId, deed: Deed, now: number): Promise<Merge | undefined>;
  /**
   * Parts an account from its person: a person of its own from now on. Dialogues that only it has used go with it; those that both sides
   * have used end and are never gone on with, for each would read what the other wrote.
   * @returns Whose the account is now; undefined when it is unknown or the only one its person has.
   */
  unlink(channel: ChannelName, account: AccountId, deed: Deed, now: number): Promise<PersonId | undefined>;
  /**
   * Takes a merge back by the same rule: the accounts that came by it, as far as they are still there, are the absorbed person's again.
   * @returns false when it is unknown, undone already, or nothing is left to give back.
   */
  undo(merge: MergeId, deed: Deed, now: number): Promise<boolean>;
  accounts(person: PersonId): Promise<readonly Account[]>;
  /** Every merge that this person had a part in, the newest first. */
  merges(person: PersonId): Promise<readonly Merge[]>;
}

/** Something that was done to a person's accounts or data; ids and names of things, never what somebody wrote. */
export interface AuditEntry {
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** All that is kept of a person, by table. */
export type PersonalData = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** For operators: looking at persons, and a person's right to have and to delete what is kept of her. */
export interface PeopleRecords {
  /** Persons by id, those after `after`. */
  list(after: string, limit: number): Promise<readonly (Person & { readonly createdAt: number })[]>;
  /** What was done to this person, the newest first. */
  audit(person: PersonId, limit: number): Promise<readonly AuditEntry[]>;
  /** On all platforms, from all tables; noted. @returns undefined for somebody unknown. */
  export(person: PersonId, deed: Deed, now: number): Promise<PersonalData | undefined>;
  /**
   * Forgets her: on all platforms, in all tables. That it was done is noted under her id, which then means nobody any more. What agents
   * keep of her stays with them.
   * @returns How many rows of each table are gone; undefined for somebody unknown.
   */
  erase(person: PersonId, deed: Deed, now: number): Promise<Readonly<Record<string, number>> | undefined>;
}

/** Where a person is reached who waits for something that happens elsewhere. */
export interface Contact {
  readonly lane: Lane;
  readonly to: ReplyAddress;
  readonly lang: Lang;
}

/**
 * What became of a typed code.
 * - linked: both are one person now; `giver` is told, who got the code.
 * - own: it was her own.
 * - wrong: unknown, too old or used; so many tries are left.
 * - locked: too many wrong ones.
 */
export type Redeemed =
  | { readonly kind: 'linked'; readonly giver: Contact }
  | { readonly kind: 'own' }
  | { readonly kind: 'wrong'; readonly left: number }
  | { readonly kind: 'locked' };

/** One-time codes by which a person links two accounts: ten minutes, one use, five tries; only their hashes are kept. */
export interface LinkStore {
  /** A new code for a person; her earlier ones are void. */
  offer(hash: string, person: PersonId, giver: Contact, now: number): Promise<void>;
  /** Somebody typed it where others read it: it is void. @returns whether it was one. */
  burn(hash: string): Promise<boolean>;
  /** Makes the one who typed it and the one who got it one person; the same account may ask again for the same answer. */
  redeem(hash: string, channel: ChannelName, account: AccountId, person: PersonId, now: number): Promise<Redeemed>;
}
