import type { Clock } from '../../core/clock.ts';

/**
 * Why we gave a stream up.
 * - idle, total: nothing but pings for too long; too long altogether.
 * - ended: all that matters has come.
 * - stopped: somebody stopped the run and it did not end by itself.
 * - gone: the conversation turned out not to exist.
 */
export type Verdict = 'idle' | 'total' | 'ended' | 'stopped' | 'gone';

/** Ends a stream when its time is up. The server's pings prove only that its front is alive, so we count events. */
export class Watchdog {
  verdict: Verdict | undefined;
  /** Whether any event has come. */
  hasHeard = false;
  readonly #clock: Clock;
  readonly #outer: AbortSignal;
  readonly #line = new AbortController();
  readonly #closed = new AbortController();
  #heardAt: number;
  readonly #onAbort = (): void => this.#line.abort();

  constructor(clock: Clock, outer: AbortSignal, idleMs: number, totalMs: number) {
    this.#clock = clock;
    this.#outer = outer;
    this.#heardAt = clock.now();
    outer.addEventListener('abort', this.#onAbort, { once: true });
    if (outer.aborted) this.#line.abort();
    void this.#watch(idleMs, this.#heardAt + totalMs);
  }

  /** Aborted when the stream has to end. */
  get signal(): AbortSignal {
    return this.#line.signal;
  }

  /** Aborted when nobody watches any more. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** An event has come. */
  touch(): void {
    this.hasHeard = true;
    this.#heardAt = this.#clock.now();
  }

  end(verdict: Verdict): void {
    if (this.#closed.signal.aborted) return;
    this.verdict ??= verdict;
    this.#line.abort();
  }

  endAfter(ms: number, verdict: Verdict): void {
    void this.#rest(ms).then((isDue) => {
      if (isDue) this.end(verdict);
    });
  }

  /** Stops watching; the line stays as it is. */
  close(): void {
    this.#outer.removeEventListener('abort', this.#onAbort);
    this.#closed.abort();
  }

  /** Cuts the line. */
  cut(): void {
    this.#line.abort();
  }

  async #watch(idleMs: number, endAt: number): Promise<void> {
    for (;;) {
      const now = this.#clock.now();
      if (now >= endAt) return this.end('total');
      if (now >= this.#heardAt + idleMs) return this.end('idle');
      if (!(await this.#rest(Math.min(this.#heardAt + idleMs, endAt) - now))) return;
    }
  }

  /** False when the watch ended before. */
  async #rest(ms: number): Promise<boolean> {
    return this.#clock.sleep(ms, this.#closed.signal).then(
      () => true,
      () => false,
    );
  }
}
