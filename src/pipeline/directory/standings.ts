import type { Directory } from '../../core/directory.ts';
import type { PersonId } from '../../core/ids.ts';
import type { MemberStore } from '../../core/members.ts';
import type { Standing } from '../../core/routes.ts';
import { Recent } from '../../lib/recent.ts';

const REMEMBERED = 10_000;
const REMEMBERED_MS = 10 * 60_000;

/** Where people stand, as stored; remembered until somebody moves. */
export interface Standings extends Directory {
  forget(persons: readonly PersonId[]): void;
  forgetAll(): void;
}

export function createStandings(store: Pick<MemberStore, 'standing'>): Standings {
  const known = new Recent<PersonId, Promise<Standing>>({ max: REMEMBERED, ttl: REMEMBERED_MS });

  /** What is forgotten while it is read is not remembered afterwards, for the place is taken from the beginning. */
  function read(person: PersonId): Promise<Standing> {
    const reading = store.standing(person);
    known.set(person, reading);
    reading.catch(() => {
      if (known.peek(person) === reading) known.delete(person);
    });
    return reading;
  }

  return {
    standingOf: (person) => known.get(person) ?? read(person),
    forgetAll: () => known.clear(),
    forget(persons) {
      for (const person of persons) known.delete(person);
    },
  };
}
