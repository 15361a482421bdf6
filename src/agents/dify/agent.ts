import type {
  AfterForm,
  Agent,
  AgentProfile,
  AgentRun,
  Ask,
  FilledForm,
  Hear,
  Rating,
  Recovered,
} from '../../core/agent.ts';
import type { AgentDeps } from '../../core/agent-definition.ts';
import type { GatewayError } from '../../core/errors.ts';
import type { AgentName } from '../../core/ids.ts';
import type { InLanguages, Lang } from '../../core/lang.ts';
import { createHttpClient, type HttpClient } from '../../lib/http-client.ts';
import { wholeAnswer } from './answer.ts';
import { DifyApi } from './api.ts';
import { DifyApp } from './app.ts';
import { explainFailure } from './check.ts';
import type { DifyConfig } from './config.ts';
import { RefusedError, toAgentError } from './errors.ts';
import { fillForm } from './forms.ts';
import { SUGGEST_TIMEOUT_MS } from './limits.ts';
import { checkInputs, hasConversations } from './messages.ts';
import { AppRun, type RunParts } from './run.ts';
import { lookUpRun } from './stored.ts';
import { kindsTaken, uploadFiles } from './uploads.ts';
import { Watch } from './watchdog.ts';

/** Streams hold their connection; uploads, stops and the like need some beside them. */
const SPARE_CONNECTIONS = 32;

/** One Dify app, of whatever mode. */
export class DifyAgent implements Agent {
  readonly name: AgentName;
  readonly maxConcurrent: number;
  readonly #config: DifyConfig;
  readonly #deps: AgentDeps;
  readonly #http: HttpClient;
  readonly #api: DifyApi;
  readonly #app: DifyApp;
  readonly #parts: Pick<RunParts, 'api' | 'config' | 'deps' | 'watch' | 'stoppers'>;

  constructor(config: DifyConfig, deps: AgentDeps) {
    this.name = deps.name;
    this.maxConcurrent = config.maxConcurrent;
    this.#config = config;
    this.#deps = deps;
    this.#http = createHttpClient({
      connections: config.maxConcurrent + SPARE_CONNECTIONS,
      ...(deps.proxy === undefined ? {} : { proxy: deps.proxy }),
      ...(deps.noProxy === undefined ? {} : { noProxy: deps.noProxy }),
    });
    this.#api = new DifyApi(config, this.#http, deps);
    this.#app = new DifyApp(this.#api, deps, config.mode);
    this.#parts = { api: this.#api, config, deps, watch: new Watch(deps.clock), stoppers: new Map() };
  }

  /** The operator's word for it, else the app's own name once it is known. */
  get title(): string {
    return this.#config.title ?? this.#app.name ?? this.name;
  }

  get suggests(): boolean | undefined {
    return this.#app.suggests;
  }

  async run(ask: Ask, hear: Hear, signal: AbortSignal): Promise<void> {
    try {
      const facts = await this.#app.facts(signal);
      const files = await uploadFiles(this.#api, facts, ask, signal);
      await new AppRun({ ...this.#parts, facts, ask, files, hear, signal }).toItsEnd();
    } catch (error) {
      signal.throwIfAborted();
      throw this.#failure(error);
    }
  }

  async stop(run: AgentRun, signal: AbortSignal): Promise<void> {
    if (run.task === undefined) return;
    // The text is cut here whatever Dify does: a flow stops between its nodes only.
    this.#parts.stoppers.get(run.task)?.();
    await this.#call('stop', signal, async () => {
      const { mode } = await this.#app.facts(signal);
      await this.#api.stop(mode, run.task ?? '', run.user, signal).catch(ignoreRefusal);
    });
  }

  fill(run: AgentRun, form: FilledForm, lang: Lang, signal: AbortSignal): Promise<AfterForm> {
    return this.#call('fill', signal, async () => {
      const facts = await this.#app.facts(signal);
      return fillForm({ ...this.#parts, facts, lang, signal }, run, form);
    });
  }

  async recover(run: AgentRun, signal: AbortSignal): Promise<Recovered> {
    return this.#call('recover', signal, async () => {
      const { mode } = await this.#app.facts(signal);
      const lookUp = { api: this.#api, mode, outputKey: this.#config.outputKey, now: this.#deps.clock.now() };
      const stored = await lookUpRun(lookUp, run, signal);
      if (stored.kind !== 'finished') return stored;
      const { raw, ...found } = stored;
      return { ...found, answer: wholeAnswer(raw, this.#api.host) };
    });
  }

  async rate(run: AgentRun, rating: Rating, signal: AbortSignal, why?: string): Promise<void> {
    const { message } = run;
    // The run of a workflow is no message: there is nothing to rate.
    if (message === undefined) return;
    const rated = rating === 'none' ? null : rating === 'up' ? 'like' : 'dislike';
    await this.#call('rate', signal, async () => {
      const done = this.#api.rate(
        message,
        run.user,
        { rating: rated, ...(why !== undefined && { content: why }) },
        signal,
      );
      // Dify has none to withdraw: so it is withdrawn.
      await (rated === null ? done.catch(ignoreBadRequest) : done);
    });
  }

  async suggest(run: AgentRun, signal: AbortSignal): Promise<readonly string[]> {
    if (run.message === undefined) return [];
    const facts = await this.#app.facts(signal);
    if (!facts.suggests || !hasConversations(facts.mode)) return [];
    const soon = AbortSignal.any([signal, AbortSignal.timeout(SUGGEST_TIMEOUT_MS)]);
    try {
      return await this.#api.suggest(run.message, run.user, soon);
    } catch (error) {
      signal.throwIfAborted();
      // A model makes them on demand; the answer is complete without.
      this.#deps.log.debug('dify no suggestions', { agent: this.name, error: toAgentError(error, 'suggested') });
      return [];
    }
  }

  async profile(signal: AbortSignal): Promise<AgentProfile> {
    const facts = await this.#call('profile', signal, () => this.#app.facts(signal));
    const opening = withoutVariables(facts.opening);
    return { ...(opening === '' ? {} : { opening }), suggested: facts.suggested, takes: kindsTaken(facts) };
  }

  async check(signal: AbortSignal): Promise<readonly InLanguages[]> {
    try {
      this.#app.forget();
      checkInputs(await this.#app.facts(signal), this.#config);
      return [];
    } catch (error) {
      signal.throwIfAborted();
      return [explainFailure(error, this.#config.baseUrl)];
    }
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  #failure(error: unknown): GatewayError {
    const failure = toAgentError(error, 'run');
    // What we know of the app may be old: other variables, other limits.
    if (REFUSALS.has(failure.code)) this.#app.forget();
    return failure;
  }

  async #call<T>(what: string, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      throw toAgentError(error, what);
    }
  }
}

const REFUSALS: ReadonlySet<GatewayError['code']> = new Set([
  'agent_rejected_input',
  'agent_rejected_file',
  'agent_misconfigured',
]);

/** A run that is over cannot be stopped, and need not be. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof RefusedError) || error.refusal.status >= 500) throw error;
}

function ignoreBadRequest(error: unknown): void {
  if (!(error instanceof RefusedError) || error.refusal.status !== 400) throw error;
}

/** Nobody has filled the variables of an opening statement before the first question. */
function withoutVariables(text: string): string {
  return text.replace(/[ \t]*\{\{[^{}]*\}\}/g, '').trim();
}
