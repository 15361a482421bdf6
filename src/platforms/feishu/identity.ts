import type { PlatformDeps } from '../../core/platform-definition.ts';
import type { FeishuApi } from './api.ts';
import type { Self } from './events.ts';

const RETRY_MS = 30_000;

/**
 * Who the bot is: the id by which groups mention it. Asked for in the background as soon as there is something to do, and
 * again until the vendor has told; reading events never waits for it.
 */
export class Identity {
  readonly #api: FeishuApi;
  readonly #deps: Pick<PlatformDeps, 'clock' | 'log' | 'channel'>;
  readonly #ending = new AbortController();
  #self: Self;
  #asking = false;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(name: string | undefined, api: FeishuApi, deps: Pick<PlatformDeps, 'clock' | 'log' | 'channel'>) {
    this.#self = { name };
    this.#api = api;
    this.#deps = deps;
  }

  get self(): Self {
    return this.#self;
  }

  /** Learns who the bot is, unless that is known or was just tried. */
  warm(): void {
    if (this.#self.openId !== undefined || this.#asking || this.#deps.clock.now() < this.#nextAt) return;
    this.#asking = true;
    void this.#ask().finally(() => {
      this.#asking = false;
    });
  }

  close(): void {
    this.#ending.abort();
  }

  async #ask(): Promise<void> {
    this.#nextAt = this.#deps.clock.now() + RETRY_MS;
    try {
      const { openId, name } = await this.#api.botInfo({ priority: 'update', signal: this.#ending.signal });
      if (openId !== '') this.#self = { openId, name: this.#self.name ?? name };
    } catch (error) {
      if (!this.#ending.signal.aborted)
        this.#deps.log.warn('the bot’s own id is not known yet', { channel: this.#deps.channel, error });
    }
  }
}
