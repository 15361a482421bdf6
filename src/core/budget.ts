/**
 * How answers are shown, by what is left of the month.
 * - stream: they follow the agent. - few: they change seldom. - message: one message when all is said.
 */
export type ReplyWay = 'stream' | 'few' | 'message';

/** What an app may use of a month, and what it does when that gets short. */
export interface BudgetPlan {
  /** Calls and pushes of a month; 0 for as many as it likes. A push is what the vendor brings us, or takes by a robot's address. */
  readonly calls: number;
  readonly pushes: number;
  /** From this share of the calls on answers change seldom, from that on they are one message; from 0 to 1. */
  readonly fewUpdatesFrom: number;
  readonly messagesFrom: number;
  /** Whether each day gets its share of the month, with what earlier days have left over, or the first who come get all. Default: none. */
  readonly pace?: 'month' | 'none';
}

/**
 * What a vendor counts of one app in a calendar month: calls and pushes that are paid for, or allowed up to a number. Kept in the
 * store, so that a restart does not begin anew; the newest seconds are lost in a crash.
 */
export interface CallBudget {
  /** Counts one call of this kind. Never waits. @param kind - A fixed name (`card.stream`), never an id. */
  spend(kind: string): void;
  /** Counts one push of this kind. */
  push(kind: string): void;
  /** All calls that were counted this month. */
  readonly spent: number;
  readonly pushed: number;
  readonly way: ReplyWay;
}

/** Counts nothing; for tests and for parts that are used alone. */
export const noBudget: CallBudget = { spend() {}, push() {}, spent: 0, pushed: 0, way: 'stream' };

/** An app that no vendor holds to a number. */
export const UNLIMITED: BudgetPlan = { calls: 0, pushes: 0, fewUpdatesFrom: 1, messagesFrom: 1 };
