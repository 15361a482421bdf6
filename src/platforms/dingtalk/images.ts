import type { PlatformDeps } from '../../core/platform-definition.ts';
import { Recent } from '../../lib/recent.ts';
import type { DingtalkApi } from './api.ts';
import { MAX_IMAGE_BYTES } from './limits.ts';
import { imageUrls } from './markdown.ts';

const MAX_KNOWN = 2_000;
/** Images of one answer that are worth waiting for, and for how long. */
const MAX_IMAGES = 9;
const MAX_WAIT_MS = 20_000;
const RETRY_FAILED_MS = 10 * 60 * 1000;

/** The vendor's ids of images that answers point to: an agent's own addresses live for minutes, and often inside our network only. */
export class ImageStore {
  readonly #api: DingtalkApi;
  readonly #deps: Pick<PlatformDeps, 'fetchUrl' | 'log' | 'channel'>;
  readonly #ids = new Recent<string, string>({ max: MAX_KNOWN });
  readonly #failed = new Recent<string, true>({ max: MAX_KNOWN, ttl: RETRY_FAILED_MS });
  readonly #running = new Map<string, Promise<void>>();

  constructor(api: DingtalkApi, deps: Pick<PlatformDeps, 'fetchUrl' | 'log' | 'channel'>) {
    this.#api = api;
    this.#deps = deps;
  }

  readonly source = (url: string): string | undefined => this.#ids.get(url);

  /** Uploads what the text shows and is not known yet. Never fails: an image without an id is shown as a link. */
  async prepare(text: string, signal: AbortSignal): Promise<void> {
    const missing = imageUrls(text).filter((url) => !this.#ids.has(url) && !this.#failed.has(url));
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
      const image = await this.#deps.fetchUrl(url, MAX_IMAGE_BYTES, signal);
      const name = image.name ?? `image.${image.mime.split('/')[1]?.replace(/\W.*/, '') || 'png'}`;
      this.#ids.set(url, await this.#api.upload(image, 'image', name, { priority: 'update', signal }));
    } catch (error) {
      this.#failed.set(url, true);
      this.#deps.log.warn('image not uploaded', { channel: this.#deps.channel, error });
    }
  }
}
