import type { AccountId, ChannelName, SendKey } from './ids.ts';
import { id } from './ids.ts';
import type { Mentions } from './mentions.ts';

/*
 * A push can ask: people choose, press, and whoever pushed hears of it. Each receiver answers once.
 */

export interface QuestionContent {
  readonly kind: 'question';
  readonly title: string;
  /** Markdown; may be empty. */
  readonly text: string;
  /** What is chosen before a button is pressed; may be none. */
  readonly choices: readonly Choice[];
  /** The buttons that send it. */
  readonly answers: readonly AnswerButton[];
  readonly mentions?: Mentions;
}

export interface Choice {
  /** The asker's name for it; unique in the question. */
  readonly name: string;
  readonly title: string;
  readonly options: readonly ChoiceOption[];
  /** Whether more than one may be chosen. */
  readonly several?: boolean;
}

export interface ChoiceOption {
  /** The asker's; unique in the choice. */
  readonly id: string;
  readonly text: string;
}

export interface AnswerButton {
  /** The asker's; unique in the question. */
  readonly id: string;
  readonly text: string;
}

/** How much a pusher lets people answer: only buttons, or choices too. */
export type Asks = 'buttons' | 'choices';

/** What somebody has answered, by the asker's names. */
export interface GivenAnswer {
  readonly button: string;
  /** By the choice's name the ids of what was chosen. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
}

/** An answer as it is kept. */
export interface PushAnswer extends GivenAnswer {
  readonly channel: ChannelName;
  readonly account: AccountId;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Whoever asked knows it. */
  readonly handled: boolean;
}

/** Something that pushes ask for: what happens when somebody answers. */
export interface PushPurpose {
  readonly name: string;
  /**
   * Called once for each answer. What it throws is tried again; after a crash while it runs it is called again, so it has to be safe to
   * run twice.
   */
  answered(answer: AnsweredPush, signal: AbortSignal): Promise<void>;
}

export interface AnsweredPush {
  /** The asker's key of the push. */
  readonly key: string;
  /** What the asker wanted to remember. */
  readonly subject: unknown;
  readonly answer: PushAnswer;
  readonly question: QuestionContent;
}

/** What a button of a question carries; the far side can forge it, so the push is looked up. */
export interface AnswerValue {
  readonly act: 'answer';
  /** Of the message that the button stands under. */
  readonly push: SendKey;
  /** Which button, from 0. */
  readonly index: number;
}

/** @returns Undefined for what is none of ours. */
export function parseAnswerValue(value: unknown): AnswerValue | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { act, push, index } = value as Record<string, unknown>;
  if (act !== 'answer' || typeof push !== 'string' || push.length > 64 || !Number.isInteger(index)) return undefined;
  return { act, push: id(push), index: Number(index) };
}

/** Names of a choice and of an option on a card: the asker's own may have characters that a vendor does not take. */
export const choiceKey = (index: number): string => `q${index}`;
export const optionKey = (index: number): string => `o${index}`;

/**
 * What a press says in the asker's names: what the question does not offer is left out.
 *
 * @param form - By {@link choiceKey} one {@link optionKey} or several.
 * @returns Undefined where there is no such button.
 */
export function readGiven(
  question: QuestionContent,
  index: number,
  form: Readonly<Record<string, unknown>> = {},
): GivenAnswer | undefined {
  const button = question.answers[index];
  if (!button) return undefined;
  const choices = question.choices.map((choice, at): [string, readonly string[]] => {
    const said = form[choiceKey(at)];
    const keys: readonly unknown[] = Array.isArray(said) ? said : [said];
    const chosen = choice.options.filter((_, option) => keys.includes(optionKey(option))).map((option) => option.id);
    return [choice.name, choice.several === true ? chosen : chosen.slice(0, 1)];
  });
  return { button: button.id, choices: Object.fromEntries(choices) };
}

/** An answer in the words of its question: `Approve · Priority: high`. */
export function wordsOfAnswer(question: QuestionContent, { button, choices }: GivenAnswer): string {
  const chosen = question.choices.flatMap(({ name, title, options }) => {
    const words = options.filter(({ id: option }) => choices[name]?.includes(option) === true).map(({ text }) => text);
    return words.length === 0 ? [] : [title === '' ? words.join('、') : `${title}: ${words.join('、')}`];
  });
  const pressed = question.answers.find((one) => one.id === button)?.text ?? button;
  return [pressed, ...chosen].join(' · ');
}
