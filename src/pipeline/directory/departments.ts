import type { Clock } from '../../core/clock.ts';
import type { ChannelName } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { Company, Department } from '../../core/members.ts';
import type { Store } from '../../core/store.ts';
import { Recent } from '../../lib/recent.ts';

const REMEMBERED = 20_000;
/** A department that was moved meanwhile, and of which no event told, is where it was for so long at most. */
const FRESH_MS = 60 * 60_000;
/** Companies have fewer levels; a ring would have more. */
const MOST_LEVELS = 30;

export interface DepartmentTreeParts {
  readonly store: Pick<Store, 'departments'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps departments with all that are above them, so that what holds for a department holds for those within it. */
export interface DepartmentTree {
  /** Looks up those that were not looked up for a while, up to the top. @returns Whether anything is new. */
  place(channel: ChannelName, company: Company, departments: readonly string[], signal: AbortSignal): Promise<boolean>;
  /** It has changed: what is remembered of it is void. */
  forget(channel: ChannelName, department: string): void;
}

export function createDepartmentTree({ store, clock, log }: DepartmentTreeParts): DepartmentTree {
  const known = new Recent<string, Department>({ max: REMEMBERED, ttl: FRESH_MS });
  const keyOf = (channel: ChannelName, department: string) => JSON.stringify([channel, department]);

  /** What is new of one department and those above it. */
  async function climb(channel: ChannelName, company: Company, lowest: string, signal: AbortSignal) {
    const news: Department[] = [];
    let next: string | undefined = lowest;
    for (let level = 0; next !== undefined && level < MOST_LEVELS; level += 1) {
      const key = keyOf(channel, next);
      const before = known.get(key);
      // One that the app may not see is there all the same: somebody is in it.
      const department: Department = before ?? (await company.department(next, signal)) ?? { id: next };
      if (!before) news.push(department);
      known.set(key, department);
      next = department.parent;
    }
    return news;
  }

  return {
    forget: (channel, department) => known.delete(keyOf(channel, department)),
    async place(channel, company, departments, signal) {
      const news: Department[] = [];
      try {
        for (const one of departments) news.push(...(await climb(channel, company, one, signal)));
      } catch (error) {
        // She is in it whatever it is called; the next look finds out.
        signal.throwIfAborted();
        log.warn('departments not read', { channel, error });
      }
      return news.length > 0 && (await store.departments.place(channel, news, clock.now()));
    },
  };
}
