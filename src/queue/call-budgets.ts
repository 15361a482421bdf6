import { type BudgetPlan, type CallBudget, type ReplyWay, UNLIMITED } from '../core/budget.ts';
import type { Clock } from '../core/clock.ts';
import type { ChannelName } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { CallStore, CountedCalls } from '../core/store.ts';
import { BEIJING_MS, wayAt } from './reply-way.ts';

const STORE_EVERY_MS = 2_000;
/** Months begin with an hour, in Beijing too. */
const HOUR_MS = 3_600_000;

export type BudgetUnit = 'calls' | 'pushes';

/** A share of a month that is used. */
export interface BudgetReached {
  readonly channel: ChannelName;
  readonly unit: BudgetUnit;
  /** From 0 to 1. */
  readonly share: number;
  readonly used: number;
  readonly limit: number;
  /** `2026-11` */
  readonly month: string;
  readonly way: ReplyWay;
}

/** What an app has used of this month. */
export interface BudgetState {
  readonly channel: ChannelName;
  readonly plan: BudgetPlan;
  readonly calls: number;
  readonly pushes: number;
  /** By kind; pushes begin with `push.`. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly way: ReplyWay;
}

export interface CallBudgets {
  /** @param plan - Default: as much as it likes. */
  of(channel: ChannelName, plan?: BudgetPlan): CallBudget;
  /** This month, of each app that was asked for or has used something. */
  readonly states: readonly BudgetState[];
  /** Stores what was counted since the last time. */
  store(): Promise<void>;
  stop(): Promise<void>;
}

export interface BudgetParts {
  readonly store: CallStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Other processes count too: what they have stored is read again from time to time. Default: false. */
  readonly isShared?: boolean;
  /** Shares of a month that are told of, rising. Default: 0.7 and 0.9. */
  readonly tellAt?: readonly number[];
  /** Called when one is reached, once in a month and a life of this process; a new start tells again. */
  readonly onReached?: (reached: BudgetReached) => void;
}

const PUSH = 'push.';
const DEFAULT_TELL_AT = [0.7, 0.9];

/** What is counted of one app. */
interface Count {
  readonly kinds: Map<string, number>;
  readonly used: Record<BudgetUnit, number>;
  readonly told: Record<BudgetUnit, number>;
}

/** Counts the calls and pushes of each app by month and kind: at once in memory, a little later in the store. */
export async function openCallBudgets(parts: BudgetParts): Promise<CallBudgets> {
  const { clock, log, tellAt = DEFAULT_TELL_AT } = parts;
  const monthAt = monthTeller();
  let month = monthAt(clock.now());
  const counts = new Map<ChannelName, Count>();
  const plans = new Map<ChannelName, BudgetPlan>();
  /** What is not stored yet, by month, channel and kind. */
  let fresh = new Map<string, CountedCalls>();
  for (const { channel, kind, number } of await parts.store.ofMonth(month)) add(channel, kind, number);

  function countOf(channel: ChannelName): Count {
    turnPage();
    let count = counts.get(channel);
    if (!count) {
      count = { kinds: new Map(), used: { calls: 0, pushes: 0 }, told: { calls: 0, pushes: 0 } };
      counts.set(channel, count);
    }
    return count;
  }

  function add(channel: ChannelName, kind: string, number: number): Count {
    const count = countOf(channel);
    count.kinds.set(kind, (count.kinds.get(kind) ?? 0) + number);
    count.used[unitOf(kind)] += number;
    return count;
  }

  function turnPage(): void {
    const now = monthAt(clock.now());
    if (now === month) return;
    month = now;
    counts.clear();
  }

  /** Takes over what others have counted. */
  async function readAgain(): Promise<void> {
    turnPage();
    const stored = await parts.store.ofMonth(month);
    for (const { kinds, used } of counts.values()) {
      kinds.clear();
      Object.assign(used, { calls: 0, pushes: 0 } satisfies Count['used']);
    }
    const ours = [...fresh.values()].filter((one) => one.month === month);
    for (const { channel, kind, number } of [...stored, ...ours]) add(channel, kind, number);
  }

  function spend(channel: ChannelName, kind: string): void {
    const count = add(channel, kind, 1);
    const key = `${month} ${channel} ${kind}`;
    fresh.set(key, { channel, month, kind, number: (fresh.get(key)?.number ?? 0) + 1 });
    tell(channel, unitOf(kind), count);
  }

  function tell(channel: ChannelName, unit: BudgetUnit, { used, told }: Count): void {
    const limit = planOf(channel)[unit];
    const share = limit === 0 ? 0 : (tellAt.findLast((one) => used[unit] >= one * limit) ?? 0);
    if (share <= told[unit]) return;
    told[unit] = share;
    const reached = { channel, unit, share, used: used[unit], limit, month, way: wayOf(channel) };
    log.warn('the month’s quota runs out', { ...reached });
    parts.onReached?.(reached);
  }

  function planOf(channel: ChannelName): BudgetPlan {
    return plans.get(channel) ?? UNLIMITED;
  }

  function wayOf(channel: ChannelName): ReplyWay {
    return wayAt(planOf(channel), countOf(channel).used.calls, clock.now());
  }

  async function keep(): Promise<void> {
    if (fresh.size === 0) return;
    const rows = fresh;
    fresh = new Map();
    try {
      await parts.store.add([...rows.values()]);
    } catch (error) {
      // The next time takes them along.
      for (const [key, row] of rows) fresh.set(key, { ...row, number: row.number + (fresh.get(key)?.number ?? 0) });
      throw error;
    }
  }

  async function settle(): Promise<void> {
    await keep();
    if (parts.isShared === true) await readAgain();
  }

  const timer = setInterval(() => {
    settle().catch((error: unknown) => log.error('calls not counted in the store', { error }));
  }, STORE_EVERY_MS);
  timer.unref();

  return {
    of(channel, plan = UNLIMITED) {
      plans.set(channel, plan);
      return {
        spend: (kind) => spend(channel, kind),
        push: (kind) => spend(channel, PUSH + kind),
        get spent() {
          return countOf(channel).used.calls;
        },
        get pushed() {
          return countOf(channel).used.pushes;
        },
        get way() {
          return wayOf(channel);
        },
      };
    },
    get states() {
      turnPage();
      return [...new Set([...plans.keys(), ...counts.keys()])].map((channel) => {
        const { kinds, used } = countOf(channel);
        return { channel, plan: planOf(channel), kinds, ...used, way: wayOf(channel) };
      });
    },
    store: settle,
    async stop() {
      clearInterval(timer);
      await keep().catch((error: unknown) => log.error('calls not counted in the store', { error }));
    },
  };
}

function unitOf(kind: string): BudgetUnit {
  return kind.startsWith(PUSH) ? 'pushes' : 'calls';
}

/** `2026-11` */
function monthOf(now: number): string {
  return new Date(now + BEIJING_MS).toISOString().slice(0, 7);
}

/** The month of a time; asked with every call to a vendor, so it is made anew with each hour only. */
function monthTeller(): (now: number) => string {
  let hour = Number.NaN;
  let month = '';
  return (now) => {
    const current = Math.floor(now / HOUR_MS);
    if (current !== hour) {
      hour = current;
      month = monthOf(now);
    }
    return month;
  };
}
