import type { AgentEvent, AgentRun, AnswerFile, Citation, Rating, Thought } from '../core/agent.ts';
import { assertNever } from '../core/errors.ts';
import type { TurnId } from '../core/ids.ts';
import type { Lang } from '../core/lang.ts';
import type { ButtonName, Frame, FrameState } from '../core/reply.ts';

/** What stays the same in every frame of a turn. */
export interface FrameHead {
  readonly turn: TurnId;
  readonly lang: Lang;
  readonly title: () => string;
  readonly question?: string;
}

/** An answer as it grows: the agent's events folded into what a person is to see. */
export class Answer {
  readonly head: FrameHead;
  run: AgentRun | undefined;
  forgotten = false;
  stopped = false;
  citations: readonly Citation[] = [];
  readonly files: AnswerFile[] = [];
  #pieces: string[] = [];
  #text = '';
  readonly #thoughts = new Map<string, Thought>();

  constructor(head: FrameHead) {
    this.head = head;
  }

  /** The answer so far, in Markdown. */
  get text(): string {
    // Joined when somebody looks, not for every delta: a long answer has thousands of them.
    if (this.#pieces.length > 0) {
      this.#text += this.#pieces.join('');
      this.#pieces = [];
    }
    return this.#text;
  }

  set text(text: string) {
    this.#pieces = [];
    this.#text = text;
  }

  get hasText(): boolean {
    return this.#text !== '' || this.#pieces.length > 0;
  }

  /** Takes in one event. */
  add(event: AgentEvent): void {
    switch (event.kind) {
      case 'started':
        this.run = event.run;
        this.forgotten ||= event.forgotten;
        return;
      case 'text':
        if (event.delta !== '') this.#pieces.push(event.delta);
        return;
      case 'replaced':
        this.text = event.text;
        return;
      case 'thought':
        this.#think(event.thought);
        return;
      case 'citations':
        this.citations = event.citations;
        return;
      case 'file':
        this.files.push(event.file);
        return;
      case 'paused':
        this.text = this.text === '' ? event.text : `${this.text}\n\n${event.text}`;
        return;
      case 'done':
        this.stopped = event.stopped;
        break;
      case 'usage':
        break;
      default:
        assertNever(event);
    }
  }

  /** Ends the running steps, for a frame that nothing follows. */
  settle(): void {
    for (const thought of this.#thoughts.values()) {
      if (thought.state === 'running') this.#think({ ...thought, state: 'done' });
    }
  }

  #think(thought: Thought): void {
    this.#thoughts.set(thought.id, thought);
  }

  get thoughts(): readonly Thought[] {
    return [...this.#thoughts.values()];
  }
}

/** What distinguishes one frame of an answer from another. */
export interface FrameView {
  readonly state: FrameState;
  /** The piece of the answer that this message shows. */
  readonly text: string;
  readonly first: boolean;
  readonly last: boolean;
  readonly position?: number;
  readonly notice?: string;
  readonly suggested?: readonly string[];
  readonly rating?: Rating;
}

/** The frame of one message: the folded part stands on the first one, sources and buttons on the last one. */
export function frameOf(answer: Answer, view: FrameView): Frame {
  const { head } = answer;
  return {
    turn: head.turn,
    state: view.state,
    lang: head.lang,
    title: head.title(),
    answer: view.text,
    continues: !view.last,
    thoughts: view.first ? answer.thoughts : [],
    citations: view.last ? answer.citations : [],
    suggested: view.suggested ?? [],
    rating: view.rating ?? 'none',
    buttons: view.last ? buttonsFor(view.state) : [],
    ...(view.first && head.question !== undefined && { question: head.question }),
    ...(view.position !== undefined && { position: view.position }),
    ...(view.last && view.notice !== undefined && { notice: view.notice }),
  };
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
