import { Recent } from './recent.ts';

const MAX_KNOWN = 2_000;
/** Files of one text that are worth waiting for, and for how long. */
const MAX_AT_ONCE = 9;
const MAX_WAIT_MS = 20_000;
const RETRY_FAILED_MS = 10 * 60 * 1000;

export interface UploadsOptions {
  /** The addresses that stand in a text. */
  readonly addressesIn: (text: string) => readonly string[];
  /** Brings what lies at an address to where it is wanted. @returns Its id there. */
  readonly upload: (url: string, signal: AbortSignal) => Promise<string>;
  readonly failed: (error: unknown) => void;
}

/** What texts point to and has to lie elsewhere before it can be shown: each address is brought there once. */
export class Uploads {
  readonly #options: UploadsOptions;
  readonly #ids = new Recent<string, string>({ max: MAX_KNOWN });
  readonly #failed = new Recent<string, true>({ max: MAX_KNOWN, ttl: RETRY_FAILED_MS });
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /** The id of what was brought there. */
  readonly idOf = (url: string): string | undefined => this.#ids.get(url);

  /** Brings what the text points to and is not known yet. Never fails: what could not be brought has no id. */
  async prepare(text: string, signal: AbortSignal): Promise<void> {
    const missing = this.#options.addressesIn(text).filter((url) => !this.#ids.has(url) && !this.#failed.has(url));
    if (missing.length === 0) return;
    const enough = AbortSignal.any([signal, AbortSignal.timeout(MAX_WAIT_MS)]);
    await Promise.all(missing.slice(0, MAX_AT_ONCE).map((url) => this.#once(url, enough)));
  }

  #once(url: string, signal: AbortSignal): Promise<void> {
    let running = this.#running.get(url);
    if (!running) {
      running = this.#bring(url, signal).finally(() => this.#running.delete(url));
      this.#running.set(url, running);
    }
    return running;
  }

  async #bring(url: string, signal: AbortSignal): Promise<void> {
    try {
      this.#ids.set(url, await this.#options.upload(url, signal));
    } catch (error) {
      this.#failed.set(url, true);
      this.#options.failed(error);
    }
  }
}
