import { createHttpClient, type HttpClient, type HttpClientOptions, HttpError } from './http-client.ts';
import { mayLeave } from './last-look.ts';
import { type CountedTogether, type LimiterClock, RateLimiter, type RateWindow } from './rate-limiter.ts';
import { type Json, parseObject } from './read.ts';

/** What a message may wait for its turn here; when it would be longer, the caller is told to come back. */
const MAX_WAIT_MS = 10_000;

export interface PacedPostOptions extends Pick<HttpClientOptions, 'proxy' | 'noProxy'> {
  readonly windows: readonly RateWindow[];
  readonly clock: LimiterClock;
  /** Where several processes count as one. */
  readonly together?: CountedTogether | undefined;
  readonly timeoutMs: number;
  /** Told of each try, by the answer's code. */
  readonly tell: (code: string, ms: number) => void;
  /** What a caller is told who would wait too long. */
  readonly tooLong: (retryAfterMs: number) => Error;
}

/** An answer, and the code by which whoever reads it wants it told. */
export interface Posted {
  readonly status: number;
  readonly body: Json | undefined;
  told(code: string): void;
}

/** Posts JSON to addresses that take so much in a time and no more. */
export class PacedPost {
  readonly rate: RateLimiter;
  readonly #options: PacedPostOptions;
  readonly #http: HttpClient;

  constructor(options: PacedPostOptions) {
    const { windows, clock, together, proxy, noProxy } = options;
    this.#options = options;
    this.#http = createHttpClient({ proxy, noProxy, mayLeave });
    this.rate = new RateLimiter(windows, clock, together);
  }

  /** @throws {HttpError} and what `tooLong` makes. */
  async send(url: string, body: () => Json, contentType: string, signal: AbortSignal): Promise<Posted> {
    const { tell, timeoutMs, tooLong } = this.#options;
    const wait = this.rate.waitMs('final');
    if (wait > MAX_WAIT_MS) throw tooLong(Math.ceil(wait));
    await this.rate.acquire('final', signal);
    const startedAt = performance.now();
    const told = (code: string): void => tell(code, performance.now() - startedAt);
    try {
      const headers = { 'content-type': contentType };
      const request = { method: 'POST', url, headers, body: JSON.stringify(body()), signal, timeoutMs } as const;
      const response = await this.#http.request(request);
      return { status: response.status, body: parseObject(await response.text()), told };
    } catch (error) {
      told(error instanceof HttpError ? error.kind : 'broken');
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}
