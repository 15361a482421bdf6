/**
 * What a vendor counts of one app in a calendar month: calls that are paid for, or allowed up to a number. Kept in the store, so
 * that a restart does not begin anew; the newest seconds are lost in a crash.
 */
export interface CallBudget {
  /** Counts one call of this kind. Never waits. @param kind - A fixed name (`card.stream`), never an id. */
  spend(kind: string): void;
  /** All that was counted this month. */
  readonly spent: number;
}

/** Counts nothing; for tests and for parts that are used alone. */
export const noBudget: CallBudget = { spend() {}, spent: 0 };
