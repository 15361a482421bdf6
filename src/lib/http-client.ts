import type { LookupFunction } from 'node:net';
import type { Dispatcher, Agent as UndiciAgent } from 'undici';
import { HttpError, type HttpErrorKind } from './http-error.ts';
import { Exchange, type HttpRequest, type HttpResponse, type MayLeave } from './http-exchange.ts';
import { Agent, loadProxyAgent } from './undici.ts';

export { HttpError } from './http-error.ts';
export type { HttpRequest, HttpResponse } from './http-exchange.ts';

/** Connections to any number of hosts, kept alive between requests. */
export interface HttpClient {
  /** @throws {HttpError} No status is an error: read it from the response. Redirects are not followed. */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Ends the idle connections and cuts the busy ones. */
  close(): Promise<void>;
}

export interface HttpClientOptions {
  /** Proxy for https requests (`HTTPS_PROXY`); loopback addresses never go through it. */
  readonly proxy?: string | undefined;
  /** Hosts that are reached directly, as in `NO_PROXY`. */
  readonly noProxy?: string | undefined;
  /** Most connections to one host at once; default 128. */
  readonly connections?: number;
  /** How names become addresses; default the system's way. */
  readonly lookup?: LookupFunction;
  /** Asked of a request's signal in the moment in which it would leave; where the answer is no, it does not. */
  readonly mayLeave?: MayLeave;
}

export interface Repeat {
  /** Whether the very same request may arrive twice. */
  readonly mayRepeat: boolean;
  /** Told of each failure. */
  readonly failed: (kind: HttpErrorKind, ms: number) => void;
}

/**
 * Asks once more where a connection broke: a kept one that the other side was just closing says nothing against the request.
 *
 * @throws {HttpError} What became of the last try.
 */
export async function requestAgain(http: HttpClient, request: HttpRequest, repeat: Repeat): Promise<HttpResponse> {
  const startedAt = performance.now();
  try {
    return await http.request(request);
  } catch (error) {
    const kind = error instanceof HttpError ? error.kind : 'broken';
    repeat.failed(kind, performance.now() - startedAt);
    if (!repeat.mayRepeat || kind !== 'broken') throw error;
    return requestAgain(http, request, { ...repeat, mayRepeat: false });
  }
}

/** What a body is, without its parameters. */
export function mimeOf({ headers }: Pick<HttpResponse, 'headers'>): string {
  return headers['content-type']?.split(';')[0]?.trim() || 'application/octet-stream';
}

const CONNECT_TIMEOUT_MS = 5_000;
// Below what the vendors' gateways keep idle connections for, so that we rarely write into one being closed.
const KEEP_ALIVE_MS = 20_000;
const LOOPBACK = 'localhost,127.0.0.1,::1';

export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const dispatcher = createDispatcher(options);
  return {
    request: (request) => send(dispatcher, request, options.mayLeave),
    close: async () => dispatcher.destroy(),
  };
}

function createDispatcher(options: HttpClientOptions): Dispatcher {
  const pool: UndiciAgent.Options = {
    connections: options.connections ?? 128,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Our own timers watch every request: those of undici have a resolution of a second.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: CONNECT_TIMEOUT_MS, ...(options.lookup && { lookup: options.lookup }) },
    allowH2: false,
  };
  if (options.proxy === undefined || options.proxy === '') return new Agent(pool);
  const noProxy = options.noProxy ? `${LOOPBACK},${options.noProxy}` : LOOPBACK;
  const EnvHttpProxyAgent = loadProxyAgent();
  // An empty `httpProxy` keeps undici from looking into the environment by itself.
  return new EnvHttpProxyAgent({ ...pool, httpProxy: '', httpsProxy: options.proxy, noProxy });
}

async function send(dispatcher: Dispatcher, request: HttpRequest, mayLeave?: MayLeave): Promise<HttpResponse> {
  const url = new URL(request.url);
  const exchange = new Exchange(request, mayLeave);
  if (request.signal?.aborted) throw exchange.explain(request.signal.reason);
  const options = {
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method,
    headers: request.headers ?? null,
    body: request.body ?? null,
  };
  return exchange.begin(() => dispatcher.dispatch(options, exchange));
}
