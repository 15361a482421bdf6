import type { Clock } from '../../../core/clock.ts';
import { robotSignature } from '../crypto.ts';
import { ROBOT_SIGN_MS } from '../limits.ts';

/**
 * The signature of a group's robot, made anew once a minute: it covers the time only and is good for an hour.
 *
 * @see https://open.dingtalk.com/document/development/customize-robot-security-settings
 */
export class RobotSigner {
  readonly #secret: string;
  readonly #clock: Clock;
  #held = { at: 0, query: '' };

  constructor(secret: string, clock: Clock) {
    this.#secret = secret;
    this.#clock = clock;
  }

  /** What is added to the address: `&timestamp=…&sign=…`. */
  get query(): string {
    const now = this.#clock.now();
    if (this.#held.query === '' || Math.abs(now - this.#held.at) >= ROBOT_SIGN_MS) {
      const sign = robotSignature(String(now), this.#secret).toString('base64');
      this.#held = { at: now, query: `&timestamp=${now}&sign=${encodeURIComponent(sign)}` };
    }
    return this.#held.query;
  }
}
