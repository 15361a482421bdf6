import type { AgentEvent, AgentRun } from '../core/agent.ts';
import { frameOf } from '../replies/answer.ts';
import type { MakeFrame } from '../replies/growing-reply.ts';
import { partAt } from '../replies/split.ts';
import type { AnswerStream } from './answer-stream.ts';
import type { PipelineParts } from './parts.ts';
import type { TurnContext } from './turn-context.ts';

const SAVED = Promise.resolve();

/**
 * Decides when the person is shown something of an answer.
 *
 * Nothing is shown of one that is complete before its first frame was due: it goes out as one message. The first frame is due with the
 * first text (once all that came with it is read), or when the agent has been silent for `firstFrameMs`.
 */
export class AnswerView {
  readonly #context: TurnContext;
  readonly #stream: AnswerStream;
  readonly #parts: PipelineParts;
  #ended = false;
  #position: number | undefined;
  #runSaved: AgentRun | undefined;
  #saving: Promise<void> = SAVED;
  #looksSoon = false;
  #loading: NodeJS.Timeout | undefined;

  constructor(context: TurnContext, stream: AnswerStream, parts: PipelineParts) {
    this.#context = context;
    this.#stream = stream;
    this.#parts = parts;
    this.#loading = setTimeout(() => {
      this.#loading = undefined;
      this.#show();
    }, parts.options.firstFrameMs);
  }

  queued(position: number): void {
    this.#parts.tracer.step(this.#stream.trace, 'queued', { position });
    this.#position = position;
    if (this.#stream.live.open) this.#show();
  }

  asked(): void {
    this.#parts.tracer.step(this.#stream.trace, 'asked');
    const waited = this.#position !== undefined;
    this.#position = undefined;
    if (waited && this.#stream.live.open) this.#show();
  }

  changed(event: AgentEvent): void {
    if (event.kind === 'usage' || event.kind === 'done') return;
    const { answer, live } = this.#stream;
    if (live.open && answer.run === this.#runSaved) return live.offer(this.#make);
    if (this.#looksSoon) return;
    this.#looksSoon = true;
    // Everything that arrived in the same packet is read before this runs.
    setImmediate(() => {
      this.#looksSoon = false;
      if (answer.hasText || live.open) this.#show();
      else if (!this.#ended) this.#saveRun();
    });
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#loading);
    // A look that was to come soon is left to run into nothing: to take an immediate back costs more than that.
  }

  #show(): void {
    if (this.#ended) return;
    this.#saveRun();
    // Shown only after the agent's ids are stored: from then on a restart finds this answer instead of asking again.
    this.#saving.then(
      () => !this.#ended && this.#stream.live.offer(this.#make),
      () => undefined,
    );
  }

  #saveRun(): void {
    const { run } = this.#stream.answer;
    if (run === undefined || run === this.#runSaved) return;
    this.#runSaved = run;
    const { turn, holder } = this.#context;
    this.#saving = this.#saving.then(() => this.#parts.store.turns.saveRun(turn.id, holder, run));
    this.#saving.catch((error: unknown) => this.#stream.control.fail(error));
  }

  readonly #make: MakeFrame = (part) => {
    const { answer } = this.#stream;
    const position = this.#position;
    const { text, last } = partAt(answer.shown(false), part, this.#context.platform.can.maxAnswerBytes);
    const state = position !== undefined ? 'queued' : text === '' ? 'thinking' : 'answering';
    return frameOf(answer, {
      state: last ? state : 'done',
      text,
      first: part === 0,
      last,
      ...(position !== undefined && { position }),
    });
  };
}
