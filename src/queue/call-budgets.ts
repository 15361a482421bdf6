import type { CallBudget } from '../core/budget.ts';
import type { Clock } from '../core/clock.ts';
import type { ChannelName } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { CallStore } from '../core/store.ts';

const STORE_EVERY_MS = 2_000;
/** The vendors' months begin at midnight in China. */
const BEIJING_MS = 8 * 60 * 60_000;

export interface CallBudgets {
  of(channel: ChannelName): CallBudget;
  /** All of this month, by channel; channels without any are left out. */
  readonly spent: ReadonlyMap<ChannelName, number>;
  /** Stores what was counted since the last time. */
  store(): Promise<void>;
  stop(): Promise<void>;
}

/** Counts the calls of each app by month and kind: at once in memory, a little later in the store. */
export async function openCallBudgets(store: CallStore, clock: Clock, log: Log): Promise<CallBudgets> {
  let month = monthOf(clock.now());
  /** Calls of this month by channel, stored or not. */
  const spent = new Map<ChannelName, number>();
  /** Calls that are not stored yet, by channel and kind. */
  let fresh = new Map<string, { channel: ChannelName; month: string; kind: string; number: number }>();
  for (const { channel, number } of await store.ofMonth(month)) add(channel, number);

  function add(channel: ChannelName, number: number): void {
    spent.set(channel, (spent.get(channel) ?? 0) + number);
  }

  function turnPage(): void {
    const now = monthOf(clock.now());
    if (now === month) return;
    month = now;
    spent.clear();
  }

  function spend(channel: ChannelName, kind: string): void {
    turnPage();
    add(channel, 1);
    const key = `${month} ${channel} ${kind}`;
    const row = fresh.get(key) ?? { channel, month, kind, number: 0 };
    row.number += 1;
    fresh.set(key, row);
  }

  async function keep(): Promise<void> {
    if (fresh.size === 0) return;
    const rows = fresh;
    fresh = new Map();
    try {
      await store.add([...rows.values()]);
    } catch (error) {
      // The next time takes them along.
      for (const [key, row] of rows) fresh.set(key, { ...row, number: row.number + (fresh.get(key)?.number ?? 0) });
      throw error;
    }
  }

  const timer = setInterval(() => {
    keep().catch((error: unknown) => log.error('calls not counted in the store', { error }));
  }, STORE_EVERY_MS);
  timer.unref();

  return {
    of: (channel) => ({
      spend: (kind) => spend(channel, kind),
      get spent() {
        turnPage();
        return spent.get(channel) ?? 0;
      },
    }),
    get spent() {
      turnPage();
      return spent;
    },
    store: keep,
    async stop() {
      clearInterval(timer);
      await keep().catch((error: unknown) => log.error('calls not counted in the store', { error }));
    },
  };
}

/** `2026-11` */
function monthOf(now: number): string {
  return new Date(now + BEIJING_MS).toISOString().slice(0, 7);
}
