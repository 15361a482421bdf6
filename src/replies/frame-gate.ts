/** Leave to show one frame; give it back exactly once. */
export type Leave = () => void;

/** A place in the line in front of the gate. */
export interface Turn {
  /** The leave, when it is this one's turn; undefined when it was canceled before. */
  readonly come: Promise<Leave | undefined>;
  /** Steps out of the line; without effect when the turn has come. */
  cancel(): void;
}

/** The loop is late when it takes longer than this, in milliseconds, to come back to where it was. */
const LATE_MS = 3;
/** How many times as long as the loop was late a place then stays empty; measured with 1,000 answers growing at once. */
const REST = 6;

/**
 * Keeps frames that will be replaced from standing in the way of those that will not: only so many of them are on their way
 * at once, the others wait unmade, and longer while the process has more to do than it can. However many answers grow, a
 * first or a final frame then finds a short line before it.
 */
export class FrameGate {
  readonly #line = new Set<Place>();
  readonly #leave: Leave = () => this.#left();
  #free: number;

  /** @param places - How many frames may be on their way at once. */
  constructor(places: number) {
    this.#free = places;
  }

  enter(): Turn {
    const place = new Place(this.#line);
    if (this.#free > 0) this.#admit(place);
    else this.#line.add(place);
    return place;
  }

  #admit(place: Place): void {
    this.#free -= 1;
    place.give(this.#leave);
  }

  #left(): void {
    const leftAt = performance.now();
    setImmediate(() => {
      const lateMs = performance.now() - leftAt;
      if (lateMs < LATE_MS) this.#giveOn();
      else setTimeout(() => this.#giveOn(), lateMs * REST).unref();
    });
  }

  #giveOn(): void {
    this.#free += 1;
    const [next] = this.#line;
    if (next === undefined) return;
    this.#line.delete(next);
    this.#admit(next);
  }
}

/** One object for whoever waits: a thousand answers stand here most of the time. */
class Place implements Turn {
  readonly come: Promise<Leave | undefined>;
  readonly #line: Set<Place>;
  #resolve!: (leave: Leave | undefined) => void;

  constructor(line: Set<Place>) {
    this.#line = line;
    this.come = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  give(leave: Leave): void {
    this.#resolve(leave);
  }

  cancel(): void {
    if (this.#line.delete(this)) this.#resolve(undefined);
  }
}
