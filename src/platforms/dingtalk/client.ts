import type { FileContent } from '../../core/agent.ts';
import { ownLimitReached, unanswered } from '../../core/call-failures.ts';
import { GatewayError } from '../../core/errors.ts';
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
import { type Json, numberAt, parseObject, textAt } from '../../lib/read.ts';
import { Recent } from '../../lib/recent.ts';
import { takeTurns } from '../../lib/take-turns.ts';
import { type FetchedToken, TokenKeeper } from '../../lib/token-keeper.ts';
import { type Answer, codeOfNew, codeOfOld, requestIdIn, scopesIn } from './answer-codes.ts';
import { MonthBudget } from './budget.ts';
import type { DingtalkConfig } from './config.ts';
import { ADDRESS_BLOCKED, type DingtalkError, refusal } from './errors.ts';
import { CALL_TIMEOUT_MS, UPLOAD_TIMEOUT_MS } from './limits.ts';
import { TOKEN_RULES } from './token.ts';

/** Whose turn it is and who may end it. */
export interface CallOptions {
  readonly priority: Priority;
  readonly signal: AbortSignal;
}

/** One call to the vendor. */
export interface ApiCall extends CallOptions {
  /** The operation by a fixed name, for limits and metrics (`card.stream`). */
  readonly api: string;
  readonly method: HttpRequest['method'];
  /** From `/v1.0/…` or `/media/…`, ids escaped. */
  readonly path: string;
  readonly body?: Json;
  readonly form?: readonly FormPart[];
  /** Whether the very same call may be made again at once when the connection broke. */
  readonly repeatable?: boolean;
}

const MAX_CHATS = 20_000;

type HostCodes = (answer: Answer) => string;

/** Every call to the vendor goes through here: limits, tokens, deadline, refusals in our words. */
export class DingtalkClient {
  readonly http: HttpClient;
  readonly budget: MonthBudget;
  readonly #config: DingtalkConfig;
  readonly #deps: PlatformDeps;
  readonly #newToken: TokenKeeper;
  readonly #oldToken: TokenKeeper;
  readonly #apis: RateLimiters;
  readonly #chats: RateLimiters;
  #blockedUntil = 0;

  constructor(config: DingtalkConfig, deps: PlatformDeps) {
    this.#config = config;
    this.#deps = deps;
    this.budget = new MonthBudget(deps);
    this.http = createHttpClient({ proxy: deps.proxy, noProxy: deps.noProxy, mayLeave });
    const { clock, countTogether } = deps;
    const { clientSecret, limits } = config;
    this.#apis = new RateLimiters({
      windows: [windowOf(limits.perSecond, 1000)],
      clock,
      together: (api) => countTogether?.(`api ${api}`),
    });
    this.#chats = new RateLimiters({
      windows: [windowOf(limits.perChatPerMinute, 60_000)],
      clock,
      together: (chat) => countTogether?.(`chat ${chat}`),
      known: new Recent({ max: MAX_CHATS }),
    });
    const fetchNew = fetchShared(deps.tokens, 'new', clientSecret, () => this.#fetchNewToken());
    const fetchOld = fetchShared(deps.tokens, 'old', clientSecret, () => this.#fetchOldToken());
    this.#newToken = new TokenKeeper(fetchNew, deps.clock, TOKEN_RULES);
    this.#oldToken = new TokenKeeper(fetchOld, deps.clock, TOKEN_RULES);
  }

  /** A call to the new API. @throws {DingtalkError} what was refused, {GatewayError} `platform_unavailable` without an answer. */
  async call(call: ApiCall): Promise<Json> {
    await this.#turn(this.#apis.of(call.api), call);
    return this.#newToken.use((token) => {
      const request = this.#requestOf(call, this.#config.baseUrl + call.path);
      return this.#exchange({ ...request, headers: { ...request.headers, [TOKEN_HEADER]: token } }, call, codeOfNew);
    }, isStale);
  }

  /** A call to the old API, which takes its token in the address and answers 200 to everything. */
  async callOld(call: ApiCall): Promise<Json> {
    await this.#turn(this.#apis.of(call.api), call);
    return this.#oldToken.use((token) => {
      const mark = call.path.includes('?') ? '&' : '?';
      const url = `${this.#config.oapiBaseUrl}${call.path}${mark}access_token=${encodeURIComponent(token)}`;
      return this.#exchange(this.#requestOf(call, url), call, codeOfOld);
    }, isStale);
  }

  /** Answers by the address that came with a question; it needs no token. @param chat - Whose own limit it counts against. */
  async answer(url: string, body: Json, chat: string, options: CallOptions): Promise<void> {
    const call: ApiCall = { ...options, api: 'session.send', method: 'POST', path: '', body };
    await this.#turn(this.#chats.of(chat), call);
    await this.#exchange(this.#requestOf(call, url), call, codeOfOld);
  }

  /** Opens a long connection; the only call that proves itself by the secret. */
  async openConnection(body: Json, signal: AbortSignal): Promise<Json> {
    const path = '/v1.0/gateway/connections/open';
    const call: ApiCall = { api: 'socket.open', method: 'POST', path, body, priority: 'final', signal };
    await this.#turn(this.#apis.of(call.api), call);
    return this.#exchange(this.#requestOf(call, this.#config.baseUrl + path), call, codeOfNew);
  }

  /** Asks for a token of the new API, to see whether the credentials are right. */
  async tryToken(): Promise<void> {
    await this.#newToken.get();
  }

  /** Fetches from an address that the vendor has signed; our headers would spoil the signature. */
  async download(url: string, maxBytes: number, signal: AbortSignal): Promise<FileContent> {
    const call: ApiCall = { api: 'file.get', method: 'GET', path: '', priority: 'final', signal, repeatable: true };
    const request: HttpRequest = { method: 'GET', url, signal, timeoutMs: UPLOAD_TIMEOUT_MS, maxBytes };
    const startedAt = performance.now();
    const response = await this.#request(request, call);
    this.#tell(call, response.status === 200 ? '0' : String(response.status), startedAt);
    if (response.status !== 200) {
      response.discard();
      throw new GatewayError('file_gone', `file.get: HTTP ${response.status}`);
    }
    const bytes = await response.bytes().catch((error: unknown) => Promise.reject(unanswered(error, call)));
    return { bytes, mime: mimeOf(response) };
  }

  async close(): Promise<void> {
    await this.http.close();
  }

  #turn(limiter: RateLimiter, call: ApiCall): Promise<void> {
    const blockedMs = this.#blockedUntil - this.#deps.clock.now();
    return takeTurns([limiter], call, (ms) => ownLimitReached(call.api, ms), blockedMs);
  }

  #requestOf(call: ApiCall, url: string): HttpRequest {
    const base = { method: call.method, url, signal: call.signal, timeoutMs: CALL_TIMEOUT_MS };
    // Without this the opening of a connection is answered in XML.
    const headers = { accept: 'application/json' };
    if (call.form) {
      const { contentType, body } = encodeMultipart(call.form);
      return { ...base, headers: { ...headers, 'content-type': contentType }, body, timeoutMs: UPLOAD_TIMEOUT_MS };
    }
    if (!call.body) return { ...base, headers };
    return { ...base, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(call.body) };
  }

  /** Asks and reads the answer. */
  async #exchange(request: HttpRequest, call: ApiCall, codes: HostCodes): Promise<Json> {
    const startedAt = performance.now();
    const response = await this.#request(request, call);
    const text = await response.text().catch((error: unknown) => Promise.reject(unanswered(error, call)));
    const answer = { status: response.status, body: parseObject(text) };
    const code = codes(answer);
    this.#tell(call, code, startedAt);
    this.budget.count(call.api, code, response.status);
    if (code === '0') return answer.body ?? {};
    throw this.#refuse(call, answer, code);
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

  #tell(call: ApiCall, code: string, startedAt: number): void {
    this.#deps.onCall?.({ api: call.api, code, ms: performance.now() - startedAt });
  }

  #refuse(call: ApiCall, { status, body = {} }: Answer, code: string): DingtalkError {
    const message = textAt(body, 'errmsg');
    const error = refusal({
      api: call.api,
      status,
      code,
      requestId: requestIdIn(body),
      scopes: scopesIn(body),
      message,
    });
    const pauseMs = error.retryAfterMs ?? 0;
    // A chat's own limit is waited for by whoever answers there: there is another way into the chat.
    if (call.path !== '') this.#apis.of(call.api).penalize(pauseMs);
    if (code === ADDRESS_BLOCKED) this.#blockedUntil = this.#deps.clock.now() + pauseMs;
    return error;
  }

  async #fetchNewToken(): Promise<FetchedToken> {
    const { clientId, clientSecret, baseUrl } = this.#config;
    const path = '/v1.0/oauth2/accessToken';
    const call = tokenCall('token.new', 'POST', path, { appKey: clientId, appSecret: clientSecret });
    const answer = await this.#exchange(this.#requestOf(call, baseUrl + path), call, codeOfNew);
    return { token: textAt(answer, 'accessToken'), lifeMs: (numberAt(answer, 'expireIn') ?? 0) * 1000 };
  }

  async #fetchOldToken(): Promise<FetchedToken> {
    const { clientId, clientSecret, oapiBaseUrl } = this.#config;
    const call = tokenCall('token.old', 'GET', '/gettoken');
    const query = new URLSearchParams({ appkey: clientId, appsecret: clientSecret }).toString();
    const request = this.#requestOf(call, `${oapiBaseUrl}/gettoken?${query}`);
    // Here this code says that the secret is wrong, not that a token is.
    const codes = (answer: Answer): string => (codeOfOld(answer) === '40001' ? '40089' : codeOfOld(answer));
    const answer = await this.#exchange(request, call, codes);
    return { token: textAt(answer, 'access_token'), lifeMs: (numberAt(answer, 'expires_in') ?? 0) * 1000 };
  }
}

const TOKEN_HEADER = 'x-acs-dingtalk-access-token';

/** Many wait for a token, so nobody's own signal ends it. */
function tokenCall(api: string, method: 'GET' | 'POST', path: string, body?: Json): ApiCall {
  const { signal } = new AbortController();
  return { api, method, path, priority: 'final', signal, repeatable: true, ...(body && { body }) };
}

function isStale(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'platform_token_invalid';
}
