import type { AgentEvent, Ask } from '../../core/agent.ts';
import { GatewayError } from '../../core/errors.ts';
import { HttpError, type HttpResponse } from '../../lib/http-client.ts';
import { createSseReader, type SseReader, SseTooLargeError } from '../../lib/sse.ts';
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
  pieces: AsyncIterator<Uint8Array>;
}

const NOTHING: readonly AgentEvent[] = [];

/**
 * One question to Dify and what comes of it. A dialogue that Dify no longer knows is begun anew, once. A stream that ends
 * before the answer does is made good from what Dify has stored. A question that got no answer at all is asked again only when no
 * run of it is to be found.
 *
 * - asking: the question is on its way. Left by the head of the response; entered again when the dialogue is gone.
 * - reading: events come. Left by the last one, or by the end of the stream.
 * - concluding: what is still to be said. Left by `done`, or by a failure.
 * - ended: nothing follows.
 */
export class AppRun {
  readonly #parts: RunParts;
  #phase: 'asking' | 'reading' | 'concluding' | 'ended' = 'asking';
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

  /** The next things the app says; undefined after the last. Failures are thrown. */
  async next(): Promise<readonly AgentEvent[] | undefined> {
    while (this.#phase !== 'ended') {
      const events = await this.#advance();
      if (events.length > 0) return events;
    }
    return undefined;
  }

  /** Cuts what is still open. */
  close(): void {
    // After the last event the rest of the response is read by itself.
    if (this.#phase === 'asking' || this.#phase === 'reading') this.#try.watchdog.cut();
    this.#phase = 'ended';
  }

  #advance(): Promise<readonly AgentEvent[]> {
    if (this.#phase === 'asking') return this.#ask();
    return this.#phase === 'reading' ? this.#read() : this.#conclude();
  }

  #begin(conversation: string | undefined, forgotten: boolean): Try {
    const state = this.#newState(conversation, forgotten);
    const watchdog = this.#newWatchdog(conversation, state);
    const reader = createSseReader((data) => {
      watchdog.touch();
      readEvent(state, data);
    });
    return { conversation, forgotten, state, watchdog, reader, pieces: NO_PIECES };
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

  async #ask(): Promise<readonly AgentEvent[]> {
    const sentAt = this.#parts.deps.clock.now();
    const response = await this.#send(sentAt);
    if (response === 'gone') return this.#beginAnew();
    if (response === 'found' || response === 'again') return NOTHING;
    this.#try.pieces = response.stream()[Symbol.asyncIterator]();
    this.#phase = 'reading';
    return this.#read();
  }

  async #send(sentAt: number): Promise<HttpResponse | 'gone' | 'found' | 'again'> {
    const { config, facts, files, signal, api } = this.#parts;
    const { conversation, watchdog } = this.#try;
    const body = askBody(facts, config, this.#asked, files, conversation);
    try {
      return await api.ask(facts.mode, body, config.idleTimeoutMs, watchdog.signal);
    } catch (error) {
      signal.throwIfAborted();
      const { verdict } = watchdog;
      if (verdict === 'gone' || (error instanceof RefusedError && isConversationGone(error.refusal))) return 'gone';
      if (verdict !== undefined) throw new GatewayError('agent_timeout', `dify: nothing came (${verdict})`);
      if (!isDoubtful(error)) throw toAgentError(error, 'ask');
      return this.#afterDoubt(error, { query: queryOf(this.#asked), user: this.#asked.user, conversation, sentAt });
    }
  }

  /** If the app runs nevertheless, its answer will be stored; if not, it is asked again. */
  async #afterDoubt(error: unknown, doubt: Doubt): Promise<'found' | 'again'> {
    const { state, watchdog, forgotten } = this.#try;
    const run = await settleDoubt(this.#parts, error, doubt, this.#again);
    if (run !== 'again') {
      state.adopt(run);
      this.#endReading('broken');
      return 'found';
    }
    watchdog.cut();
    this.#again += 1;
    this.#try = this.#begin(doubt.conversation, forgotten);
    return 'again';
  }

  /** Nothing was done in the dialogue that is gone, so this asks nothing twice. */
  async #beginAnew(): Promise<readonly AgentEvent[]> {
    const { conversation, watchdog } = this.#try;
    watchdog.cut();
    if (conversation === undefined) throw new GatewayError('agent_failed', 'dify: a conversation nobody named is gone');
    this.#parts.deps.log.info('dify conversation gone', { agent: this.#parts.deps.name, conversation });
    const { ask } = this.#parts;
    const recap = await ask.recap?.();
    if (recap !== undefined) this.#asked = { ...ask, text: `${ask.text}\n\n${recap}` };
    this.#try = this.#begin(undefined, true);
    this.#phase = 'asking';
    return NOTHING;
  }

  async #read(): Promise<readonly AgentEvent[]> {
    const { state, watchdog, pieces } = this.#try;
    const hasMore = await this.#nextPiece();
    if (hasMore === undefined) return this.#afterCut();
    this.#enlist();
    const events = state.take();
    if (state.phase === 'over') {
      void watchdog.linger(pieces);
      this.#phase = 'concluding';
    } else if (!hasMore) {
      this.#endReading(state.phase === 'closing' || state.stopped ? undefined : 'ended early');
    } else if (state.phase === 'closing') {
      watchdog.endAfter(LAST_EVENT_WAIT_MS, 'ended');
    }
    return events;
  }

  /** Whether there may be more; undefined when the line is cut. */
  async #nextPiece(): Promise<boolean | undefined> {
    const { pieces, reader } = this.#try;
    try {
      const piece = await pieces.next();
      if (piece.done) reader.end();
      else reader.feed(piece.value);
      return !piece.done;
    } catch (error) {
      if (error instanceof HttpError || error instanceof SseTooLargeError) return undefined;
      throw error;
    }
  }

  async #afterCut(): Promise<readonly AgentEvent[]> {
    this.#parts.signal.throwIfAborted();
    const { state, watchdog } = this.#try;
    const { verdict } = watchdog;
    if (verdict === 'gone') return this.#beginAnew();
    const isComplete = verdict === 'ended' || state.stopped || state.phase === 'closing';
    const early = verdict === undefined ? 'broken' : 'idle';
    this.#endReading(isComplete ? undefined : early);
    return state.take();
  }

  #endReading(early: EarlyEnd | undefined): void {
    this.#early = early;
    this.#phase = 'concluding';
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

  async #conclude(): Promise<readonly AgentEvent[]> {
    const { state, conversation } = this.#try;
    if (this.#early !== undefined) return this.#makeGood(this.#early);
    if (state.conversationGone && conversation !== undefined && state.answer.raw === '') return this.#beginAnew();
    const events = state.finish();
    if (events.length > 0) return events;
    this.#phase = 'ended';
    if (state.failure) throw state.failure;
    return [...(await this.#missingCitations()), { kind: 'done', stopped: state.stopped }];
  }

  /** Some releases never send the event that has them. */
  async #missingCitations(): Promise<readonly AgentEvent[]> {
    const { facts } = this.#parts;
    const { state } = this.#try;
    const isComplete = state.messageEnded || state.isPaused || state.stopped;
    if (isComplete || !facts.cites || !hasConversations(facts.mode)) return NOTHING;
    const stored = await lookUpUntil(this.#parts, state.run, LAST_EVENT_WAIT_MS);
    if (stored.kind !== 'finished' || stored.citations.length === 0) return NOTHING;
    return [{ kind: 'citations', citations: stored.citations }];
  }

  /** The stream is gone; the run may not be. */
  async #makeGood(early: EarlyEnd): Promise<readonly AgentEvent[]> {
    const { deps } = this.#parts;
    const { state } = this.#try;
    this.#phase = 'ended';
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
    const { citations } = stored;
    const cited: readonly AgentEvent[] = citations.length > 0 ? [{ kind: 'citations', citations }] : NOTHING;
    return [...state.finish(), ...cited, { kind: 'done', stopped: state.stopped }];
  }
}

const NO_PIECES: AsyncIterator<Uint8Array> = { next: async () => ({ done: true, value: undefined }) };
