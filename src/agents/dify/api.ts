import type { AgentDeps } from '../../core/agent-definition.ts';
import { type HttpClient, HttpError, type HttpRequest, type HttpResponse } from '../../lib/http-client.ts';
import { encodeMultipart } from '../../lib/multipart.ts';
import type { AppMode, DifyConfig } from './config.ts';
import { canRepeat, isDoubtful, RefusedError, readRefusal, toAgentError } from './errors.ts';
import { CALL_TIMEOUT_MS, MESSAGES_PAGE, RETRY_WAITS_MS, SUGGEST_TIMEOUT_MS, UPLOAD_TIMEOUT_MS } from './limits.ts';
import { fieldsOf, listOf, wordOf, wordsOf } from './values.ts';

const encoder = new TextEncoder();

type Call = Omit<HttpRequest, 'url'> & {
  /** The call by a name without ids. */
  readonly api: string;
  readonly path: string;
  /** Something may have begun by it though no answer came. */
  readonly mayBegin?: boolean;
};

/** What somebody thinks of an answer; null takes it back. */
export interface Feedback {
  readonly rating: 'like' | 'dislike' | null;
  readonly content?: string;
}

/**
 * Every call to Dify. All throw a `RefusedError` with what Dify said, or an `HttpError`; what has surely not been acted on
 * is tried again a few times.
 */
export class DifyApi {
  /** Addresses of files without a host belong to this one. */
  readonly host: string;
  readonly #baseUrl: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #jsonHeaders: Readonly<Record<string, string>>;
  readonly #http: HttpClient;
  readonly #deps: AgentDeps;
  #aheadMs = 0;

  constructor(config: Pick<DifyConfig, 'baseUrl' | 'apiKey'>, http: HttpClient, deps: AgentDeps) {
    this.#baseUrl = config.baseUrl;
    this.host = config.baseUrl.replace(/\/v\d+$/, '');
    this.#headers = { authorization: `Bearer ${config.apiKey}` };
    this.#jsonHeaders = { ...this.#headers, 'content-type': 'application/json' };
    this.#http = http;
    this.#deps = deps;
  }

  /** By how much Dify's clock is ahead of ours, as it last said. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /**
   * Asks; the answer's events are in the response's stream. The head may come as late as the first event. Asked again here is only
   * what surely began nothing.
   */
  async ask(mode: AppMode, body: object, headTimeoutMs: number, signal: AbortSignal): Promise<HttpResponse> {
    const path = ASK_PATHS[mode];
    const response = await this.#send({
      mayBegin: true,
      api: path,
      path: `/${path}`,
      method: 'POST',
      headers: this.#jsonHeaders,
      // In bytes of its own: a text would become a piece of a buffer that many share, and keep that as long as the answer grows.
      body: encoder.encode(JSON.stringify(body)),
      timeoutMs: headTimeoutMs,
      idleTimeoutMs: 0,
      signal,
    });
    const type = response.headers['content-type'] ?? '';
    if (type.includes('text/event-stream')) return response;
    response.discard();
    throw new RefusedError({ status: response.status, code: '', message: `no event stream (${type || 'no type'})` });
  }

  /** Answers the upload's id. */
  async upload(user: string, name: string, mime: string, bytes: Uint8Array, signal: AbortSignal): Promise<string> {
    const { contentType, body } = encodeMultipart([
      { name: 'user', value: user },
      { name: 'file', fileName: name, mime, bytes },
    ]);
    const headers = { ...this.#headers, 'content-type': contentType };
    const call = { api: 'files/upload', path: '/files/upload', method: 'POST', headers, body, signal } as const;
    const { id } = fieldsOf(await this.#json({ ...call, timeoutMs: UPLOAD_TIMEOUT_MS }));
    const upload = wordOf(id);
    if (upload === undefined) throw new RefusedError({ status: 200, code: '', message: 'an upload without an id' });
    return upload;
  }

  async stop(mode: AppMode, task: string, user: string, signal: AbortSignal): Promise<void> {
    const path = mode === 'workflow' ? 'workflows/tasks' : ASK_PATHS[mode];
    await this.#post(`${path}/stop`, `/${path}/${encodeURIComponent(task)}/stop`, { user }, signal);
  }

  /** Hands in a form of a run that waits for it. */
  async fillForm(token: string, body: object, signal: AbortSignal): Promise<void> {
    await this.#post('form/human_input', `/form/human_input/${encodeURIComponent(token)}`, body, signal);
  }

  /** Joins a run that is under way; one that is over says so at once. */
  follow(run: string, user: string, idleTimeoutMs: number, signal: AbortSignal): Promise<HttpResponse> {
    const path = `/workflow/${encodeURIComponent(run)}/events?${new URLSearchParams({ user }).toString()}`;
    return this.#send({ api: 'workflow/events', path, method: 'GET', headers: this.#headers, idleTimeoutMs, signal });
  }

  info(signal: AbortSignal): Promise<unknown> {
    return this.#get('info', '/info', {}, signal);
  }

  parameters(signal: AbortSignal): Promise<unknown> {
    return this.#get('parameters', '/parameters', {}, signal);
  }

  /** The newest messages of a conversation, in no order to rely on. */
  async messages(conversation: string, user: string, signal: AbortSignal): Promise<readonly unknown[]> {
    const query = { conversation_id: conversation, user, limit: String(MESSAGES_PAGE) };
    return listOf(fieldsOf(await this.#get('messages', '/messages', query, signal))['data']);
  }

  /** Somebody's newest conversation, if there is one. */
  async conversations(user: string, signal: AbortSignal): Promise<readonly unknown[]> {
    const query = { user, limit: '1', sort_by: '-created_at' };
    return listOf(fieldsOf(await this.#get('conversations', '/conversations', query, signal))['data']);
  }

  workflowRun(run: string, signal: AbortSignal): Promise<unknown> {
    return this.#get('workflows/run', `/workflows/run/${encodeURIComponent(run)}`, {}, signal);
  }

  /** Whether the key belongs to an app with conversations, or with workflow logs; for releases whose `/info` has no mode. */
  async has(what: 'conversations' | 'workflows/logs', signal: AbortSignal): Promise<boolean> {
    try {
      await this.#get(what, `/${what}`, { user: 'posthouse', limit: '1' }, signal);
      return true;
    } catch (error) {
      if (error instanceof RefusedError && error.refusal.status === 400) return false;
      throw error;
    }
  }

  async rate(message: string, user: string, given: Feedback, signal: AbortSignal): Promise<void> {
    const path = `/messages/${encodeURIComponent(message)}/feedbacks`;
    await this.#post('messages/feedbacks', path, { ...given, user }, signal);
  }

  async suggest(message: string, user: string, signal: AbortSignal): Promise<string[]> {
    const call = { api: 'messages/suggested', method: 'GET', headers: this.#headers, signal } as const;
    const path = `/messages/${encodeURIComponent(message)}/suggested?${new URLSearchParams({ user }).toString()}`;
    const response = await this.#sendOnce({ ...call, path, timeoutMs: SUGGEST_TIMEOUT_MS });
    return wordsOf(fieldsOf(await response.json())['data']);
  }

  #get(api: string, path: string, query: Record<string, string>, signal: AbortSignal): Promise<unknown> {
    const search = new URLSearchParams(query).toString();
    const url = search === '' ? path : `${path}?${search}`;
    return this.#json({ api, path: url, method: 'GET', headers: this.#headers, signal });
  }

  async #post(api: string, path: string, body: object, signal: AbortSignal): Promise<void> {
    await this.#json({ api, path, method: 'POST', headers: this.#jsonHeaders, body: JSON.stringify(body), signal });
  }

  async #json(call: Call): Promise<unknown> {
    const response = await this.#send(call);
    const text = await response.text();
    try {
      return JSON.parse(text) as unknown;
    } catch {
      const type = response.headers['content-type'] ?? 'no type';
      throw new RefusedError({ status: response.status, code: '', message: `not Dify's answer (${type})` });
    }
  }

  async #send(call: Call): Promise<HttpResponse> {
    for (const waitMs of RETRY_WAITS_MS) {
      try {
        return await this.#sendOnce(call);
      } catch (error) {
        if (!canRepeat(error) || (call.mayBegin && isDoubtful(error)) || call.signal?.aborted) throw error;
        this.#deps.log.debug('dify call repeated', { api: call.api, error: toAgentError(error, call.api) });
      }
      await this.#deps.clock.sleep(waitMs * (0.5 + this.#deps.random()), call.signal);
    }
    return this.#sendOnce(call);
  }

  #setClock(date: string | undefined): void {
    const at = Date.parse(date ?? '');
    if (!Number.isNaN(at)) this.#aheadMs = at - this.#deps.clock.now();
  }

  /** @throws {RefusedError} for every status that is not 2xx. */
  async #sendOnce(call: Call): Promise<HttpResponse> {
    const { api, path, mayBegin: _, ...request } = call;
    const startedAt = this.#deps.clock.now();
    const tell = (code: string): void => this.#deps.onCall?.(api, code, this.#deps.clock.now() - startedAt);
    const response = await this.#http
      .request({ timeoutMs: CALL_TIMEOUT_MS, ...request, url: this.#baseUrl + path })
      .catch((error: unknown) => {
        tell(error instanceof HttpError ? error.kind : 'failed');
        throw error;
      });
    tell(String(response.status));
    this.#setClock(response.headers['date']);
    if (response.status >= 200 && response.status < 300) return response;
    throw new RefusedError(
      readRefusal(response.status, response.headers['content-type'] ?? '', await bodyOf(response)),
    );
  }
}

const ASK_PATHS: Readonly<Record<AppMode, string>> = {
  chat: 'chat-messages',
  'agent-chat': 'chat-messages',
  'advanced-chat': 'chat-messages',
  agent: 'chat-messages',
  completion: 'completion-messages',
  workflow: 'workflows/run',
};

/** The body of a refusal; when it does not come, the status has to do. */
async function bodyOf(response: HttpResponse): Promise<string> {
  return response.text().catch(() => '');
}
