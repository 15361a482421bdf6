import type { PersonId, SessionId } from './ids.ts';
import type { Lang } from './lang.ts';

/** What stands for a value in one dialogue. */
export interface Placeholder {
  readonly kind: string;
  /** Unique among those of its kind in the session, whoever gave the value; never used twice. */
  readonly number: number;
  /** The language of its name. */
  readonly lang: Lang;
  /** Whether the person wrote the value herself, and did not press it. */
  readonly own: boolean;
  readonly value: string;
}

/** What stood for what is kept for as long as a session is used, by session and person: nobody else's is ever answered. */
export interface PlaceholderStore {
  of(session: SessionId, person: PersonId): Promise<KnownPlaceholders>;
  /**
   * Keeps new ones, and those that are there for longer.
   *
   * @returns false when one of the numbers was taken meanwhile; the others are kept.
   */
  keep(session: SessionId, person: PersonId, added: readonly Placeholder[], now: number): Promise<boolean>;
}

export interface KnownPlaceholders {
  /** The person's, as far as their values are kept still. */
  readonly mine: readonly Placeholder[];
  /** The highest number of each kind in the session, whoever's. */
  readonly last: ReadonlyMap<string, number>;
}
