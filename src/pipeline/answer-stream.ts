import type { Traced } from '../core/tracer.ts';
import type { Answer } from '../replies/answer.ts';
import type { GrowingReply } from '../replies/growing-reply.ts';
import type { TurnControl } from './turn-control.ts';

/** An answer on its way: what it is so far, the message that shows it, and how it can be ended. */
export interface AnswerStream {
  readonly answer: Answer;
  readonly live: GrowingReply;
  readonly control: TurnControl;
  readonly trace: Traced;
}
