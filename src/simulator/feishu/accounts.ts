import { steadyHex } from '../ids.ts';
import type { People, Persona } from '../people.ts';
import type { FeishuApp } from './apps.ts';

/** The three ids of one person as one app sees her. */
export interface UserIds {
  readonly open_id: string;
  readonly union_id: string;
  readonly user_id: string;
}

export type IdKind = keyof UserIds | 'email';

/** Who is who: open_id differs from app to app, the other two do not. */
export interface Accounts {
  ids(person: string, app: FeishuApp): UserIds;
  /** The person behind an id; `'foreign'` when it is another app's open_id. */
  find(id: string, kind: IdKind, app: FeishuApp): Persona | 'foreign' | undefined;
  /** Whether somebody has an account here; customers have none. */
  has(person: Persona): boolean;
}

interface Owner {
  readonly person: string;
  /** The app whose open_id it is. */
  readonly app?: string;
}

export function createAccounts(people: People): Accounts {
  const known = new Map<string, UserIds>();
  const owners = new Map<string, Owner>();
  const learn = (person: string, app: FeishuApp): UserIds => {
    const ids: UserIds = {
      open_id: `ou_${steadyHex(32, 'open-id', app.id, person)}`,
      union_id: `on_${steadyHex(32, 'union-id', person)}`,
      user_id: steadyHex(8, 'user-id', person),
    };
    owners.set(ids.open_id, { person, app: app.id });
    owners.set(ids.union_id, { person });
    owners.set(ids.user_id, { person });
    known.set(`${app.id}/${person}`, ids);
    return ids;
  };
  const idsOf = (person: string, app: FeishuApp): UserIds => known.get(`${app.id}/${person}`) ?? learn(person, app);
  const has = (person: Persona): boolean => person.role !== 'customer';

  return {
    ids: idsOf,
    has,
    find(id, kind, app) {
      if (kind === 'email') return [...people.all.values()].find((person) => has(person) && person.email === id);
      // Ids are made when they are first asked for: somebody nobody has mentioned yet may still be meant.
      if (!owners.has(id)) for (const person of people.all.values()) if (has(person)) idsOf(person.id, app);
      const owner = owners.get(id);
      if (owner === undefined) return undefined;
      if (owner.app !== undefined && owner.app !== app.id) return 'foreign';
      return people.all.get(owner.person);
    },
  };
}
