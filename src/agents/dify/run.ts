import type { AgentEvent, Ask, Citation, Hear, Telling } from '../../core/agent.ts';
import { GatewayError } from '../../core/errors.ts';
import { HttpError, type HttpResponse } from '../../lib/http-client.ts';
import { SseReader, SseTooLargeError } from '../../lib/sse.ts';
import { type Doubt, settleDoubt } from './doubt.ts';
import { isConversationGone, isDoubtful, RefusedError, toAgentError } from './errors.ts';
import { readEvent } from './events.ts';
import { LAST_EVENT_WAIT_MS, SILENCE_PROBE_MS, STOP_WAIT_MS } from './limits.ts';
import { askBody, hasConversations, type PlacedFiles, queryOf } from './messages.ts';
import { type EarlyEnd, LOOK_UP_MS, lookUpUntil, lostError, type RecoveryParts, stopLate } from './recovery.ts';
import { RunState } from './run-state.ts';
import type { Watch, Watchdog } from './watchdog.ts';

export interface RunParts extends RecoveryParts {
  readonly ask: Ask;
  readonly files: PlacedFiles;
  readonly hear: Hear;
  readonly watch: Watch;
  /** How to tell a run of this process, by its task, that somebody stopped it. */
  readonly stoppers: Map<string, () => void>;
}

/** One try at a question: its stream and what has been read of it. */
interface Try {
  readonly conversation: string | undefined;
  /** The dialogue that was to go on is gone. */
  readonly forgotten: boolean;
  readonly state: RunState;
  readonly watchdog: Watchdog;
  readonly reader: SseReader;
}

/** What a step of a run came to: a stream to read, nothing more to read, or that it begins once more. */
type Sent = HttpResponse | 'nothing to read' | 'again';

/**
 * One question to Dify and what comes of it. A dialogue that Dify no longer knows is begun anew, once. A stream that ends
 * before the answer does is made good from what Dify has stored. A question that got no answer at all is asked again only when no
 * run of it is to be found.
 *
 * A try goes through these steps, and may begin once more after each of the first two:
 * - asking: the question is on its way. Left by the head of the response.
 * - reading: events come. Left by the last one, or by the end of the stream.
 * - concluding: what is still to be said. Left by `done`, or by a failure.
 */
export class AppRun implements Telling {
  readonly #parts: RunParts;
  #try: Try;
  #early: EarlyEnd | undefined;
  /** As it was asked; with a recap once the dialogue is gone. */
  #asked: Ask;
  /** How often it was asked again. */
  #again = 0;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#asked = parts.ask;
    const { mode } = parts.facts;
    this.#try = this.#begin(hasConversations(mode) ? parts.ask.conversation : undefined, false);
  }

  get told(): string {
    return this.#try.state.answer.told;
  }

  /** Asks, and tells the things the app says; resolves after the last. */
  async toItsEnd(): Promise<void> {
    this.#parts.ask.keptBy?.(this);
    while ((await this.#tryIt()) === 'again');
  }

  async #tryIt(): Promise<'again' | undefined> {
    try {
      const response = await this.#ask();
      if (response === 'again') return 'again';
      if (response !== 'nothing to read' && (await this.#read(response)) === 'again') return 'again';
    } catch (error) {
      this.#try.watchdog.cut();
      throw error;
    }
    return this.#conclude();
  }

  #tell(events: readonly AgentEvent[]): void {
    for (const event of events) this.#parts.hear(event);
  }

  #begin(conversation: string | undefined, forgotten: boolean): Try {
    const state = this.#newState(conversation, forgotten);
    const watchdog = this.#newWatchdog(conversation, state);
    const reader = new SseReader((data) => {
      watchdog.touch();
      readEvent(state, data);
    });
    return { conversation, forgotten, state, watchdog, reader };
  }

  #newState(conversation: string | undefined, forgotten: boolean): RunState {
    const { api, ask, config, facts } = this.#parts;
    return new RunState({
      user: ask.user,
      lang: ask.lang,
      host: api.host,
      forgotten,
      isWorkflow: facts.mode === 'workflow',
      ...(conversation === undefined ? {} : { conversation }),
      ...(config.outputKey === undefined ? {} : { outputKey: config.outputKey }),
    });
  }

  #newWatchdog(conversation: string | undefined, state: RunState): Watchdog {
    const { config, signal, stoppers, watch } = this.#parts;
    const { idleTimeoutMs: idleMs, totalTimeoutMs: totalMs } = config;
    const onClose = (): void => void (state.run.task !== undefined && stoppers.delete(state.run.task));
    if (conversation === undefined) return watch.begin(signal, { idleMs, totalMs, onClose });
    const silentMs = Math.min(SILENCE_PROBE_MS, idleMs / 2);
    const onSilence = (): void => void this.#probe(conversation, watchdog);
    const watchdog: Watchdog = watch.begin(signal, { idleMs, totalMs, silentMs, onSilence, onClose });
    return watchdog;
  }

  async #ask(): Promise<Sent> {
    const { config, facts, files, signal, api, deps } = this.#parts;
    const { conversation, watchdog } = this.#try;
    const sentAt = deps.clock.now();
    const body = askBody(facts, config, this.#asked, files, conversation);
    try {
      return await api.ask(facts.mode, body, config.idleTimeoutMs, watchdog.signal);
    } catch (error) {
      signal.throwIfAborted();
      const { verdict } = watchdog;
      if (verdict === 'gone' || (error instanceof RefusedError && isConversationGone(error.refusal)))
        return this.#beginAnew();
      if (verdict !== undefined) throw new GatewayError('agent_timeout', `dify: nothing came (${verdict})`);
      if (!isDoubtful(error)) throw toAgentError(error, 'ask');
      return this.#afterDoubt(error, { query: queryOf(this.#asked), user: this.#asked.user, conversation, sentAt });
    }
  }

  /** If the app runs nevertheless, its answer will be stored; if not, it is asked again. */
  async #afterDoubt(error: unknown, doubt: Doubt): Promise<'nothing to read' | 'again'> {
    const { state, watchdog, forgotten } = this.#try;
    const run = await settleDoubt(this.#parts, error, doubt, this.#again);
    if (run !== 'again') {
      state.adopt(run);
      this.#endReading('broken');
      return 'nothing to read';
    }
    watchdog.cut();
    this.#again += 1;
    this.#try = this.#begin(doubt.conversation, forgotten);
    return 'again';
  }

  /** Nothing was done in the dialogue that is gone, so this asks nothing twice. */
  async #beginAnew(): Promise<'again'> {
    const { conversation, watchdog } = this.#try;
    watchdog.cut();
    if (conversation === undefined) throw new GatewayError('agent_failed', 'dify: a conversation nobody named is gone');
    this.#parts.deps.log.info('dify conversation gone', { agent: this.#parts.deps.name, conversation });
    const { ask } = this.#parts;
    const recap = await ask.recap?.();
    if (recap !== undefined) this.#asked = { ...ask, text: `${ask.text}\n\n${recap}` };
    this.#try = this.#begin(undefined, true);
    return 'again';
  }

  /** Until all that matters has come, or the line has ended. */
  async #read(response: HttpResponse): Promise<'again' | undefined> {
    const { state, reader, watchdog } = this.#try;
    const isOver = (): boolean => state.phase === 'over';
    const over = Promise.withResolvers<void>();
    const whole = response.pour((piece) => {
      // The rest of a response that has said all frees its connection for the next question.
      if (isOver()) return;
      reader.feed(piece);
      this.#tellNews();
      const { phase } = state;
      if (phase === 'over') over.resolve();
      else if (phase === 'closing') watchdog.endAfter(LAST_EVENT_WAIT_MS, 'ended');
    });
    whole.then(over.resolve, over.reject);
    try {
      await over.promise;
      if (!isOver()) reader.end();
    } catch (error) {
      if (error instanceof HttpError || error instanceof SseTooLargeError) return this.#afterCut();
      throw error;
    }
    this.#tellNews();
    this.#afterEnd(whole);
    return undefined;
  }

  #afterEnd(whole: Promise<void>): void {
    const { state, watchdog } = this.#try;
    if (state.phase === 'over') void watchdog.linger(whole);
    else this.#endReading(state.phase === 'closing' || state.stopped ? undefined : 'ended early');
  }

  /** What has been said since the last time. */
  #tellNews(): void {
    this.#enlist();
    this.#tell(this.#try.state.take());
  }

  async #afterCut(): Promise<'again' | undefined> {
    this.#parts.signal.throwIfAborted();
    const { state, watchdog } = this.#try;
    const { verdict } = watchdog;
    if (verdict === 'gone') return this.#beginAnew();
    const isComplete = verdict === 'ended' || state.stopped || state.phase === 'closing';
    const early = verdict === undefined ? 'broken' : 'idle';
    this.#endReading(isComplete ? undefined : early);
    this.#tell(state.take());
    return undefined;
  }

  #endReading(early: EarlyEnd | undefined): void {
    this.#early = early;
    this.#try.watchdog.cut();
  }

  /** Before anybody can know the task and stop it. */
  #enlist(): void {
    const { state, watchdog } = this.#try;
    const { task } = state.run;
    if (task === undefined || this.#parts.stoppers.has(task)) return;
    this.#parts.stoppers.set(task, () => {
      state.stopped = true;
      watchdog.endAfter(STOP_WAIT_MS, 'stopped');
    });
  }

  /** Releases 1.13 to 1.14.1 answer a question in an unknown conversation with pings for ever. */
  async #probe(conversation: string, watchdog: Watchdog): Promise<void> {
    const { api, ask } = this.#parts;
    try {
      await api.messages(conversation, ask.user, watchdog.signal);
    } catch (error) {
      if (error instanceof RefusedError && isConversationGone(error.refusal)) watchdog.end('gone');
    }
  }

  async #conclude(): Promise<'again' | undefined> {
    const { state, conversation } = this.#try;
    const isGone = state.conversationGone && conversation !== undefined && state.answer.raw === '';
    if (this.#early === undefined && isGone) return this.#beginAnew();
    const found = this.#early === undefined ? undefined : await this.#makeGood(this.#early);
    this.#tell(state.finish());
    if (state.failure) throw state.failure;
    const citations = found ?? (await this.#missingCitations());
    if (citations.length > 0) this.#parts.hear({ kind: 'citations', citations });
    this.#parts.hear({ kind: 'done', stopped: state.stopped, ...(state.succeeded && { succeeded: true }) });
    return undefined;
  }

  /** Some releases never send the event that has them. */
  async #missingCitations(): Promise<readonly Citation[]> {
    const { facts } = this.#parts;
    const { state } = this.#try;
    const isComplete = state.messageEnded || state.isPaused || state.stopped;
    if (isComplete || !facts.cites || !hasConversations(facts.mode)) return [];
    const stored = await lookUpUntil(this.#parts, state.run, LAST_EVENT_WAIT_MS);
    return stored.kind === 'finished' ? stored.citations : [];
  }

  /** The stream is gone; the run may not be. @returns What its answer rests on. */
  async #makeGood(early: EarlyEnd): Promise<readonly Citation[]> {
    const { deps } = this.#parts;
    const { state } = this.#try;
    const stored = await lookUpUntil(this.#parts, state.run, LOOK_UP_MS[early]);
    if (stored.kind !== 'finished') {
      if (early === 'idle') stopLate(this.#parts, state.run);
      throw lostError(early, stored);
    }
    deps.log.info('dify answer recovered', { agent: deps.name, stream: early, message: state.run.message });
    // What came over the wire may be longer: some releases cut links out of what they store.
    if (!state.answer.raw.startsWith(stored.raw)) state.replace(stored.raw);
    for (const file of stored.files) state.addFile(file);
    state.count(stored.tokens);
    state.succeeded ||= stored.succeeded === true;
    return stored.citations;
  }
}
