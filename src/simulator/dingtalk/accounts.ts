import { steadyHex } from '../ids.ts';
import type { People, Persona } from '../people.ts';
import { sealedId } from './apps.ts';

/** One person as the vendor knows her. */
export interface DingtalkAccount {
  readonly person: Persona;
  /** Undefined for people from outside the company. */
  readonly userId: string | undefined;
  readonly unionId: string;
  /** The sealed id. */
  readonly senderId: string;
}

export interface Accounts {
  /** @throws {Error} When there is nobody of that id. */
  of(person: string): DingtalkAccount;
  member(userId: string): DingtalkAccount | undefined;
  byMobile(mobile: string): DingtalkAccount | undefined;
  byUnion(unionId: string): DingtalkAccount | undefined;
}

export function isExternal(person: Persona): boolean {
  return person.role === 'customer';
}

export function createAccounts(people: People): Accounts {
  const known = new Map<string, DingtalkAccount>();
  const members = new Map<string, DingtalkAccount>();
  const mobiles = new Map<string, DingtalkAccount>();
  const unions = new Map<string, DingtalkAccount>();
  let seen = 0;
  // People are only ever added, and looking them up must not cost more with each of them.
  const learn = (): void => {
    if (people.all.size === seen) return;
    seen = people.all.size;
    for (const person of people.all.values()) {
      if (known.has(person.id)) continue;
      const account = accountOf(person);
      known.set(person.id, account);
      unions.set(account.unionId, account);
      if (account.userId !== undefined) members.set(account.userId, account);
      if (account.userId !== undefined && person.mobile !== '') mobiles.set(bare(person.mobile), account);
    }
  };
  return {
    of(person) {
      learn();
      const account = known.get(person);
      if (account === undefined) throw new Error(`nobody is called ${person} here`);
      return account;
    },
    member(userId) {
      learn();
      return members.get(userId);
    },
    byMobile(mobile) {
      learn();
      return mobiles.get(bare(mobile));
    },
    byUnion(unionId) {
      learn();
      return unions.get(unionId);
    },
  };
}

/** Numbers of the country are written without its code. */
function bare(mobile: string): string {
  return mobile.replace(/^\+86/, '');
}

function accountOf(person: Persona): DingtalkAccount {
  return {
    person,
    userId: isExternal(person) ? undefined : (person.email.split('@')[0] ?? person.id),
    unionId: `${Buffer.from(steadyHex(30, 'dingtalk-union', person.id), 'hex').toString('base64url')}iEiE`,
    senderId: sealedId('user', person.id),
  };
}
