import type { FileContent } from '../../core/agent.ts';
import { ownLimitReached, unanswered } from '../../core/call-failures.ts';
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
import { type Priority, type RateLimiter, windowOf } from '../../lib/rate-limiter.ts';
import { RateLimiters } from '../../lib/rate-limiters.ts';
import { type Json, numberAt, objectAt, parseObject, textAt } from '../../lib/read.ts';
import { Recent } from '../../lib/recent.ts';
import { takeTurns } from '../../lib/take-turns.ts';
import { type FetchedToken, TokenKeeper } from '../../lib/token-keeper.ts';
import type { FeishuConfig } from './config.ts';
import { type FeishuError, NOT_THE_VENDOR, refusal, vendorCodeOf } from './errors.ts';
import { CALL_TIMEOUT_MS, UPLOAD_TIMEOUT_MS } from './limits.ts';
import { TOKEN_RULES } from './token.ts';

/** One call to the vendor. */
export interface ApiCall {
  /** The operation by a fixed name, for limits and metrics (`message.reply`). */
  readonly api: string;
  readonly method: HttpRequest['method'];
  /** From `/open-apis/…`, ids escaped. */
  readonly path: string;
  readonly body?: Json;
  readonly form?: readonly FormPart[];
  readonly priority: Priority;
  /** The chat whose own limit the call counts against. */
  readonly chat?: string;
  readonly signal: AbortSignal;
  /** Whether the vendor takes the very same call again for the first one (`uuid`), so that it may be repeated at once. */
  readonly repeatable?: boolean;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const MAX_CHATS = 20_000;
const STALE_TOKEN = new Set([99991663, 99991664, 99991668, 99991671]);

/** Every call to the vendor's API goes through here: limits, token, deadline, refusals in our words. */
export class FeishuClient {
  readonly http: HttpClient;
  readonly baseUrl: string;
  readonly #config: FeishuConfig;
  readonly #deps: PlatformDeps;
  readonly #token: TokenKeeper;
  readonly #apis: RateLimiters;
  readonly #chats: RateLimiters;

  constructor(config: FeishuConfig, deps: PlatformDeps) {
    this.#config = config;
    this.#deps = deps;
    this.baseUrl = config.baseUrl;
    this.http = createHttpClient({ proxy: deps.proxy, noProxy: deps.noProxy, mayLeave });
    const { clock, countTogether } = deps;
    const { perSecond, perMinute, perChatPerSecond } = config.limits;
    this.#apis = new RateLimiters({
      windows: [windowOf(perSecond, 1000), windowOf(perMinute, 60_000)],
      clock,
      together: (api) => countTogether?.(`api ${api}`),
    });
    this.#chats = new RateLimiters({
      windows: [windowOf(perChatPerSecond, 1000)],
      clock,
      together: (chat) => countTogether?.(`chat ${chat}`),
      known: new Recent({ max: MAX_CHATS }),
    });
    const fetch = fetchShared(deps.tokens, 'tenant', config.appSecret, () => this.#fetchToken());
    this.#token = new TokenKeeper(fetch, deps.clock, TOKEN_RULES);
  }

  /** @throws {FeishuError} what the vendor refused, {GatewayError} `platform_unavailable` when it did not answer. */
  async call(call: ApiCall): Promise<Json> {
    await this.#wait(call);
    return this.#token.use((token) => this.#exchange(this.#requestOf(call, token), call), isStale);
  }

  /** A file's bytes; `name` is left to the caller. */
  async download(call: ApiCall, maxBytes: number): Promise<FileContent> {
    await this.#wait(call);
    return this.#token.use(async (token) => {
      const request = { ...this.#requestOf(call, token), timeoutMs: UPLOAD_TIMEOUT_MS, maxBytes };
      const startedAt = performance.now();
      const response = await this.#request(request, call);
      if (response.status !== 200) throw await this.#refused(response, call, startedAt);
      this.#spend(call);
      const bytes = await response.bytes().catch((error: unknown) => Promise.reject(unanswered(error, call)));
      this.#tell(call, 0, startedAt);
      return { bytes, mime: mimeOf(response) };
    }, isStale);
  }

  /** Calls per second that this app may make of one API, as the tighter of its two limits has it. */
  get callsPerSecond(): number {
    const { perSecond, perMinute } = this.#config.limits;
    return Math.min(perSecond, perMinute / 60);
  }

  async close(): Promise<void> {
    await this.http.close();
  }

  async #wait(call: ApiCall): Promise<void> {
    if (call.chat !== undefined) await this.#turn(this.#chats.of(call.chat), call);
    await this.#turn(this.#apis.of(call.api), call);
  }

  #turn(limiter: RateLimiter, call: ApiCall): Promise<void> {
    return takeTurns([limiter], call, (ms) => ownLimitReached(call.api, ms));
  }

  #requestOf(call: ApiCall, token: string): HttpRequest {
    const url = this.baseUrl + call.path;
    const base = { method: call.method, url, signal: call.signal, timeoutMs: CALL_TIMEOUT_MS };
    if (call.form) {
      const { contentType, body } = encodeMultipart(call.form);
      const headers = { authorization: `Bearer ${token}`, 'content-type': contentType };
      return { ...base, headers, body, timeoutMs: UPLOAD_TIMEOUT_MS };
    }
    if (!call.body) return { ...base, headers: { authorization: `Bearer ${token}` } };
    return {
      ...base,
      headers: { authorization: `Bearer ${token}`, 'content-type': JSON_TYPE },
      body: JSON.stringify(call.body),
    };
  }

  /** Asks and reads the answer. */
  async #exchange(request: HttpRequest, call: ApiCall): Promise<Json> {
    const startedAt = performance.now();
    const response = await this.#request(request, call);
    const text = await response.text().catch((error: unknown) => Promise.reject(unanswered(error, call)));
    const body = parseObject(text) ?? {};
    const code = codeOf(body, response.status);
    this.#tell(call, code, startedAt);
    if (code === 0) this.#spend(call);
    if (code === 0) return body;
    const error = this.#refuse(call, response, code, body);
    if (error.code !== 'platform_throttled' && error.code !== 'platform_unavailable') this.#spend(call);
    throw error;
  }

  #tell({ api }: ApiCall, code: number | string, startedAt: number): void {
    this.#deps.onCall?.({ api, code: String(code), ms: performance.now() - startedAt });
  }

  /** Counts what the vendor counts; tokens are not. */
  #spend({ api }: ApiCall): void {
    if (api !== 'auth.token') this.#deps.budget?.spend(api);
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

  async #refused(response: HttpResponse, call: ApiCall, startedAt: number): Promise<FeishuError> {
    const body = parseObject(await response.text().catch(() => '')) ?? {};
    const code = codeOf(body, response.status);
    this.#tell(call, code, startedAt);
    return this.#refuse(call, response, code, body);
  }

  #refuse(call: ApiCall, response: HttpResponse, code: number, body: Json): FeishuError {
    const error = refusal({
      api: call.api,
      status: response.status,
      code,
      message: textAt(body, 'msg'),
      logId: response.headers['x-tt-logid'] ?? textAt(objectAt(body, 'error'), 'log_id'),
      resetMs: Number(response.headers['x-ogw-ratelimit-reset'] ?? 0) * 1000 || 0,
    });
    if (error.code === 'platform_throttled') this.#penalize(call, error);
    return error;
  }

  /** A chat's own limit slows this chat, the gateway's the whole API. */
  #penalize(call: ApiCall, error: FeishuError): void {
    const ms = error.retryAfterMs ?? 0;
    const ofChat = error.vendorCode === 230020 && call.chat !== undefined;
    (ofChat ? this.#chats.of(call.chat) : this.#apis.of(call.api)).penalize(ms);
  }

  async #fetchToken(): Promise<FetchedToken> {
    const { appId, appSecret } = this.#config;
    const url = `${this.baseUrl}/open-apis/auth/v3/tenant_access_token/internal`;
    const request = {
      method: 'POST',
      url,
      headers: { 'content-type': JSON_TYPE },
      timeoutMs: CALL_TIMEOUT_MS,
    } as const;
    const body = JSON.stringify({ app_id: appId, app_secret: appSecret });
    // Many wait for it, so nobody's own signal ends it.
    const { signal } = new AbortController();
    const call: ApiCall = { api: 'auth.token', method: 'POST', path: '', priority: 'final', signal, repeatable: true };
    const answer = await this.#exchange({ ...request, body }, call);
    return { token: textAt(answer, 'tenant_access_token'), lifeMs: (numberAt(answer, 'expire') ?? 0) * 1000 };
  }
}

function isStale(error: unknown): boolean {
  return STALE_TOKEN.has(vendorCodeOf(error) ?? 0);
}

/** Some refusals come with HTTP 200 and a code, some without a code at all; an answer of neither is not the vendor's. */
function codeOf(body: Json, status: number): number {
  const code = numberAt(body, 'code');
  if (code === undefined) return status < 300 ? NOT_THE_VENDOR : status;
  return code === 0 && status >= 300 ? status : code;
}
