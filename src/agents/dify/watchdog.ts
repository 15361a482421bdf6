import type { Clock } from '../../core/clock.ts';
import { LINGER_MS, WATCH_TICK_MS } from './limits.ts';

/**
 * Why a stream was given up.
 * - idle, total: nothing but pings for too long; too long altogether.
 * - ended: all that matters has come.
 * - stopped: somebody stopped the run and it did not end by itself.
 * - gone: the conversation turned out not to exist.
 */
export type Verdict = 'idle' | 'total' | 'ended' | 'stopped' | 'gone';

export interface WatchOptions {
  readonly idleMs: number;
  readonly totalMs: number;
  /** Called once when nothing at all has come for `silentMs`. */
  readonly onSilence?: () => void;
  readonly silentMs?: number;
  /** Called once nobody needs the stream any more, however that came. */
  readonly onClose?: () => void;
}

/** Watches all streams of an agent with one timer, which runs only while there are any. */
export class Watch {
  readonly #clock: Clock;
  readonly #watched = new Set<Watchdog>();
  #isTicking = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param outer - Cuts the line too. */
  begin(outer: AbortSignal, options: WatchOptions): Watchdog {
    const watchdog = new Watchdog(this.#clock, outer, options, this.#watched);
    this.#watched.add(watchdog);
    if (outer.aborted) watchdog.cut();
    if (!this.#isTicking) void this.#tick();
    return watchdog;
  }

  async #tick(): Promise<void> {
    this.#isTicking = true;
    while (this.#watched.size > 0) {
      await this.#clock.sleep(WATCH_TICK_MS);
      const now = this.#clock.now();
      for (const watchdog of this.#watched) watchdog.look(now);
    }
    this.#isTicking = false;
  }
}

/** Cuts a stream when its time is up. The server's pings prove only that its front is alive, so events count. */
export class Watchdog {
  verdict: Verdict | undefined;
  readonly #clock: Clock;
  readonly #outer: AbortSignal;
  readonly #options: WatchOptions;
  readonly #watched: Set<Watchdog>;
  readonly #line = new AbortController();
  readonly #endAt: number;
  #heardAt: number;
  #silentUntil: number;
  #dueAt = Number.POSITIVE_INFINITY;
  #due: Verdict = 'ended';

  constructor(clock: Clock, outer: AbortSignal, options: WatchOptions, watched: Set<Watchdog>) {
    this.#clock = clock;
    this.#outer = outer;
    this.#options = options;
    this.#watched = watched;
    this.#heardAt = clock.now();
    this.#endAt = this.#heardAt + options.totalMs;
    this.#silentUntil = this.#heardAt + (options.silentMs ?? Number.POSITIVE_INFINITY);
    outer.addEventListener('abort', this, { once: true });
  }

  /** Aborted when the stream has to end. */
  get signal(): AbortSignal {
    return this.#line.signal;
  }

  /** An event has come. */
  touch(): void {
    this.#heardAt = this.#clock.now();
    this.#silentUntil = Number.POSITIVE_INFINITY;
  }

  look(now: number): void {
    if (now >= this.#dueAt) this.end(this.#due);
    else if (now >= this.#endAt) this.end('total');
    else if (now >= this.#heardAt + this.#options.idleMs) this.end('idle');
    if (now < this.#silentUntil) return;
    this.#silentUntil = Number.POSITIVE_INFINITY;
    this.#options.onSilence?.();
  }

  end(verdict: Verdict): void {
    this.verdict ??= verdict;
    this.cut();
  }

  endAfter(ms: number, verdict: Verdict): void {
    const dueAt = this.#clock.now() + ms;
    if (dueAt >= this.#dueAt) return;
    this.#dueAt = dueAt;
    this.#due = verdict;
  }

  /** All is said: reads on to the response's own end, which frees its connection for the next question. */
  async linger(rest: Promise<void>): Promise<void> {
    this.endAfter(LINGER_MS, 'ended');
    try {
      await rest;
    } catch {
      // Cut; nothing of it was needed.
    } finally {
      this.close();
    }
  }

  /** The outer signal. */
  handleEvent(): void {
    this.cut();
  }

  /** Cuts the line, if it is not over, and stops watching. */
  cut(): void {
    this.#line.abort(CUT);
    this.close();
  }

  close(): void {
    this.#outer.removeEventListener('abort', this);
    this.#watched.delete(this);
    this.#options.onClose?.();
  }
}

// Made once: an error with its stack for every run would cost more than the run.
const CUT = new Error('the stream was given up');
