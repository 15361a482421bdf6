import type { Clock } from '../core/clock.ts';

/** Deliveries on their way to the store from which on they go before what is new to do. */
const MANY_AT_ONCE = 16;

/** A loop that works no more than this part of its time can begin answers besides: then it is the disk that they wait for. */
const BUSY = 0.5;

/** How often that is looked at, in milliseconds. */
const LOOK_EVERY_MS = 20;

/** How long the loop has worked and waited, as Node counts it. */
export type LoopTimes = () => { readonly active: number; readonly idle: number };

/**
 * Deliveries have it while many are on their way and the loop has its hands full: vendors wait 1 to 3 s for an acknowledgement, and an answer
 * that begins a little later is still in time.
 */
export class RightOfWay {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #loop: LoopTimes;
  #arriving = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #seen = { active: 0, idle: 0 };
  #isBusy = true;

  constructor(clock: Pick<Clock, 'now'>, loop: LoopTimes = () => performance.eventLoopUtilization()) {
    this.#clock = clock;
    this.#loop = loop;
  }

  /** A delivery has come in. */
  enter(): void {
    this.#arriving += 1;
  }

  /** It is stored, or was refused. */
  leave(): void {
    this.#arriving -= 1;
  }

  get isTaken(): boolean {
    return this.#arriving > MANY_AT_ONCE && this.#loopIsBusy();
  }

  #loopIsBusy(): boolean {
    const now = this.#clock.now();
    if (now - this.#lookedAt < LOOK_EVERY_MS) return this.#isBusy;
    const { active, idle } = this.#loop();
    const worked = active - this.#seen.active;
    // What lies further back says nothing of now.
    this.#isBusy = now - this.#lookedAt > 2 * LOOK_EVERY_MS || worked > BUSY * (worked + idle - this.#seen.idle);
    this.#lookedAt = now;
    this.#seen = { active, idle };
    return this.#isBusy;
  }
}
