import type { Clock } from '../core/clock.ts';

/** Deliveries on their way to the store from which on they go before what is new to do. */
const MANY_AT_ONCE = 24;

/** The mean over so many deliveries counts: they are stored in groups, and right behind one there are none for a moment. */
const MEAN_OF = 32;

/** A loop that works no more than this part of its time can begin answers besides: then it is the disk that they wait for. */
const BUSY = 0.4;

/** How often that is looked at, in milliseconds; as long without a delivery, and there are not many any more. */
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
  #mean = 0;
  #isQuiet = true;
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
    this.#mean += (this.#arriving - this.#mean) / MEAN_OF;
    this.#isQuiet = false;
  }

  /** It is stored, or was refused. */
  leave(): void {
    this.#arriving -= 1;
  }

  get isTaken(): boolean {
    if (this.#mean <= MANY_AT_ONCE) return false;
    this.#look();
    return this.#mean > MANY_AT_ONCE && this.#isBusy;
  }

  #look(): void {
    const now = this.#clock.now();
    if (now - this.#lookedAt < LOOK_EVERY_MS) return;
    const { active, idle } = this.#loop();
    const worked = active - this.#seen.active;
    // What lies further back says nothing of now.
    this.#isBusy = now - this.#lookedAt > 2 * LOOK_EVERY_MS || worked > BUSY * (worked + idle - this.#seen.idle);
    this.#lookedAt = now;
    this.#seen = { active, idle };
    if (this.#isQuiet) this.#mean = this.#arriving;
    this.#isQuiet = true;
  }
}
