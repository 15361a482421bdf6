import type { AnswerFile, Citation, Rating, Thought } from './agent.ts';
import type { FailureCode } from './errors.ts';
import type { ReplyAddress } from './event.ts';
import { id, type MessageId, type SendKey, type TurnId } from './ids.ts';
import type { Lang } from './lang.ts';
import type { QuestionContent } from './push-question.ts';

/**
 * A reply is always in one of these states.
 * - queued: the agent is busy with others; `position` says how many are before. Left when it is this turn's time.
 * - thinking: asked, no text yet. Left by the first text.
 * - answering: text grows. Left by the end of the run.
 * - done, stopped, failed: final; nothing follows.
 */
export type FrameState = 'queued' | 'thinking' | 'answering' | 'done' | 'stopped' | 'failed';

/** A reply's whole content so far. Each frame replaces the former; only the final one must arrive. */
export interface Frame {
  readonly turn: TurnId;
  readonly state: FrameState;
  readonly lang: Lang;
  /** Who answers, for the header. */
  readonly title: string;
  /** Place in the line while `queued`, from 1. */
  readonly position?: number;
  /** The question, shortened; shown where several people ask (groups). */
  readonly question?: string;
  /** Markdown (CommonMark with tables), the part of the answer that this message shows. */
  readonly answer: string;
  /** This message goes on in another one. */
  readonly continues?: boolean;
  readonly thoughts: readonly Thought[];
  readonly citations: readonly Citation[];
  readonly suggested: readonly string[];
  readonly rating: Rating;
  /** A sentence of ours below the answer (a dialogue that began anew, a failure with its reference code). */
  readonly notice?: string;
  /** Which buttons make sense: stop while running, feedback and regenerate after. */
  readonly buttons: readonly ButtonName[];
}

export type ButtonName = 'up' | 'down' | 'regenerate' | 'stop';

/** What a button or a suggested question of ours carries; the far side can forge it, so the turn is looked up. */
export interface ButtonValue {
  readonly act: ButtonName | 'ask';
  readonly turn: TurnId;
  /** For `ask`: which of the turn's suggested questions, from 0. */
  readonly index?: number;
}

export function isFinal(frame: Frame): boolean {
  return frame.state === 'done' || frame.state === 'stopped' || frame.state === 'failed';
}

/** One message to a vendor, in our own form. */
export type OutboundMessage = { readonly to: ReplyAddress; readonly key: SendKey } & (
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** A sentence of ours, in Markdown, with questions one may press (a welcome, a refusal, a command's answer). */
  | {
      readonly kind: 'notice';
      readonly text: string;
      readonly lang: Lang;
      readonly turn?: TurnId;
      readonly suggested?: readonly string[];
    }
  | { readonly kind: 'file'; readonly file: AnswerFile; readonly lang: Lang }
);

export type MessageOf<Kind extends OutboundMessage['kind']> = OutboundMessage & { readonly kind: Kind };

/** A message that is at the vendor's, or on its way there; enough to go on with it after a restart. */
export interface Sent {
  /** Absent until the vendor has told it. */
  readonly message?: MessageId;
  /** The adapter's own notes (a card's id, its sequence); plain JSON. */
  readonly handle: Readonly<Record<string, unknown>>;
  /** Shortest pause before the next update of this message, in milliseconds. */
  readonly minUpdateIntervalMs: number;
  /** The vendor knows it by a key of ours whenever it is sent again, also where it takes none for other messages. */
  readonly keyed?: true;
  /** How many tries were in doubt before it was given up to be known by a key; those put nothing on the screen. */
  readonly settledDoubts?: number;
  /** Of several receivers of a push those whom it does not reach, by their ids. */
  readonly refused?: Readonly<Record<string, FailureCode>>;
}

/** A message that stands as it is: nothing of it is ever updated. @param message - The vendor's id of it, where it gave one. */
export function sentWhole(message: string | undefined, handle: Sent['handle'] = {}): Sent {
  const known = message !== undefined && message !== '';
  return { ...(known && { message: id(message) }), handle, minUpdateIntervalMs: Number.MAX_SAFE_INTEGER };
}

/** What the person sees who pressed a button, at once. */
export interface ActionAnswer {
  readonly toast?: {
    readonly kind: 'info' | 'success' | 'warning' | 'error';
    readonly text: string;
    readonly lang: Lang;
  };
  /** The message's new look. */
  readonly frame?: Frame;
  /** A pushed question with what this person has answered: it can be pressed no more. */
  readonly answered?: AnsweredQuestion;
}

export interface AnsweredQuestion {
  readonly question: QuestionContent;
  readonly words: string;
  readonly lang: Lang;
  /** Others answer on the very same message: it stays as it is for them. */
  readonly forAll: boolean;
}
