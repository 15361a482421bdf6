import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../core/log.ts';
import type { Memos } from '../core/memos.ts';

/** What says who holds; adapters name theirs differently. */
const MEMO = 'holder';
/** What stands there when nobody does. */
const FREE = 'nobody';
/** A year after the last sign of life it is forgotten. */
const KEEP_MS = 365 * 24 * 60 * 60_000;

export interface HoldingOptions {
  /** Those of what is held. */
  readonly memos: Memos;
  /** Unique among all processes. */
  readonly holder: string;
  /** After so long without a sign of life another process takes over. */
  readonly leaseMs: number;
  readonly log: Log;
}

/**
 * Does `work` in one of all the processes that ask for it: the others wait until it gives no more sign of life.
 *
 * No two clocks are compared. The holder changes what is stored a few times in each lease; whoever waits takes over when it has seen no
 * change for a whole lease, by its own stopwatch. A holder that could not change it for two thirds of a lease ends its work by itself, also
 * when it was paused.
 */
export async function holdAlone(
  work: (signal: AbortSignal) => Promise<void>,
  options: HoldingOptions,
  signal: AbortSignal,
): Promise<void> {
  const watch = new Watch(options.leaseMs);
  while (!signal.aborted) {
    const mine = await take(watch, options);
    if (mine !== undefined) await new Hold(mine, options).last(work, signal);
    await sleep(options.leaseMs / 6, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * Who holds it, by what is stored; asked now and then, it also notices that the holder gives no more sign of life.
 *
 * @returns Undefined when nobody does.
 */
export function createHolderReader({
  memos,
  leaseMs,
}: Pick<HoldingOptions, 'memos' | 'leaseMs'>): () => Promise<string | undefined> {
  const watch = new Watch(leaseMs);
  return async () => {
    const body = await memos.read(MEMO);
    if (body === undefined || body === FREE || watch.isStale(body)) return undefined;
    return body.split(' ', 1)[0];
  };
}

/** Says how long something has been as it is. */
class Watch {
  readonly #leaseMs: number;
  #seen: string | undefined;
  #since = performance.now();

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  isStale(body: string): boolean {
    if (body !== this.#seen) {
      this.#seen = body;
      this.#since = performance.now();
    }
    return performance.now() - this.#since >= this.#leaseMs;
  }
}

/** @returns What stands there when it is ours. */
async function take(watch: Watch, options: HoldingOptions): Promise<string | undefined> {
  try {
    const before = await options.memos.read(MEMO);
    if (before !== undefined && before !== FREE && !watch.isStale(before)) return undefined;
    const mine = `${options.holder} 0`;
    return (await swap(before, mine, options)) ? mine : undefined;
  } catch (error) {
    options.log.warn('connection not asked for', { error });
    return undefined;
  }
}

/** One time of holding. */
class Hold {
  readonly #options: HoldingOptions;
  #body: string;
  #shownAt = performance.now();

  constructor(body: string, options: HoldingOptions) {
    this.#body = body;
    this.#options = options;
  }

  /** Works, and gives signs of life, until either ends. */
  async last(work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const over = AbortSignal.any([signal, ended.signal]);
    const working = work(over).finally(() => ended.abort());
    await this.#keep(over);
    ended.abort();
    await working;
    // Given up in good order: whoever waits need not wait for a lease.
    await swap(this.#body, FREE, this.#options).catch(() => false);
  }

  async #keep(signal: AbortSignal): Promise<void> {
    const { leaseMs } = this.#options;
    for (let count = 1; !signal.aborted; count += 1) {
      await sleep(leaseMs / 6, undefined, { signal }).catch(() => undefined);
      // Paused or cut off for too long: somebody else may be at work by now.
      if (signal.aborted || this.#leftMs <= 0) return;
      // A store that neither answers nor refuses must not keep us either.
      const late = new AbortController();
      const tooLate = sleep(this.#leftMs, false, { signal: AbortSignal.any([signal, late.signal]) }).catch(() => false);
      const isOurs = await Promise.race([this.#show(count), tooLate]);
      late.abort();
      if (!isOurs) return;
    }
  }

  /** So long it may still go on without a change of what is stored. */
  get #leftMs(): number {
    return this.#shownAt + (this.#options.leaseMs * 2) / 3 - performance.now();
  }

  /** @returns False when somebody else has it. */
  async #show(count: number): Promise<boolean> {
    const { memos, holder } = this.#options;
    const askedAt = performance.now();
    const next = `${holder} ${count}`;
    try {
      if (!(await swap(this.#body, next, this.#options))) return await this.#isStillOurs();
      this.#body = next;
      this.#shownAt = askedAt;
    } catch {
      // It may have been written, for all we know; the next time finds out.
      const there = await memos.read(MEMO).catch(() => undefined);
      if (there === next) this.#body = next;
    }
    return true;
  }

  /** An earlier change of ours whose answer was lost may have arrived late. */
  async #isStillOurs(): Promise<boolean> {
    const { memos, holder } = this.#options;
    const there = await memos.read(MEMO).catch(() => undefined);
    if (there?.startsWith(`${holder} `) !== true) return false;
    this.#body = there;
    return true;
  }
}

function swap(before: string | undefined, after: string, { memos }: HoldingOptions): Promise<boolean> {
  return memos.swap(MEMO, before, after, Date.now() + KEEP_MS);
}
