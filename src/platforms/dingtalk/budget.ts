import { type BudgetPlan, type CallBudget, noBudget, type ReplyWay } from '../../core/budget.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import type { DingtalkConfig } from './config.ts';
import { failureOf } from './errors.ts';
import { CARD_INTERVAL_MS, FEW_UPDATES_INTERVAL_MS } from './limits.ts';

/** Calls that the vendor does not count (basic-interfaces-such-as-log-off-and-address-book), or that are no calls of the API. */
const FREE: ReadonlySet<string> = new Set(
  'token.new token.old contact.user contact.users contact.department contact.departments session.send file.get socket.open'.split(
    ' ',
  ),
);
/** Events that are no push of the month (appendix-a-list-of-events-not-included-in-webhook). */
const FREE_EVENTS = /^(?:user|org|label)_/;

export function budgetPlanOf({ callsPerMonth, pushesPerMonth, limits }: DingtalkConfig): BudgetPlan {
  const { fewUpdatesFrom, messagesFrom, pace } = limits;
  return { calls: callsPerMonth, pushes: pushesPerMonth, fewUpdatesFrom, messagesFrom, pace };
}

/** The organisation's calls and pushes of the month, as far as this app makes and gets them. */
export class MonthBudget {
  readonly #budget: CallBudget;

  constructor({ budget = noBudget }: Pick<PlatformDeps, 'budget'>) {
    this.#budget = budget;
  }

  /** Takes a call into account. What was throttled, or got no answer of the vendor's, is not counted there either. */
  count(api: string, code: string, status: number): void {
    if (FREE.has(api)) return;
    const failure = code === '0' ? undefined : failureOf(code, status);
    if (failure === 'platform_throttled' || failure === 'platform_unavailable') return;
    this.#budget.spend(api);
  }

  /** Takes into account what the vendor has brought. @param event - The vendor's name of an event, which may cost nothing. */
  countPush(kind: 'message' | 'press' | 'event', event = ''): void {
    if (!FREE_EVENTS.test(event)) this.#budget.push(kind);
  }

  get way(): ReplyWay {
    return this.#budget.way;
  }

  /** Shortest pause between two updates of a card. */
  get intervalMs(): number {
    return this.way === 'stream' ? CARD_INTERVAL_MS : FEW_UPDATES_INTERVAL_MS;
  }
}
