import { Recent } from '../../lib/recent.ts';

const EXPIRY_MS = 10_000;
const MAX_MESSAGES = 500;
const MAX_PARTS = 1_000;

/** Puts together payloads that the long connection delivers in parts; parts of a message that does not get whole are dropped. */
export class ChunkMerger {
  readonly #open: Recent<string, { readonly parts: (Uint8Array | undefined)[]; missing: number }>;

  constructor(now: () => number) {
    this.#open = new Recent({ max: MAX_MESSAGES, ttl: EXPIRY_MS, perf: { now } });
  }

  /**
   * @param sum - How many parts the message has. @param seq - Which one this is, from 0.
   * @returns The whole payload with its last part, undefined before.
   */
  add(message: string, sum: number, seq: number, payload: Uint8Array): Uint8Array | undefined {
    if (sum <= 1) return payload;
    if (sum > MAX_PARTS || seq < 0 || seq >= sum || !Number.isInteger(seq)) return undefined;
    const open = this.#open.get(message) ?? { parts: Array.from({ length: sum }, () => undefined), missing: sum };
    if (open.parts.length !== sum) return undefined;
    if (open.parts[seq] === undefined) open.missing -= 1;
    open.parts[seq] = payload;
    if (open.missing === 0) {
      this.#open.delete(message);
      return Buffer.concat(open.parts.filter((part) => part !== undefined));
    }
    this.#open.set(message, open);
    return undefined;
  }
}
