import type { ChannelName } from '../core/ids.ts';

/** Gives a place back; to be called exactly once. */
export type Leave = () => void;

/**
 * How long a final frame waits for a place before it goes without one, in milliseconds: what takes so long then is the vendor, and the lease
 * of whoever waits runs.
 */
const PATIENCE_MS = 10_000;

/**
 * Keeps answers that end together from being written out together: so many of a channel's final frames are on their way at once, the others
 * wait as they are stored, in their order.
 *
 * A final frame on its way is what the vendor is to get of it, several times over: as a card, as its JSON, as JSON in the JSON of a call and as bytes.
 */
export class FinalGate {
  readonly #places: number;
  readonly #patienceMs: number;
  readonly #doors = new Map<ChannelName, Door>();

  /** @param places - Of each channel. */
  constructor(places: number, patienceMs = PATIENCE_MS) {
    this.#places = places;
    this.#patienceMs = patienceMs;
  }

  /** Resolves when there is a place, or when that takes too long. */
  async enter(channel: ChannelName): Promise<Leave> {
    let door = this.#doors.get(channel);
    if (!door) {
      door = new Door(this.#places);
      this.#doors.set(channel, door);
    }
    return door.enter(this.#patienceMs);
  }
}

class Door {
  readonly #line = new Set<() => void>();
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  enter(patienceMs: number): Promise<Leave> | Leave {
    if (this.#free === 0) return this.#wait(patienceMs);
    this.#free -= 1;
    return this.#leave;
  }

  #wait(patienceMs: number): Promise<Leave> {
    return new Promise((resolve) => {
      const come = () => {
        clearTimeout(late);
        resolve(this.#leave);
      };
      const late = setTimeout(() => {
        this.#line.delete(come);
        resolve(() => undefined);
      }, patienceMs);
      this.#line.add(come);
    });
  }

  readonly #leave: Leave = () => {
    const [next] = this.#line;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#line.delete(next);
    next();
  };
}
