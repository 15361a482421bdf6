import type { FileContent } from '../../core/agent.ts';
import { unanswered } from '../../core/call-failures.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import { fetchShared } from '../../core/shared-tokens.ts';
import {
  createHttpClient,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  mimeOf,
  requestAgain,
} from '../../lib/http-client.ts';
import { mayLeave } from '../../lib/last-look.ts';
import { encodeMultipart, type FormPart } from '../../lib/multipart.ts';
import type { Priority, RateLimiter } from '../../lib/rate-limiter.ts';
import { RateLimiters } from '../../lib/rate-limiters.ts';
import { asObject, type Json, numberAt, parseObject, textAt } from '../../lib/read.ts';
import { type FetchedToken, TokenKeeper } from '../../lib/token-keeper.ts';
import { NOT_THE_VENDOR, refusal, vendorCodeOf, type WecomError } from './errors.ts';
import { CALL_TIMEOUT_MS, UPLOAD_TIMEOUT_MS } from './limits.ts';
import { takeTurn } from './rates.ts';
import { TOKEN_RULES } from './token.ts';

/** One call to the vendor. */
export interface ApiCall {
  /** The operation by a fixed name, for limits and metrics (`message.send`). */
  readonly api: string;
  readonly method: 'GET' | 'POST';
  /** Below `/cgi-bin/`: `message/send`. A whole address (`https://…`) is taken as it is. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly form?: readonly FormPart[];
  readonly priority: Priority;
  readonly signal: AbortSignal;
  /** The limit of the member or chat that the call counts against. */
  readonly rate?: RateLimiter;
  /** Whether the vendor takes the very same call again for the first one, so that it may be repeated at once. */
  readonly repeatable?: boolean;
}

/** Whose token it is; without one only calls that need none can be made. */
export interface ClientConfig {
  readonly baseUrl: string;
  readonly corpId?: string;
  readonly secret?: string;
}

type ClientDeps = Pick<PlatformDeps, 'clock' | 'proxy' | 'noProxy' | 'onCall' | 'tokens'>;

const JSON_TYPE = 'application/json; charset=utf-8';
const STALE_TOKEN = new Set([40014, 42001]);

/** Every call to the vendor's API goes through here: limits, token, deadline, refusals in our words. */
export class WecomClient {
  readonly http: HttpClient;
  readonly #config: ClientConfig;
  readonly #deps: ClientDeps;
  readonly #token: TokenKeeper;
  /** Closed for a while after a refusal; the vendor's own limits of 10,000 a minute are out of our reach. */
  readonly #apis: RateLimiters;

  constructor(config: ClientConfig, deps: ClientDeps) {
    this.#config = config;
    this.#deps = deps;
    this.http = createHttpClient({ proxy: deps.proxy, noProxy: deps.noProxy, mayLeave });
    this.#apis = new RateLimiters({ windows: [], clock: deps.clock });
    const fetch = fetchShared(deps.tokens, 'access', config.secret ?? '', () => this.#fetchToken());
    this.#token = new TokenKeeper(fetch, deps.clock, TOKEN_RULES);
  }

  /** @throws {WecomError} what the vendor refused, {GatewayError} `platform_unavailable` when it did not answer. */
  async call(call: ApiCall): Promise<Json> {
    await this.#turn(call);
    return this.#token.use((token) => this.#exchange(call, { access_token: token }), isStale);
  }

  /** A call that proves itself by what is in its address: a robot's key, a bot's `response_url`. */
  async callOpen(call: ApiCall): Promise<Json> {
    await this.#turn(call);
    return this.#exchange(call, {});
  }

  /**
   * A file's bytes and the name it was sent under.
   *
   * @throws {WecomError} also where the vendor answers with a refusal instead of a file; {GatewayError} `file_too_large`.
   */
  async download(call: ApiCall, maxBytes: number): Promise<FileContent> {
    await this.#turn(call);
    return this.#token.use(async (token) => {
      const request = { ...this.#requestOf(call, { access_token: token }), timeoutMs: UPLOAD_TIMEOUT_MS, maxBytes };
      const response = await this.#request(request, call);
      const bytes = await response.bytes().catch((error: unknown) => Promise.reject(unanswered(error, call)));
      const name = fileNameIn(response.headers['content-disposition']);
      // A file somebody sent may be JSON itself; it then comes with a name.
      if (response.status !== 200 || name === undefined) checkRefused(response.status, bytes, call);
      return { bytes, mime: mimeOf(response), ...(name !== undefined && name !== '' && { name }) };
    }, isStale);
  }

  async close(): Promise<void> {
    await this.http.close();
  }

  async #turn(call: ApiCall): Promise<void> {
    if (call.rate) await takeTurn(call.rate, call);
    await takeTurn(this.#apis.of(call.api), call);
  }

  #requestOf(call: ApiCall, secrets: Readonly<Record<string, string>>): HttpRequest {
    const base = /^https?:\/\//.test(call.path) ? call.path : `${this.#config.baseUrl}/cgi-bin/${call.path}`;
    const query = new URLSearchParams({ ...secrets, ...call.query }).toString();
    const url = query === '' ? base : `${base}${base.includes('?') ? '&' : '?'}${query}`;
    const request = { method: call.method, url, signal: call.signal, timeoutMs: CALL_TIMEOUT_MS };
    if (call.form) {
      const { contentType, body } = encodeMultipart(call.form);
      return { ...request, headers: { 'content-type': contentType }, body, timeoutMs: UPLOAD_TIMEOUT_MS };
    }
    if (!call.body) return request;
    return { ...request, headers: { 'content-type': JSON_TYPE }, body: writeJson(call.body) };
  }

  /** Asks and reads the answer. */
  async #exchange(call: ApiCall, secrets: Readonly<Record<string, string>>): Promise<Json> {
    const startedAt = performance.now();
    const response = await this.#request(this.#requestOf(call, secrets), call);
    const text = await response.text().catch((error: unknown) => Promise.reject(unanswered(error, call)));
    const body = parseObject(text);
    const code = codeOf(body, response.status);
    this.#deps.onCall?.({ api: call.api, code: String(code), ms: performance.now() - startedAt });
    if (code === 0) return body ?? {};
    throw this.#refuse(call, response.status, code, textAt(body ?? {}, 'errmsg'));
  }

  async #request(request: HttpRequest, call: ApiCall): Promise<HttpResponse> {
    const { api, repeatable: mayRepeat = false } = call;
    const failed = (code: string, ms: number): void => this.#deps.onCall?.({ api, code, ms });
    try {
      return await requestAgain(this.http, request, { mayRepeat, failed });
    } catch (error) {
      throw unanswered(error, call);
    }
  }

  #refuse(call: ApiCall, status: number, code: number, message: string): WecomError {
    const error = refusal({ api: call.api, status, code, message });
    if (error.code === 'platform_throttled') (call.rate ?? this.#apis.of(call.api)).penalize(error.retryAfterMs ?? 0);
    return error;
  }

  async #fetchToken(): Promise<FetchedToken> {
    const { corpId = '', secret = '' } = this.#config;
    // Many wait for it, so nobody's own signal ends it.
    const { signal } = new AbortController();
    const call: ApiCall = {
      api: 'gettoken',
      method: 'GET',
      path: 'gettoken',
      priority: 'final',
      signal,
      repeatable: true,
    };
    const answer = await this.#exchange(call, { corpid: corpId, corpsecret: secret });
    return { token: textAt(answer, 'access_token'), lifeMs: (numberAt(answer, 'expires_in') ?? 0) * 1000 };
  }
}

function isStale(error: unknown): boolean {
  return STALE_TOKEN.has(vendorCodeOf(error) ?? 0);
}

/** An answer without a code is a success (D:90313); one that is no JSON object is not the vendor's. */
function codeOf(body: Json | undefined, status: number): number {
  const code = body && numberAt(body, 'errcode');
  if (code !== undefined && code !== 0) return code;
  return body && status < 300 ? 0 : NOT_THE_VENDOR;
}

// The vendor refuses `\uXXXX` (40033), which is what JSON makes of control characters and halves of characters.
const ESCAPED = /(?![\t\n\r])\p{Cc}/gu;

/** JSON in raw UTF-8, without what would need an escape that the vendor does not take. */
export function writeJson(body: Json): string {
  return JSON.stringify(body, (_, value: unknown) =>
    typeof value === 'string' ? value.replace(ESCAPED, '').toWellFormed() : value,
  );
}

function checkRefused(status: number, bytes: Uint8Array, call: ApiCall): void {
  const text = bytes.length < 4096 ? Buffer.from(bytes).toString('utf8') : '';
  const body = text.startsWith('{') ? asObject(parseObject(text)) : undefined;
  const code = (body && numberAt(body, 'errcode')) ?? (status === 200 ? 0 : NOT_THE_VENDOR);
  if (code !== 0) throw refusal({ api: call.api, status, code, message: textAt(body ?? {}, 'errmsg') });
}

/** The name in a `Content-Disposition`; undefined without one. */
export function fileNameIn(disposition: string | undefined): string | undefined {
  if (disposition === undefined) return undefined;
  const encoded = /filename\*\s*=\s*utf-8''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename\s*=\s*(?:"([^"]*)"|([^;]+))/i.exec(disposition);
  try {
    if (encoded !== undefined) return decodeURIComponent(encoded.trim());
    // Headers are read byte by byte; the vendor writes UTF-8 into them.
    return plain === null ? undefined : Buffer.from((plain[1] ?? plain[2] ?? '').trim(), 'latin1').toString('utf8');
  } catch {
    return '';
  }
}
