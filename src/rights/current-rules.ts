import type { Clock } from '../core/clock.ts';
import type { RightsStore } from '../core/rights.ts';
import { openRulebook, type Rulebook } from './rulebook.ts';

/** How long a change that another process has made may go unnoticed. */
const LOOK_EVERY_MS = 1_000;

/** The rules as they are now. */
export interface CurrentRules {
  book(): Promise<Rulebook>;
  /** Something was changed here: the next question goes by it. */
  changed(): void;
}

/**
 * Reads the rules again when their revision has changed, which it asks for once a second at most.
 *
 * @param onChange - Told then: the revision also rises when persons are linked, parted, moved or leave.
 */
export function currentRules(
  store: Pick<RightsStore, 'revision' | 'rules'>,
  clock: Pick<Clock, 'now'>,
  onChange: () => void = () => undefined,
): CurrentRules {
  let known: { readonly revision: number; readonly book: Rulebook } | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<Rulebook> | undefined;

  async function look(): Promise<Rulebook> {
    const at = clock.now();
    // The number first: what is changed in between is read again.
    const revision = await store.revision();
    if (known?.revision !== revision) {
      onChange();
      known = { revision, book: await openRulebook(await store.rules()) };
    }
    lookedAt = at;
    return known.book;
  }

  return {
    async book() {
      const age = clock.now() - lookedAt;
      if (known && age >= 0 && age < LOOK_EVERY_MS) return known.book;
      looking ??= look().finally(() => {
        looking = undefined;
      });
      return looking;
    },
    changed() {
      lookedAt = Number.NEGATIVE_INFINITY;
    },
  };
}
