import type { Log } from '../../core/log.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import { Recent } from '../../lib/recent.ts';
import type { FeishuApi } from './api.ts';
import { MAX_IMAGE_BYTES } from './limits.ts';
import { imageUrls } from './markdown.ts';

const MAX_KNOWN = 2_000;
/** Images of one answer that are worth waiting for, and for how long. */
const MAX_IMAGES = 9;
const MAX_WAIT_MS = 20_000;
const RETRY_FAILED_MS = 10 * 60 * 1000;

/** The vendor's keys of images that answers point to; a card shows an image only by its key. */
export class ImageStore {
  readonly #api: FeishuApi;
  readonly #fetchUrl: PlatformDeps['fetchUrl'];
  readonly #log: Log;
  readonly #keys = new Recent<string, string>({ max: MAX_KNOWN });
  readonly #failed = new Recent<string, true>({ max: MAX_KNOWN, ttl: RETRY_FAILED_MS });
  readonly #running = new Map<string, Promise<void>>();

  constructor(api: FeishuApi, deps: Pick<PlatformDeps, 'fetchUrl' | 'log'>) {
    this.#api = api;
    this.#fetchUrl = deps.fetchUrl;
    this.#log = deps.log;
  }

  readonly key = (url: string): string | undefined => this.#keys.get(url);

  /** Uploads what the text shows and is not known yet. Never fails: an image without a key is shown as a link. */
  async prepare(text: string, signal: AbortSignal): Promise<void> {
    const missing = imageUrls(text).filter((url) => !this.#keys.has(url) && !this.#failed.has(url));
    if (missing.length === 0) return;
    const enough = AbortSignal.any([signal, AbortSignal.timeout(MAX_WAIT_MS)]);
    await Promise.all(missing.slice(0, MAX_IMAGES).map((url) => this.#once(url, enough)));
  }

  #once(url: string, signal: AbortSignal): Promise<void> {
    let running = this.#running.get(url);
    if (!running) {
      running = this.#upload(url, signal).finally(() => this.#running.delete(url));
      this.#running.set(url, running);
    }
    return running;
  }

  async #upload(url: string, signal: AbortSignal): Promise<void> {
    try {
      const image = await this.#fetchUrl(url, MAX_IMAGE_BYTES, signal);
      const key = await this.#api.uploadImage(image, { priority: 'update', signal });
      this.#keys.set(url, key);
    } catch (error) {
      this.#failed.set(url, true);
      this.#log.warn('image not uploaded', { error });
    }
  }
}
