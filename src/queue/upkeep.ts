import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Store } from '../core/store.ts';

const DAY_MS = 24 * 60 * 60_000;
const EVERY_MS = 60_000;
/** Small enough that a step never keeps a delivery waiting. */
const ROWS_A_STEP = 500;

/** For how many days what is finished is kept. */
export interface Retention {
  readonly inboxDays: number;
  readonly outboxDays: number;
  readonly turnDays: number;
  readonly deadDays: number;
  /** After its last use. */
  readonly sessionDays: number;
}

/** Removes what is past its retention time, a little at a time. */
export function startUpkeep(store: Store, retention: Retention, clock: Clock, log: Log): { stop(): void } {
  let stopped = false;

  async function purge(): Promise<void> {
    const now = clock.now();
    const olderThan = {
      inboxDone: now - retention.inboxDays * DAY_MS,
      outboxSent: now - retention.outboxDays * DAY_MS,
      turns: now - retention.turnDays * DAY_MS,
      dead: now - retention.deadDays * DAY_MS,
      memos: now,
      placeholders: now - retention.sessionDays * DAY_MS,
    };
    let removed = 0;
    for (;;) {
      const step = stopped ? 0 : await store.upkeep.purge(olderThan, ROWS_A_STEP);
      removed += step;
      if (step < ROWS_A_STEP) break;
    }
    if (removed > 0) log.info('old rows removed', { removed });
  }

  const timer = setInterval(() => {
    purge().catch((error: unknown) => log.error('old rows not removed', { error }));
  }, EVERY_MS);
  timer.unref();
  return {
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}
