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
  readonly #line = new Set<() => void>();
  #free: number;

  /** @param places - How many frames may be on their way at once. */
  constructor(places: number) {
    this.#free = places;
  }

  enter(): Turn {
    const { promise: come, resolve } = Promise.withResolvers<Leave | undefined>();
    const go = (): void => {
      this.#free -= 1;
      resolve(() => this.#left());
    };
    if (this.#free > 0) go();
    else this.#line.add(go);
    return {
      come,
      cancel: () => {
        if (this.#line.delete(go)) resolve(undefined);
      },
    };
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
    next();
  }
}
