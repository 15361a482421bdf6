import { GatewayError } from '../../../core/errors.ts';
import { KICK_PAUSE_MS, MAX_KICK_PAUSE_MS, MAX_PAUSE_MS, PEACE_MS, REFUSED_PAUSE_MS, SETTLED_MS } from './limits.ts';

/** Another connection of the same bot has taken over: the vendor keeps one, the newest. */
export class TakenOver extends Error {
  constructor() {
    super('another connection took the bot over');
    this.name = 'TakenOver';
  }
}

/**
 * How long to stay away after a connection was lost.
 *
 * - Lost on its way: a second, then twice as long each time, up to half a minute.
 * - Refused (a wrong secret, too many tries): a minute, then longer; somebody has to do something.
 * - Taken over: a minute, then longer each time it happens again soon. Whoever comes back at once throws the other one out, which does the
 *   same, until the vendor refuses both (45009). If the other one ends, we are there within that time.
 */
export class Pauses {
  readonly #random: () => number;
  #lost = 0;
  #refused = 0;
  #kicked = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** A connection worked for so long; a long life makes up for what was before. */
  worked(ms: number): void {
    if (ms < SETTLED_MS) return;
    this.#lost = 0;
    this.#refused = 0;
    if (ms > PEACE_MS) this.#kicked = 0;
  }

  /** @param error - Why the last one ended. */
  next(error: unknown): number {
    if (error instanceof TakenOver) return this.#grown(KICK_PAUSE_MS, this.#kicked++, MAX_KICK_PAUSE_MS);
    if (isRefusal(error)) return this.#grown(REFUSED_PAUSE_MS, this.#refused++, MAX_KICK_PAUSE_MS);
    return this.#grown(1_000, this.#lost++, MAX_PAUSE_MS);
  }

  #grown(base: number, times: number, most: number): number {
    return Math.min(most, base * 2 ** Math.min(times, 16)) * (0.75 + this.#random() / 2);
  }
}

/** The vendor has said no, and will say it again. */
export function isRefusal(error: unknown): error is GatewayError {
  if (!(error instanceof GatewayError)) return false;
  return error.code !== 'platform_unavailable';
}
