import type { AgentEvent, AgentRun, Ask } from '../../core/agent.ts';
import type { AgentDeps } from '../../core/agent-definition.ts';
import { type FailureCode, GatewayError } from '../../core/errors.ts';
import { HttpError, type HttpResponse } from '../../lib/http-client.ts';
import { createSseReader, SseTooLargeError } from '../../lib/sse.ts';
import type { DifyApi } from './api.ts';
import type { DifyConfig } from './config.ts';
import { isConversationGone, RefusedError, toAgentError } from './errors.ts';
import { readEvent } from './events.ts';
import type { AppFacts } from './facts.ts';
import {
  CALL_TIMEOUT_MS,
  LAST_EVENT_WAIT_MS,
  LINGER_MS,
  LOOK_UP_BROKEN_MS,
  LOOK_UP_ENDED_MS,
  LOOK_UP_WAITS_MS,
  SILENCE_PROBE_MS,
  STOP_WAIT_MS,
} from './limits.ts';
import { askBody, hasConversations, type PlacedFiles } from './messages.ts';
import { RunState } from './run-state.ts';
import { lookUpRun, type StoredRun } from './stored.ts';
import { Watchdog } from './watchdog.ts';

export interface RunParts {
  readonly api: DifyApi;
  readonly config: DifyConfig;
  readonly deps: AgentDeps;
  readonly facts: AppFacts;
  readonly ask: Ask;
  readonly files: PlacedFiles;
  /** The caller's. */
  readonly signal: AbortSignal;
  /** How to tell a run of this process, by its task, that somebody stopped it. */
  readonly stoppers: Map<string, () => void>;
}

/** How the reading of a stream came to its end. */
type Ending = 'over' | 'ended-early' | 'broken' | 'idle' | 'gone';

/**
 * Asks Dify and passes on what it says. A dialogue that Dify no longer knows is begun anew, once. A stream that ends before
 * the answer does is made good from what Dify has stored; the question is never asked twice.
 */
export async function* runApp(parts: RunParts): AsyncGenerator<AgentEvent> {
  const conversation = hasConversations(parts.facts.mode) ? parts.ask.conversation : undefined;
  const isGone = yield* attempt(parts, conversation, false);
  if (!isGone) return;
  parts.deps.log.info('dify conversation gone', { agent: parts.deps.name, conversation });
  yield* attempt(parts, undefined, true);
}

/** Answers whether nothing was done because the dialogue is gone. */
async function* attempt(
  parts: RunParts,
  conversation: string | undefined,
  forgotten: boolean,
): AsyncGenerator<AgentEvent, boolean> {
  const { config, deps, signal } = parts;
  const body = askBody(parts.facts, config, parts.ask, parts.files, conversation);
  const state = newState(parts, conversation, forgotten);
  const watchdog = new Watchdog(deps.clock, signal, config.idleTimeoutMs, config.totalTimeoutMs);
  if (conversation !== undefined) void probe(parts, conversation, watchdog);
  let ending: Ending = 'broken';
  try {
    const response = await ask(parts, body, watchdog);
    if (response === 'gone' && conversation !== undefined) return true;
    if (response === 'gone') throw new GatewayError('agent_failed', 'dify: a conversation nobody named is gone');
    ending = yield* listen(parts, state, watchdog, response);
  } finally {
    if (state.run.task !== undefined) parts.stoppers.delete(state.run.task);
    watchdog.close();
    if (ending !== 'over') watchdog.cut();
  }
  if (ending === 'gone') return true;
  if (state.conversationGone && conversation !== undefined && state.answer.raw === '') return true;
  yield* conclude(parts, state, ending);
  return false;
}

function newState(
  { api, config, ask, facts }: RunParts,
  conversation: string | undefined,
  forgotten: boolean,
): RunState {
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

async function ask(
  { api, config, facts, signal }: RunParts,
  body: object,
  watchdog: Watchdog,
): Promise<HttpResponse | 'gone'> {
  try {
    return await api.ask(facts.mode, body, config.idleTimeoutMs, watchdog.signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RefusedError && isConversationGone(error.refusal)) return 'gone';
    if (watchdog.verdict === 'gone') return 'gone';
    if (watchdog.verdict !== undefined) throw timedOut(watchdog.verdict);
    throw toAgentError(error, 'ask');
  }
}

/** Reads the stream to its end, or to where nothing more matters. */
async function* listen(
  parts: RunParts,
  state: RunState,
  watchdog: Watchdog,
  response: HttpResponse,
): AsyncGenerator<AgentEvent, Ending> {
  const reader = createSseReader((data) => {
    watchdog.touch();
    readEvent(state, data);
  });
  const pieces = response.stream()[Symbol.asyncIterator]();
  let isClosing = false;
  for (;;) {
    const hasMore = await nextPiece(pieces, reader);
    if (hasMore === undefined) return cutEnding(parts, state, watchdog);
    // Before anybody can know the task and stop it.
    enlist(parts, state, watchdog);
    for (const event of state.take()) yield event;
    if (state.phase === 'over') {
      void linger(pieces, watchdog, parts);
      return 'over';
    }
    if (!hasMore) return state.phase === 'closing' || state.stopped ? 'over' : 'ended-early';
    if (state.phase === 'closing' && !isClosing) watchdog.endAfter(LAST_EVENT_WAIT_MS, 'ended');
    isClosing = state.phase === 'closing';
  }
}

type Pieces = AsyncIterator<Uint8Array>;

/** Whether there may be more; undefined when the line is cut. */
async function nextPiece(pieces: Pieces, reader: ReturnType<typeof createSseReader>): Promise<boolean | undefined> {
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

function cutEnding({ signal }: RunParts, state: RunState, { verdict }: Watchdog): Ending {
  signal.throwIfAborted();
  if (verdict === 'gone') return 'gone';
  if (verdict === 'ended' || state.stopped || state.phase === 'closing') return 'over';
  return verdict === undefined ? 'broken' : 'idle';
}

function enlist({ stoppers }: RunParts, state: RunState, watchdog: Watchdog): void {
  const { task } = state.run;
  if (task === undefined || stoppers.has(task)) return;
  stoppers.set(task, () => {
    state.stopped = true;
    watchdog.endAfter(STOP_WAIT_MS, 'stopped');
  });
}

/** All is said; the response's own end frees its connection for the next question. */
async function linger(pieces: Pieces, watchdog: Watchdog, { deps }: RunParts): Promise<void> {
  const isRead = new AbortController();
  const cut = (): void => watchdog.cut();
  void deps.clock.sleep(LINGER_MS, isRead.signal).then(cut, () => undefined);
  try {
    while (!(await pieces.next()).done);
  } catch {
    // Cut; nothing of it was needed.
  } finally {
    isRead.abort();
  }
}

/** Releases 1.13 to 1.14.1 answer a question in an unknown conversation with pings for ever. */
async function probe({ api, ask, deps }: RunParts, conversation: string, watchdog: Watchdog): Promise<void> {
  try {
    await deps.clock.sleep(SILENCE_PROBE_MS, watchdog.closed);
    if (watchdog.hasHeard) return;
    await api.messages(conversation, ask.user, watchdog.closed);
  } catch (error) {
    if (error instanceof RefusedError && isConversationGone(error.refusal)) watchdog.end('gone');
  }
}

async function* conclude(parts: RunParts, state: RunState, ending: Ending): AsyncGenerator<AgentEvent> {
  if (ending !== 'over') return yield* makeGood(parts, state, ending);
  for (const event of state.finish()) yield event;
  if (state.failure) throw state.failure;
  const lacksEnd = hasConversations(parts.facts.mode) && !state.messageEnded && !state.isPaused && !state.stopped;
  if (lacksEnd && parts.facts.cites) yield* citeStored(parts, state.run);
  yield { kind: 'done', stopped: state.stopped };
}

/** Some releases never send the event that has the citations. */
async function* citeStored(parts: RunParts, run: AgentRun): AsyncGenerator<AgentEvent> {
  const stored = await lookUpUntil(parts, run, LAST_EVENT_WAIT_MS);
  if (stored.kind === 'finished' && stored.citations.length > 0)
    yield { kind: 'citations', citations: stored.citations };
}

/** The stream is gone, the run may not be. */
async function* makeGood(parts: RunParts, state: RunState, ending: Ending): AsyncGenerator<AgentEvent> {
  const stored = await lookUpUntil(parts, state.run, LOOK_UP_MS[ending]);
  if (stored.kind !== 'finished') {
    if (ending === 'idle') stopLate(parts, state.run);
    throw lostError(ending, stored);
  }
  parts.deps.log.info('dify answer recovered', { agent: parts.deps.name, ending, message: state.run.message });
  // What came over the wire may be longer: some releases cut links out of what they store.
  if (!state.answer.raw.startsWith(stored.raw)) state.replace(stored.raw);
  for (const file of stored.files) state.addFile(file);
  for (const event of state.finish()) yield event;
  if (stored.citations.length > 0) yield { kind: 'citations', citations: stored.citations };
  yield { kind: 'done', stopped: state.stopped };
}

/** How long a stored answer is waited for. A stream that ended in order was ended by the run's own end. */
const LOOK_UP_MS: Readonly<Record<Ending, number>> = {
  over: 0,
  gone: 0,
  idle: 0,
  'ended-early': LOOK_UP_ENDED_MS,
  broken: LOOK_UP_BROKEN_MS,
};

/** Looks again while the run goes on, at least once. What cannot be asked now is asked again too. */
async function lookUpUntil(
  { api, config, deps, facts, signal }: RunParts,
  run: AgentRun,
  budgetMs: number,
): Promise<StoredRun> {
  const endAt = deps.clock.now() + budgetMs;
  for (let look = 0; ; look++) {
    const now = deps.clock.now();
    const lookUp = { api, mode: facts.mode, outputKey: config.outputKey, now };
    const stored = await lookUpRun(lookUp, run, signal).catch((): StoredRun => ({ kind: 'running' }));
    signal.throwIfAborted();
    const waitMs = LOOK_UP_WAITS_MS[Math.min(look, LOOK_UP_WAITS_MS.length - 1)] ?? 0;
    if (stored.kind !== 'running' || deps.clock.now() + waitMs > endAt) return stored;
    await deps.clock.sleep(waitMs, signal);
  }
}

/** The person is told already; whether Dify hears of it changes nothing for her. */
function stopLate({ api, facts, deps }: RunParts, run: AgentRun): void {
  if (run.task === undefined) return;
  api.stop(facts.mode, run.task, run.user, AbortSignal.timeout(CALL_TIMEOUT_MS)).catch((error: unknown) => {
    deps.log.debug('dify run not stopped', { agent: deps.name, error: toAgentError(error, 'stop') });
  });
}

function timedOut(verdict: string): GatewayError {
  return new GatewayError('agent_timeout', `dify: the run was given up (${verdict})`);
}

function lostError(ending: Ending, stored: StoredRun): GatewayError {
  const codes: Partial<Record<Ending, FailureCode>> = { idle: 'agent_timeout', broken: 'agent_unavailable' };
  const code = stored.kind === 'running' && ending !== 'idle' ? 'agent_unavailable' : (codes[ending] ?? 'agent_failed');
  return new GatewayError(code, `dify: the stream was ${ending} and no answer is stored (${stored.kind})`);
}
