import type { Sender } from './event.ts';
import type { AccountId, ChannelName, MergeId, PersonId } from './ids.ts';
import type { Lang } from './lang.ts';

export interface Person {
  readonly id: PersonId;
  readonly name?: string;
  /** Chosen by the person; else what her client tells. */
  readonly lang?: Lang;
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
