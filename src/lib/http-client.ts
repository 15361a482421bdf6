import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';

/**
 * Why a request came to nothing.
 * - connect: nothing was sent; safe to try again.
 * - timeout, broken: it may have arrived and been acted on.
 * - aborted: by the caller, or because the client was closed.
 * - too-large: the answer is longer than `maxBytes`; the connection is given up.
 */
export type HttpErrorKind = 'timeout' | 'connect' | 'aborted' | 'too-large' | 'broken';

export class HttpError extends Error {
  readonly kind: HttpErrorKind;

  constructor(kind: HttpErrorKind, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HttpError';
    this.kind = kind;
  }
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Longest wait for the response's head, and again for its whole body when it is read whole; default 10,000. */
  readonly timeoutMs?: number;
  /** Longest silence between two pieces while `stream()` is read; default `timeoutMs`, 0 for no limit. */
  readonly idleTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Longest body that is taken; default 8 MiB, for `stream()` no limit unless given. */
  readonly maxBytes?: number;
}

/** A response whose head has come. Exactly one of the readers is called, once; the others then fail. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; of a repeated header the values joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  bytes(): Promise<Buffer>;
  text(): Promise<string>;
  /** @throws {SyntaxError} when the body is not JSON. */
  json(): Promise<unknown>;
  /** The body piece by piece; leaving the loop early closes the connection. */
  stream(): AsyncIterable<Uint8Array>;
  /** Gives the body up unread. */
  discard(): void;
}

/** Connections to any number of hosts, kept alive between requests. */
export interface HttpClient {
  /** @throws {HttpError} No status is an error: read it from the response. Redirects are not followed. */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Ends the idle connections and cuts the busy ones. */
  close(): Promise<void>;
}

export interface HttpClientOptions {
  /** Proxy for https requests (`HTTPS_PROXY`); loopback addresses never go through it. */
  readonly proxy?: string;
  /** Hosts that are reached directly, as in `NO_PROXY`. */
  readonly noProxy?: string;
  /** Most connections to one host at once; default 128. */
  readonly connections?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 5_000;
// Below what the vendors' gateways keep idle connections for, so that we rarely write into one being closed.
const KEEP_ALIVE_MS = 20_000;
const LOOPBACK = 'localhost,127.0.0.1,::1';

export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const dispatcher = createDispatcher(options);
  return {
    request: (request) => send(dispatcher, request),
    close: async () => dispatcher.destroy(),
  };
}

function createDispatcher(options: HttpClientOptions): Dispatcher {
  const pool: Agent.Options = {
    connections: options.connections ?? 128,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Our own timers watch every request: those of undici have a resolution of a second.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    allowH2: false,
  };
  if (options.proxy === undefined || options.proxy === '') return new Agent(pool);
  const noProxy = options.noProxy ? `${LOOPBACK},${options.noProxy}` : LOOPBACK;
  // An empty `httpProxy` keeps undici from looking into the environment by itself.
  return new EnvHttpProxyAgent({ ...pool, httpProxy: '', httpsProxy: options.proxy, noProxy });
}

async function send(dispatcher: Dispatcher, request: HttpRequest): Promise<HttpResponse> {
  const watch = new Watch(request);
  const url = new URL(request.url);
  try {
    watch.arm(watch.timeoutMs);
    const response = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: request.headers ?? null,
      body: request.body ?? null,
      signal: watch.signal,
    });
    watch.disarm();
    return new Response(response, request, watch);
  } catch (error) {
    watch.end();
    throw watch.explain(error);
  }
}

/** Joins the caller's signal with the timer that runs, and remembers which of them ended the request. */
class Watch {
  readonly timeoutMs: number;
  readonly #controller = new AbortController();
  readonly #request: HttpRequest;
  readonly #onAbort = (): void => this.#controller.abort();
  #timer: NodeJS.Timeout | undefined;
  #timedOut = false;

  constructor(request: HttpRequest) {
    this.#request = request;
    this.timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    if (request.signal?.aborted) this.#controller.abort();
    request.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  arm(ms: number): void {
    this.disarm();
    if (ms <= 0) return;
    this.#timer = setTimeout(() => {
      this.#timedOut = true;
      this.#controller.abort();
    }, ms);
  }

  disarm(): void {
    clearTimeout(this.#timer);
  }

  end(): void {
    this.disarm();
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
  }

  explain(error: unknown): HttpError {
    if (error instanceof HttpError) return error;
    const what = `${this.#request.method} ${withoutQuery(this.#request.url)}`;
    if (this.#timedOut) return new HttpError('timeout', `${what}: no answer in time`, { cause: error });
    if (this.#request.signal?.aborted) return new HttpError('aborted', `${what}: given up`, { cause: error });
    const code = codeOf(error);
    return new HttpError(kindOf(code), `${what}: ${code ?? 'connection failed'}`, { cause: error });
  }
}

class Response implements HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #body: Dispatcher.ResponseData['body'];
  readonly #request: HttpRequest;
  readonly #watch: Watch;
  #taken = false;

  constructor(response: Dispatcher.ResponseData, request: HttpRequest, watch: Watch) {
    this.status = response.statusCode;
    this.headers = plainHeaders(response.headers);
    this.#body = response.body;
    this.#request = request;
    this.#watch = watch;
    // An abort between the head and the reading is told by the reader, not by an event nobody listens to.
    this.#body.on('error', () => undefined);
  }

  async bytes(): Promise<Buffer> {
    this.#take();
    this.#watch.arm(this.#watch.timeoutMs);
    try {
      return await this.#collect(this.#request.maxBytes ?? DEFAULT_MAX_BYTES);
    } catch (error) {
      this.#drop();
      throw this.#watch.explain(error);
    } finally {
      this.#watch.end();
    }
  }

  async text(): Promise<string> {
    return (await this.bytes()).toString('utf8');
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text()) as unknown;
  }

  async *stream(): AsyncIterable<Uint8Array> {
    this.#take();
    const idleMs = this.#request.idleTimeoutMs ?? this.#watch.timeoutMs;
    let left = this.#request.maxBytes ?? Number.POSITIVE_INFINITY;
    try {
      this.#watch.arm(idleMs);
      for await (const piece of this.#body as AsyncIterable<Uint8Array>) {
        // The reader may take its time; only the far side's silence counts.
        this.#watch.disarm();
        left -= piece.length;
        if (left < 0) throw tooLarge(this.#request);
        yield piece;
        this.#watch.arm(idleMs);
      }
    } catch (error) {
      throw this.#watch.explain(error);
    } finally {
      this.#watch.end();
      this.#drop();
    }
  }

  discard(): void {
    if (this.#taken) return;
    this.#take();
    this.#watch.end();
    this.#drop();
  }

  #collect(maxBytes: number): Promise<Buffer> {
    const announced = Number(this.headers['content-length'] ?? 0);
    if (announced > maxBytes) return Promise.reject(tooLarge(this.#request));
    const failed = this.#body.errored;
    if (failed) return Promise.reject(failed);
    return new Promise((resolve, reject) => {
      const pieces: Buffer[] = [];
      let length = 0;
      this.#body.on('data', (piece: Buffer) => {
        length += piece.length;
        if (length > maxBytes) return reject(tooLarge(this.#request));
        pieces.push(piece);
      });
      this.#body.on('end', () => resolve(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, length)));
      this.#body.on('error', reject);
    });
  }

  #take(): void {
    if (this.#taken) throw new HttpError('broken', 'the body has been read before');
    this.#taken = true;
  }

  #drop(): void {
    if (!this.#body.destroyed) this.#body.destroy();
  }
}

function tooLarge(request: HttpRequest): HttpError {
  return new HttpError('too-large', `${request.method} ${withoutQuery(request.url)}: the answer is too large`);
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

/** Queries may carry tickets and keys; a message for the log does not. */
function withoutQuery(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

const NOTHING_SENT = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

function kindOf(code: string | undefined): HttpErrorKind {
  if (code === undefined) return 'broken';
  if (NOTHING_SENT.has(code)) return 'connect';
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') return 'aborted';
  return 'broken';
}
