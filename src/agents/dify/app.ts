import type { AgentDeps } from '../../core/agent-definition.ts';
import type { DifyApi } from './api.ts';
import type { AppMode } from './config.ts';
import { type AppFacts, modeOf, readFacts } from './facts.ts';
import { FACTS_LIFE_MS } from './limits.ts';

/** What the app says of itself, kept for some minutes; an old answer does while a newer one is fetched. */
export class DifyApp {
  readonly #api: DifyApi;
  readonly #deps: AgentDeps;
  readonly #forcedMode: AppMode | undefined;
  #facts: AppFacts | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<AppFacts> | undefined;

  constructor(api: DifyApi, deps: AgentDeps, forcedMode: AppMode | undefined) {
    this.#api = api;
    this.#deps = deps;
    this.#forcedMode = forcedMode;
  }

  /** As far as it is known. */
  get name(): string | undefined {
    return this.#facts?.name;
  }

  /** Whether it makes suggestions after an answer; undefined until that is known. */
  get suggests(): boolean | undefined {
    return this.#facts?.suggests;
  }

  async facts(signal: AbortSignal): Promise<AppFacts> {
    const isFresh = this.#deps.clock.now() - this.#readAt < FACTS_LIFE_MS;
    if (this.#facts && isFresh) return this.#facts;
    const reading = this.#read();
    if (!this.#facts) return untilAborted(reading, signal);
    reading.catch((error: unknown) => this.#deps.log.warn('dify app not read', { agent: this.#deps.name, error }));
    return this.#facts;
  }

  /** Something was refused that should have been right: the app has changed. */
  forget(): void {
    this.#facts = undefined;
  }

  /** One at a time; whoever waits shares it. */
  #read(): Promise<AppFacts> {
    this.#reading ??= this.#fetch().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #fetch(): Promise<AppFacts> {
    // No one's signal: others may be waiting for the same answer. Each call has its own limit.
    const { signal } = new AbortController();
    const [info, parameters] = await Promise.all([this.#info(signal), this.#api.parameters(signal)]);
    const mode = this.#forcedMode ?? modeOf(info) ?? (await this.#detectMode(signal));
    this.#facts = readFacts(mode, info, parameters);
    this.#readAt = this.#deps.clock.now();
    return this.#facts;
  }

  /** Where the settings tell the mode, nothing depends on it. */
  async #info(signal: AbortSignal): Promise<unknown> {
    if (this.#forcedMode === undefined) return this.#api.info(signal);
    return this.#api.info(signal).catch(() => undefined);
  }

  /** Old releases do not tell the mode, newer ones may have one that we do not know; each answers to its own calls only. */
  async #detectMode(signal: AbortSignal): Promise<AppMode> {
    if (await this.#api.has('conversations', signal)) return 'chat';
    return (await this.#api.has('workflows/logs', signal)) ? 'workflow' : 'completion';
  }
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
