import type { PersonId } from './ids.ts';
import type { Standing } from './routes.ts';

/** What an organisation knows of its people; filled from the vendors' directories. */
export interface Directory {
  /** Quick: it is asked for every question. */
  standingOf(person: PersonId): Promise<Standing>;
}
