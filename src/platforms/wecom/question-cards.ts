import { GatewayError } from '../../core/errors.ts';
import type { SendKey } from '../../core/ids.ts';
import { type Choice, choiceKey, optionKey, type QuestionContent } from '../../core/push-question.ts';
import type { Json } from '../../lib/read.ts';
import { MAX_BUTTON_CHARS, MAX_OPTIONS, MAX_SELECTS, MAX_VOTES } from './limits.ts';

/** How much of a card's words is shown: an app's cards show more than a bot's. */
export interface CardRoom {
  readonly titleChars: number;
  readonly descChars: number;
  readonly textChars: number;
  readonly optionChars: number;
}

/** What becomes of a question here. */
type Shape =
  /** Buttons, and above them one choice at most. */
  | { readonly kind: 'buttons'; readonly select?: Choice }
  | { readonly kind: 'vote'; readonly choice: Choice }
  | { readonly kind: 'selects'; readonly choices: readonly Choice[] };

/**
 * A question as a card: buttons (`button_interaction`), one choice of one or several (`vote_interaction`), or up to three choices
 * (`multiple_interaction`).
 *
 * @param text - Plain words under the title; what does not fit has to be said before.
 * @param key - What a button brings back.
 * @throws {GatewayError} `platform_content_refused` for what no card of the vendor's can ask.
 * @see https://developer.work.weixin.qq.com/document/path/90236
 */
export function questionCard(
  question: QuestionContent,
  text: string,
  sendKey: SendKey,
  key: (index: number) => string,
  room: CardRoom,
): Json {
  const shape = shapeOf(question);
  const title = cut(question.title, room.titleChars);
  const task = { task_id: taskOf(sendKey) };
  const [first] = question.answers;
  const submit = { submit_button: { text: cut(first?.text ?? '', MAX_BUTTON_CHARS), key: key(0) } };
  switch (shape.kind) {
    case 'buttons':
      return {
        card_type: 'button_interaction',
        main_title: { title },
        ...(text !== '' && { sub_title_text: text }),
        ...task,
        ...(shape.select && { button_selection: selectOf(shape.select, 0, room) }),
        button_list: question.answers.map((answer, index) => ({
          type: 0,
          text: cut(answer.text, MAX_BUTTON_CHARS),
          style: index === 0 ? 1 : 2,
          key: key(index),
        })),
      };
    case 'vote':
      return {
        card_type: 'vote_interaction',
        main_title: { title, ...descOf(text) },
        ...task,
        checkbox: {
          question_key: choiceKey(0),
          mode: shape.choice.several === true ? 1 : 0,
          option_list: optionsOf(shape.choice, room),
        },
        ...submit,
      };
    case 'selects':
      return {
        card_type: 'multiple_interaction',
        main_title: { title, ...descOf(text) },
        ...task,
        select_list: shape.choices.map((choice, index) => selectOf(choice, index, room)),
        ...submit,
      };
  }
}

/** How many characters of plain words stand on the card itself. @throws {GatewayError} `platform_content_refused`. */
export function roomForText(question: QuestionContent, { textChars, descChars }: CardRoom): number {
  return shapeOf(question).kind === 'buttons' ? textChars : descChars;
}

/** The vendor's name of a card, unique in the app; it comes back with each press. */
export function taskOf(sendKey: SendKey): string {
  return sendKey.replace(/[^\w@-]/g, '_');
}

function shapeOf({ choices, answers }: QuestionContent): Shape {
  const [choice, ...more] = choices;
  if (!choice) return { kind: 'buttons' };
  const isShort = choices.every(({ options, several }) => several !== true && options.length <= MAX_OPTIONS);
  if (more.length === 0 && answers.length === 1 && choice.options.length <= MAX_VOTES) return { kind: 'vote', choice };
  if (more.length === 0 && isShort) return { kind: 'buttons', select: choice };
  if (answers.length === 1 && choices.length <= MAX_SELECTS && isShort) return { kind: 'selects', choices };
  throw new GatewayError(
    'platform_content_refused',
    'WeCom’s cards ask for one choice of up to 20 options under one button, for one of up to 10 above several buttons, or for up to three of 10 under one button; of several options more than one can be chosen only in the first',
  );
}

function selectOf(choice: Choice, index: number, room: CardRoom): Json {
  return {
    question_key: choiceKey(index),
    title: cut(choice.title, room.optionChars),
    option_list: optionsOf(choice, room),
  };
}

function optionsOf({ options }: Choice, { optionChars }: CardRoom): readonly Json[] {
  return options.map(({ text }, index) => ({ id: optionKey(index), text: cut(text, optionChars) }));
}

function descOf(text: string): Json {
  return text === '' ? {} : { desc: text };
}

function cut(words: string, maxChars: number): string {
  const characters = [...words.replace(/\s+/g, ' ').trim()];
  return characters.length <= maxChars ? characters.join('') : `${characters.slice(0, maxChars - 1).join('')}…`;
}
