import { hash } from 'node:crypto';
import type {
  AgentEvent,
  AgentRun,
  AnswerFile,
  Citation,
  Paused,
  Rating,
  Recovered,
  Telling,
  Thought,
} from '../core/agent.ts';
import { assertNever } from '../core/errors.ts';
import type { TurnId } from '../core/ids.ts';
import type { Lang } from '../core/lang.ts';
import type { ButtonName, Frame, FrameState } from '../core/reply.ts';
import type { Guard, GuardedStream } from '../guard/guard.ts';
import type { TextForm } from '../guard/hide.ts';
import { Restorer, type RestoringStream } from '../guard/restore.ts';
import type { Found } from '../guard/sweep.ts';
import { GrowingText } from '../lib/growing-text.ts';
import { withoutQuery } from '../lib/without-query.ts';
import { isPictureIn } from './file-links.ts';

/** What stays the same in every frame of a turn. */
export interface FrameHead {
  readonly turn: TurnId;
  readonly lang: Lang;
  readonly title: () => string;
  readonly question?: string;
  /** A sentence of ours that stands below the answer, also while it grows. */
  readonly note?: string;
}

/**
 * An answer as it grows: the agent's events folded into what a person is to see.
 *
 * What the agent says goes in here and comes out through the privacy guard only; then placeholders become what the person gave.
 */
export class Answer {
  readonly head: FrameHead;
  readonly guard: Guard;
  /** What placeholders of the agent's stand for, for the one who reads the answer; learnt before the agent is asked. */
  readonly restorer: Restorer;
  run: AgentRun | undefined;
  forgotten = false;
  stopped = false;
  /** The agent says that its work is done, whether it has said anything or not. */
  succeeded = false;
  /** What the agent waits for, with what it had said before: its length, and what tells it from another text. */
  paused: { readonly what: Paused; readonly said: Said } | undefined;
  /** What it has cost, as far as the agent tells. */
  tokens = 0;
  #citations: readonly Citation[] = [];
  readonly #files: AnswerFile[] = [];
  // Joined when somebody looks, not for every delta: a long answer has thousands of them.
  readonly #said = new GrowingText();
  /** The agent's own record of its text, while that is read instead: then nothing is in what is kept here. */
  #telling: Telling | undefined;
  #isTold = false;
  readonly #guarded: GuardedStream;
  readonly #restoring: RestoringStream;
  /** Made with the first: most answers have none. */
  #thoughts: Map<string, GuardedThought> | undefined;

  constructor(head: FrameHead, guard: Guard, restorer = new Restorer()) {
    this.head = head;
    this.guard = guard;
    this.restorer = restorer;
    this.#guarded = guard.stream({ form: 'markdown', lang: head.lang });
    this.#restoring = restorer.stream('markdown');
  }

  /**
   * The answer so far, in Markdown. While it grows its end is held back as long as it may be the start of something personal.
   *
   * @param isWhole - Nothing follows.
   */
  shown(isWhole: boolean): string {
    return this.#restoring.frame(this.#guarded.frame(this.#text, isWhole), isWhole);
  }

  /** How many values of each kind were kept back in the text, by its last look. */
  get kept(): Found {
    return this.#guarded.found;
  }

  get #text(): string {
    return this.#telling?.told ?? this.#said.value;
  }

  /** Reads the text from the agent's own record from now on; without effect once there is some. */
  readFrom(telling: Telling): void {
    if (!this.hasText) this.#telling = telling;
  }

  /** What the agent says from now on is not part of the answer. */
  keep(): void {
    if (this.#telling === undefined) return;
    this.#said.value = this.#telling.told;
    this.#telling = undefined;
  }

  /** Adds a block to the end. */
  append(block: string): void {
    this.keep();
    this.#said.push(this.hasText ? `\n\n${block}` : block);
  }

  /** Takes over what became of a run whose events were lost. */
  takeOver(found: Extract<Recovered, { kind: 'finished' }>): void {
    this.#replace(found.answer);
    this.#cite(found.citations);
    for (const file of found.files) this.#attach(file);
    if (found.tokens !== undefined) this.tokens = found.tokens;
    this.succeeded = found.succeeded === true;
  }

  /** Whether the text itself points to an address; each look at a file may be signed anew, so what follows a `?` does not count. */
  mentions(url: string): boolean {
    return this.#text.includes(withoutQuery(url));
  }

  /** Whether the text shows a file as a picture. */
  pictures({ kind, url }: AnswerFile): boolean {
    return kind === 'image' && isPictureIn(this.#text, url);
  }

  get citations(): readonly Citation[] {
    return this.#citations;
  }

  get files(): readonly AnswerFile[] {
    return this.#files;
  }

  #cite(citations: readonly Citation[]): void {
    this.#citations = citations.map(({ title, url }) => ({
      title: this.masked(title),
      ...(url !== undefined && { url: this.masked(url) }),
    }));
  }

  #attach(file: AnswerFile): void {
    this.#files.push({ ...file, name: this.masked(file.name, 'name') });
  }

  /** A short text of the agent's, or of whoever asked it. */
  masked(text: string, form: TextForm = 'plain'): string {
    return this.restorer.text(this.guard.mask(text, { form, lang: this.head.lang }).text, form);
  }

  get hasText(): boolean {
    return this.#telling === undefined ? this.#said.length > 0 : this.#isTold;
  }

  #replace(text: string): void {
    this.#telling = undefined;
    this.#said.value = text;
  }

  #hear(delta: string): void {
    if (this.#telling === undefined) this.#said.push(delta);
    else this.#isTold ||= delta !== '';
  }

  /** Takes in one event. */
  add(event: AgentEvent): void {
    switch (event.kind) {
      case 'started':
        this.run = event.run;
        this.forgotten ||= event.forgotten;
        return;
      case 'text':
        this.#hear(event.delta);
        return;
      case 'replaced':
        this.#replace(event.text);
        return;
      case 'thought':
        this.#think(event.thought);
        return;
      case 'citations':
        this.#cite(event.citations);
        return;
      case 'file':
        this.#attach(event.file);
        return;
      case 'paused':
        this.paused = { what: event, said: saidOf(this.#text) };
        this.append(event.text);
        return;
      case 'done':
        this.stopped = event.stopped;
        this.succeeded = event.succeeded === true;
        break;
      case 'usage':
        this.tokens = event.tokens;
        break;
      default:
        assertNever(event);
    }
  }

  /** Ends the running steps, for a frame that nothing follows. */
  settle(): void {
    for (const { thought } of this.#thoughts?.values() ?? []) {
      if (thought.state === 'running') this.#think({ ...thought, state: 'done' });
    }
  }

  #think(thought: Thought): void {
    this.#thoughts ??= new Map();
    const former = this.#thoughts.get(thought.id);
    const stream = former?.stream ?? this.guard.stream({ form: 'markdown', lang: this.head.lang });
    const restoring = former?.restoring ?? this.restorer.stream('markdown');
    this.#thoughts.set(thought.id, { thought, stream, restoring });
  }

  get thoughts(): readonly Thought[] {
    return [...(this.#thoughts?.values() ?? [])].map(({ thought, stream, restoring }) => {
      // The name of a tool or a step comes whole.
      if (thought.kind !== 'thinking') return { ...thought, text: this.masked(thought.text) };
      const isWhole = thought.state !== 'running';
      return { ...thought, text: restoring.frame(stream.frame(thought.text, isWhole), isWhole) };
    });
  }
}

/** A text by its length and its digest, for who goes on behind it. */
export interface Said {
  readonly chars: number;
  readonly digest: string;
}

function saidOf(text: string): Said {
  return { chars: text.length, digest: hash('sha256', text, 'base64url') };
}

/** What a text says behind what was said before; all of it where it does not begin so. */
export function behind({ chars, digest }: Said, text: string): string {
  return saidOf(text.slice(0, chars)).digest === digest ? text.slice(chars).trim() : text;
}

/** A thought with what makes it fit to be shown while it grows. */
interface GuardedThought {
  readonly thought: Thought;
  readonly stream: GuardedStream;
  readonly restoring: RestoringStream;
}

/** What distinguishes one frame of an answer from another. */
export interface FrameView {
  readonly state: FrameState;
  /** The piece of the answer, as {@link Answer.shown} gives it, that this message shows. */
  readonly text: string;
  readonly first: boolean;
  readonly last: boolean;
  readonly position?: number;
  readonly notice?: string;
  readonly rating?: Rating;
}

/** The frame of one message: the folded part stands on the first one, sources and buttons on the last one. */
export function frameOf(answer: Answer, view: FrameView): Frame {
  const { head } = answer;
  return {
    turn: head.turn,
    state: view.state,
    lang: head.lang,
    title: answer.masked(head.title()),
    answer: view.text,
    continues: !view.last,
    thoughts: view.first ? thoughtsIn(answer, view) : [],
    citations: view.last ? answer.citations : [],
    suggested: [],
    rating: view.rating ?? 'none',
    buttons: view.last ? buttonsFor(view.state) : [],
    ...(view.first && head.question !== undefined && { question: answer.masked(head.question) }),
    ...(view.position !== undefined && { position: view.position }),
    ...noticeIn(answer, view),
  };
}

/** A message whose answer goes on in the next one is whole: what the agent does from now on shows there no more. */
function thoughtsIn(answer: Answer, { last }: FrameView): readonly Thought[] {
  if (last) return answer.thoughts;
  return answer.thoughts.map((thought) => (thought.state === 'running' ? { ...thought, state: 'done' } : thought));
}

function noticeIn(answer: Answer, view: FrameView): Pick<Frame, 'notice'> {
  const note = view.state === 'stopped' || view.state === 'failed' ? undefined : answer.head.note;
  const sentences = [note, view.notice].filter((sentence) => sentence !== undefined);
  if (!view.last || sentences.length === 0) return {};
  return { notice: answer.masked(sentences.join('\n\n'), 'markdown') };
}

function buttonsFor(state: FrameState): readonly ButtonName[] {
  switch (state) {
    case 'queued':
    case 'thinking':
    case 'answering':
      return ['stop'];
    case 'done':
      return ['up', 'down', 'regenerate'];
    case 'stopped':
    case 'failed':
      return ['regenerate'];
    default:
      return assertNever(state);
  }
}
