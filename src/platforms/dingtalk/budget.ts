import { type CallBudget, noBudget } from '../../core/budget.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import type { DingtalkConfig } from './config.ts';
import { failureOf } from './errors.ts';
import { CARD_INTERVAL_MS, FEW_UPDATES_INTERVAL_MS } from './limits.ts';

/**
 * How answers are shown, by what is left of the month.
 * - stream: cards that follow the agent. - few: cards that change seldom. - message: one Markdown message, by the address that
 *   came with the question, which costs nothing.
 */
export type Way = 'stream' | 'few' | 'message';

/** Calls that the vendor does not count (basic-interfaces-such-as-log-off-and-address-book), or that are no calls of the API. */
const FREE: ReadonlySet<string> = new Set(['token.new', 'token.old', 'session.send', 'file.get', 'socket.open']);
/** Shares of the month at which the operator is told. */
const WARN_AT = [0.9, 0.7] as const;

/** The organisation's calls of the month, as far as this app makes them. */
export class MonthBudget {
  readonly #limit: number;
  readonly #fewFrom: number;
  readonly #messagesFrom: number;
  readonly #deps: Pick<PlatformDeps, 'log' | 'channel'>;
  readonly #budget: CallBudget;
  #warned = 0;

  constructor(config: DingtalkConfig, deps: Pick<PlatformDeps, 'log' | 'channel' | 'budget'>) {
    this.#limit = config.callsPerMonth;
    this.#fewFrom = config.limits.fewUpdatesFrom;
    this.#messagesFrom = config.limits.messagesFrom;
    this.#deps = deps;
    this.#budget = deps.budget ?? noBudget;
  }

  /** Takes a call into account. What was throttled, or got no answer of the vendor's, is not counted there either. */
  count(api: string, code: string, status: number): void {
    if (FREE.has(api)) return;
    const failure = code === '0' ? undefined : failureOf(code, status);
    if (failure === 'platform_throttled' || failure === 'platform_unavailable') return;
    this.#budget.spend(api);
    this.#warn();
  }

  get way(): Way {
    const used = this.#used;
    if (used >= this.#messagesFrom) return 'message';
    return used >= this.#fewFrom ? 'few' : 'stream';
  }

  /** Shortest pause between two updates of a card. */
  get intervalMs(): number {
    return this.way === 'stream' ? CARD_INTERVAL_MS : FEW_UPDATES_INTERVAL_MS;
  }

  get #used(): number {
    return this.#limit === 0 ? 0 : this.#budget.spent / this.#limit;
  }

  #warn(): void {
    const used = this.#used;
    const reached = WARN_AT.find((share) => used >= share) ?? 0;
    if (reached > this.#warned) {
      const fields = { channel: this.#deps.channel, spent: this.#budget.spent, limit: this.#limit, way: this.way };
      this.#deps.log.warn('the month’s calls run out', fields);
    }
    // Falls back to 0 with a new month.
    this.#warned = reached;
  }
}
