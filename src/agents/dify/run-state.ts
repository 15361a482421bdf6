import type { AgentEvent, AgentForm, AgentRun, AnswerFile, Thought } from '../../core/agent.ts';
import type { GatewayError } from '../../core/errors.ts';
import type { Lang } from '../../core/lang.ts';
import { AnswerText, type Change } from './answer.ts';
import { runFailedError } from './errors.ts';
import { MAX_STEPS } from './limits.ts';
import { answerOf, fileKey, filesIn, readCitations, readFile } from './results.ts';
import { type Fields, fieldsOf, listOf, numberOf, textOf, wordOf } from './values.ts';

export interface RunOptions {
  readonly user: string;
  readonly lang: Lang;
  /** Whose files addresses without a host are. */
  readonly host: string;
  /** The dialogue that was to go on. */
  readonly conversation?: string;
  /** The dialogue that was to go on is known to be gone. */
  readonly forgotten: boolean;
  /** The whole answer is in the outputs of the run's end. */
  readonly isWorkflow: boolean;
  readonly outputKey?: string;
}

/**
 * How far a run has come.
 * - open: more may come. Left by any of the last events.
 * - closing: one of two last events has come; releases differ in which comes, and in which order.
 * - over: nothing that follows matters.
 */
export type RunPhase = 'open' | 'closing' | 'over';

/** What one run has said and where it stands. No network, no clock; `events.ts` tells it what came over the wire. */
export class RunState {
  /** Why the run failed, once it has. */
  failure: GatewayError | undefined;
  /** It failed because the dialogue that was to go on is gone. */
  conversationGone = false;
  /** It ended because somebody stopped it. */
  stopped = false;
  /** It is a flow that has come to its end: asked again, it would do its work again. */
  succeeded = false;
  messageEnded = false;
  /** It waits for a person. */
  isPaused = false;
  readonly answer: AnswerText;
  readonly #options: RunOptions;
  readonly #run: { -readonly [Key in keyof AgentRun]: AgentRun[Key] };
  #out: AgentEvent[] = [];
  #text = '';
  #started = false;
  #isFlow = false;
  #flowEnded = false;
  #saidByAgent = false;
  #counted = false;
  #reasoned = '';
  // Made with the first of each: most answers have none.
  #thoughts: Map<string, Thought> | undefined;
  #files: Set<string> | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#run = { user: options.user };
    this.answer = new AnswerText(options.host);
  }

  get run(): AgentRun {
    return this.#run;
  }

  get phase(): RunPhase {
    if (this.failure || this.isPaused) return 'over';
    if (this.#options.isWorkflow) return this.#flowEnded ? 'over' : 'open';
    if (this.messageEnded) return this.#isFlow && !this.#flowEnded ? 'closing' : 'over';
    return this.#flowEnded ? 'closing' : 'open';
  }

  /** What has been said since the last time; text in one piece. */
  take(): readonly AgentEvent[] {
    this.#tellReasoning();
    this.#flushText();
    if (this.#out.length === 0) return NOTHING;
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /** Nothing more comes: gives out what was held back and closes what is still running. */
  finish(): readonly AgentEvent[] {
    this.#change(this.answer.end());
    this.#tellReasoning();
    for (const thought of this.#thoughts?.values() ?? []) {
      if (thought.state === 'running') this.think({ ...thought, state: this.failure ? 'failed' : 'done' });
    }
    return this.take();
  }

  /** Any event may be the first that has an id. */
  identify(event: Fields): void {
    this.#note('conversation', event['conversation_id']);
    this.#note('message', event['message_id']);
    this.#note('workflow', event['workflow_run_id']);
    this.#note('task', event['task_id']);
    if (this.#started || this.#run.task === undefined) return;
    this.#started = true;
    this.#emit({ kind: 'started', run: { ...this.#run }, forgotten: this.#isForgotten() });
  }

  /** The run was found without a word of its stream. */
  adopt(run: AgentRun): void {
    Object.assign(this.#run, run);
    this.#started = true;
    this.#emit({ kind: 'started', run: { ...this.#run }, forgotten: this.#isForgotten() });
  }

  say(delta: string): void {
    if (delta !== '') this.#change(this.answer.add(delta));
  }

  replace(whole: string): void {
    if (whole !== this.answer.raw) this.#change(this.answer.replace(whole));
  }

  /** In an app of the New Agent kind the pieces come first, under another name, then one message with all of it. */
  sayMessage(text: string): void {
    if (this.#saidByAgent) this.replace(text);
    else this.say(text);
  }

  sayAgentMessage(text: string): void {
    this.#saidByAgent = true;
    this.say(text);
  }

  think(thought: Thought): void {
    const former = this.#thoughts?.get(thought.id);
    if (former?.state === thought.state && former.text === thought.text) return;
    this.#thoughts ??= new Map();
    this.#thoughts.set(thought.id, thought);
    this.#emit({ kind: 'thought', thought });
  }

  /** Reasoning that comes apart from the answer, in pieces. */
  reason(id: string, delta: string, isFinal: boolean): void {
    const text = (this.#thoughts?.get(id)?.text ?? '') + delta;
    if (text.trim() !== '') this.think({ id, kind: 'thinking', text, state: isFinal ? 'done' : 'running' });
  }

  step(id: string, title: string): void {
    const isShown = title !== '' && ((this.#thoughts?.size ?? 0) < MAX_STEPS || this.#thoughts?.has(id) === true);
    if (isShown) this.think({ id, kind: 'step', text: title, state: 'running' });
  }

  stepFinished(id: string): void {
    const step = this.#thoughts?.get(id);
    if (step) this.think({ ...step, state: 'done' });
  }

  toolLabel(labels: Fields, tool: string): string {
    const label = fieldsOf(labels[tool]);
    return wordOf(label[this.#options.lang === 'zh' ? 'zh_Hans' : 'en_US']) ?? tool;
  }

  file(entry: unknown): void {
    const file = readFile(entry, this.#options.host);
    if (file) this.addFile(file);
  }

  /** The same file may be told of several times. */
  addFile(file: AnswerFile): void {
    if (this.#files?.has(fileKey(file))) return;
    this.#files ??= new Set();
    this.#files.add(fileKey(file));
    this.#emit({ kind: 'file', file });
  }

  cite(resources: unknown): void {
    const citations = readCitations(resources);
    if (citations.length > 0) this.#emit({ kind: 'citations', citations });
  }

  count(tokens: unknown): void {
    const number = numberOf(tokens) ?? 0;
    if (this.#counted || number <= 0) return;
    this.#counted = true;
    this.#emit({ kind: 'usage', tokens: number });
  }

  flowStarted(): void {
    this.#isFlow = true;
  }

  flowFinished(data: Fields): void {
    this.#isFlow = true;
    this.#flowEnded = true;
    if (data['status'] === 'failed') this.failure = runFailedError(textOf(data['error']));
    if (data['status'] === 'stopped') this.stopped = true;
    this.succeeded = data['status'] === 'succeeded' || data['status'] === 'partial-succeeded';
    if (this.#options.isWorkflow && !this.failure) this.#takeOutputs(data['outputs']);
    for (const file of listOf(data['files'])) this.file(file);
    this.count(data['total_tokens']);
  }

  asksPerson(text: string, form: AgentForm | undefined): void {
    this.#emit({ kind: 'paused', text, ...(form && { form }) });
  }

  pause(): void {
    this.isPaused = true;
  }

  #takeOutputs(outputs: unknown): void {
    const text = answerOf(outputs, this.#options.outputKey);
    if (this.answer.raw === '') this.say(text);
    // What streamed may have been several outputs; the operator wants this one.
    else if (this.#options.outputKey !== undefined && text !== '') this.replace(text);
    for (const file of filesIn(outputs, this.#options.host)) this.addFile(file);
  }

  #note(name: Exclude<keyof AgentRun, 'user'>, value: unknown): void {
    if (this.#run[name] !== undefined) return;
    const id = wordOf(value);
    if (id !== undefined) this.#run[name] = id;
  }

  /** Release 1.14.2 begins a new dialogue in silence. */
  #isForgotten(): boolean {
    const { conversation, forgotten } = this.#options;
    return (
      forgotten ||
      (conversation !== undefined && this.#run.conversation !== undefined && conversation !== this.#run.conversation)
    );
  }

  #change({ text, replaces }: Change): void {
    if (!replaces) {
      this.#text += text;
      return;
    }
    this.#text = '';
    this.#out.push({ kind: 'replaced', text });
  }

  #tellReasoning(): void {
    const { reasoning, thinking } = this.answer;
    const state = thinking ? 'running' : 'done';
    const former = this.#thoughts?.get(REASONING);
    if (reasoning === this.#reasoned && (former === undefined || former.state === state)) return;
    this.#reasoned = reasoning;
    if (former || reasoning.trim() !== '')
      this.think({ id: REASONING, kind: 'thinking', text: reasoning.trim(), state });
  }

  #emit(event: AgentEvent): void {
    this.#flushText();
    this.#out.push(event);
  }

  #flushText(): void {
    if (this.#text === '') return;
    const delta = this.#text;
    this.#text = '';
    this.#out.push({ kind: 'text', delta });
  }
}

const NOTHING: readonly AgentEvent[] = [];
const REASONING = 'reasoning';
