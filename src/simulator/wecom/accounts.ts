import { steadyHex } from '../ids.ts';
import type { People, Persona } from '../people.ts';

/** Who is who: employees have a userid, customers an external_userid. */
export interface Accounts {
  /** The name before the @ of the person's address. */
  userId(person: string): string;
  externalId(person: string): string;
  /** A member by userid, whatever its case. */
  member(userId: string): Persona | undefined;
  customer(externalId: string): Persona | undefined;
  members(): Persona[];
}

export function isCustomer(person: Persona): boolean {
  return person.role === 'customer';
}

export function createAccounts(people: People): Accounts {
  const members = new Map<string, Persona>();
  const customers = new Map<string, Persona>();
  const userIds = new Map<string, string>();
  let seen = 0;
  // People are only ever added, and looking them up must not cost more with each of them.
  const learn = (): void => {
    if (people.all.size === seen) return;
    seen = people.all.size;
    for (const person of people.all.values()) {
      if (isCustomer(person)) customers.set(externalIdOf(person.id), person);
      else {
        const id = person.email.split('@')[0] ?? person.id;
        members.set(id.toLowerCase(), person);
        userIds.set(person.id, id);
      }
    }
  };
  return {
    userId(person) {
      learn();
      const id = userIds.get(person);
      if (id === undefined) throw new Error(`${person} is no member of the company`);
      return id;
    },
    externalId: (person) => externalIdOf(people.get(person).id),
    member(userId) {
      learn();
      return members.get(userId.toLowerCase());
    },
    customer(externalId) {
      learn();
      return customers.get(externalId);
    },
    members() {
      learn();
      return [...members.values()];
    },
  };
}

function externalIdOf(person: string): string {
  return `wm${steadyHex(30, 'external-userid', person)}`;
}
