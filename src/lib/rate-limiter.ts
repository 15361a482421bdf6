/**
 * What a call is for. A later kind leaves part of each window to the earlier ones, so that a final frame never waits
 * behind decoration.
 */
export type Priority = 'final' | 'update' | 'decoration';

/** At most `limit` calls within any `windowMs`. */
export interface RateWindow {
  readonly limit: number;
  readonly windowMs: number;
}

/** A vendor's window, a little longer: it counts calls when they arrive, we when they leave. */
export function windowOf(limit: number, windowMs: number): RateWindow {
  return { limit, windowMs: windowMs * 1.05 };
}

/** Time, as the limiter needs it. */
export interface LimiterClock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The same windows where several processes count in them together. */
export interface CountedTogether {
  /** Counts a call where every window has room: 0, or in how many milliseconds there may be; undefined while nobody can be asked. */
  take(windows: readonly RateWindow[]): Promise<number | undefined>;
  close(ms: number): void;
  /** How many divide the windows among them while nobody can be asked. */
  readonly sharers: number;
}

/** The part of a window that each kind of call may fill. */
const SHARE: Readonly<Record<Priority, number>> = { final: 1, update: 0.85, decoration: 0.6 };
const PRIORITIES: readonly Priority[] = ['final', 'update', 'decoration'];
/** From here on a window is not worth counting: a private deployment says "as fast as you can" with such numbers. */
const UNLIMITED = 100_000;
/** And from here on not worth asking the others for. */
const COUNTED_ALONE = 10_000;

/**
 * Keeps calls within a vendor's limits: exact sliding windows, first come first served within a priority.
 *
 * Not a bucket that refills: that lets a full bucket and its refill through in one window, which a vendor that counts
 * calls answers with a refusal.
 */
export class RateLimiter {
  readonly #windows: readonly SlidingWindow[];
  readonly #clock: LimiterClock;
  readonly #waiting: Record<Priority, Waiter[]> = { final: [], update: [], decoration: [] };
  readonly #together: CountedTogether | undefined;
  #closedUntil = 0;
  /** The others' calls fill the windows until then. */
  #othersUntil = 0;
  /** What is ours while the others cannot be asked, by how many they are. */
  #ownPart: { readonly sharers: number; readonly limiter: RateLimiter } | undefined;
  #pumping = false;
  #wake: AbortController | undefined;

  /** @param together - Present where other processes make calls that count in the same windows. */
  constructor(windows: readonly RateWindow[], clock: LimiterClock, together?: CountedTogether) {
    this.#together = together;
    this.#windows = windows.filter(({ limit }) => limit < UNLIMITED).map((window) => new SlidingWindow(window));
    this.#clock = clock;
  }

  /** How long a call of this priority would wait at the least, were it made now; in milliseconds. */
  waitMs(priority: Priority): number {
    const now = this.#clock.now();
    const ahead = this.#ahead(priority);
    const readyAt = Math.max(this.#readyAt(priority), this.#othersUntil);
    // Those before us take their places first: each costs its part of the tightest window.
    const queue = Math.max(0, ...this.#windows.map((window) => (ahead * window.windowMs) / window.limit));
    return Math.max(0, readyAt - now) + queue;
  }

  /** Resolves when the call may be made; it is then counted. Rejects with the signal's reason. */
  async acquire(priority: Priority, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (!this.#takeNow(priority)) await this.#line(priority, signal);
    if (this.#together) await this.#takeTogether(this.#together, priority, signal);
  }

  /** Counts calls that were made before, rising in time. */
  recall(times: readonly number[]): void {
    for (const time of times) this.#count(time);
  }

  /** Lets nothing through for so long: the vendor has refused a call. */
  penalize(ms: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, this.#clock.now() + ms);
    this.#together?.close(ms);
  }

  async #takeTogether(together: CountedTogether, priority: Priority, signal: AbortSignal | undefined): Promise<void> {
    const windows = this.#windows
      .filter(({ limit }) => limit < COUNTED_ALONE)
      .map(({ limit, windowMs }) => ({ limit: Math.max(1, Math.floor(limit * SHARE[priority])), windowMs }));
    while (windows.length > 0) {
      const wait = await together.take(windows);
      if (wait === 0) return;
      if (wait === undefined) return this.#partOf(together.sharers).acquire(priority, signal);
      this.#othersUntil = this.#clock.now() + wait;
      await this.#clock.sleep(wait, signal);
    }
  }

  #partOf(sharers: number): RateLimiter {
    if (this.#ownPart?.sharers !== sharers) {
      // Alone, the windows that were waited for are all there is.
      const windows = sharers > 1 ? this.#windows : [];
      const part = windows.map(({ limit, windowMs }) => ({ limit: limit / sharers, windowMs }));
      this.#ownPart = { sharers, limiter: new RateLimiter(part, this.#clock) };
    }
    return this.#ownPart.limiter;
  }

  #takeNow(priority: Priority): boolean {
    const now = this.#clock.now();
    if (this.#ahead(priority) > 0 || this.#readyAt(priority) > now) return false;
    this.#count(now);
    return true;
  }

  /** How many wait that go before a new call of this priority. */
  #ahead(priority: Priority): number {
    let ahead = 0;
    for (const earlier of PRIORITIES) {
      ahead += this.#waiting[earlier].length;
      if (earlier === priority) break;
    }
    return ahead;
  }

  #line(priority: Priority, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const line = this.#waiting[priority];
      const leave = (): void => {
        line.splice(line.indexOf(waiter), 1);
        reject(signal?.reason as Error);
      };
      const waiter: Waiter = {
        go: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      line.push(waiter);
      signal?.addEventListener('abort', leave, { once: true });
      // Somebody of higher priority may be due before the one the pump sleeps for.
      this.#wake?.abort();
      if (!this.#pumping) void this.#pump();
    });
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const wait = next.readyAt - this.#clock.now();
      if (wait > 0) await this.#sleep(wait);
      else {
        this.#count(this.#clock.now());
        this.#waiting[next.priority].shift()?.go();
      }
    }
    this.#pumping = false;
  }

  async #sleep(ms: number): Promise<void> {
    this.#wake = new AbortController();
    await this.#clock.sleep(ms, this.#wake.signal).catch(() => undefined);
    this.#wake = undefined;
  }

  /** Whoever may go first: the soonest, and of those the one of highest priority. */
  #next(): { readonly priority: Priority; readonly readyAt: number } | undefined {
    let best: { readonly priority: Priority; readonly readyAt: number } | undefined;
    const now = this.#clock.now();
    for (const priority of PRIORITIES) {
      if (this.#waiting[priority].length === 0) continue;
      const readyAt = Math.max(now, this.#readyAt(priority));
      if (!best || readyAt < best.readyAt) best = { priority, readyAt };
    }
    return best;
  }

  #readyAt(priority: Priority): number {
    let at = this.#closedUntil;
    for (const window of this.#windows) at = Math.max(at, window.readyAt(SHARE[priority]));
    return at;
  }

  #count(now: number): void {
    for (const window of this.#windows) window.add(now);
  }
}

interface Waiter {
  go(): void;
}

/** The times of the calls that a window still sees; memory is held for calls that were made, not for those allowed. */
class SlidingWindow {
  readonly limit: number;
  readonly windowMs: number;
  #times: number[] = [];
  /** Where the calls that still count begin. */
  #first = 0;

  constructor({ limit, windowMs }: RateWindow) {
    this.limit = Math.max(1, Math.floor(limit));
    // Fewer than one call in a window is one call in a longer window.
    this.windowMs = limit < 1 ? windowMs / limit : windowMs;
  }

  /** When a call that may fill `share` of the window can be made: a window after the call that many places back. */
  readyAt(share: number): number {
    const places = Math.max(1, Math.floor(this.limit * share));
    const before = this.#times[this.#times.length - places];
    return before === undefined ? Number.NEGATIVE_INFINITY : before + this.windowMs;
  }

  add(now: number): void {
    this.#times.push(now);
    while ((this.#times[this.#first] ?? now) <= now - this.windowMs) this.#first += 1;
    if (this.#first < MAX_STALE) return;
    this.#times = this.#times.slice(this.#first);
    this.#first = 0;
  }
}

/** Calls that no longer count are thrown away this many at a time. */
const MAX_STALE = 64;
