import type { ReplyAddress } from '../../core/event.ts';
import { id, type SendKey, type TurnId } from '../../core/ids.ts';
import type { Lang } from '../../core/lang.ts';
import type { ButtonName, ButtonValue, Frame } from '../../core/reply.ts';
import { type Json, textAt } from '../../lib/read.ts';
import { type LabelKey, label } from './labels.ts';
import { MAX_BUTTON_CHARS, MAX_SUGGESTED } from './limits.ts';

export type Place = ReplyAddress['kind'];

/** A button as the vendor's public template draws it; own templates get the same list. */
export interface CardButton {
  readonly text: string;
  readonly color: 'blue' | 'gray';
  /** Comes back when it is pressed; all that we know of it then. */
  readonly id: string;
  readonly request: true;
}

const ACTS: ReadonlySet<string> = new Set(['up', 'down', 'regenerate', 'stop', 'ask']);
/** What sends the answer to a pushed question; behind it stands the push, not a turn. */
const ANSWER = 'answer';

/** The buttons below an answer: what one may ask next, then what one may do with the answer. */
export function buttonsOf(
  frame: Pick<Frame, 'turn' | 'lang' | 'suggested' | 'buttons' | 'rating'>,
  place: Place,
): readonly CardButton[] {
  return [
    ...suggestedButtons(frame.suggested, frame.turn, place),
    ...frame.buttons.map((name) => actButton(name, frame, place)),
  ];
}

export function suggestedButtons(suggested: readonly string[], turn: TurnId, place: Place): readonly CardButton[] {
  return suggested
    .slice(0, MAX_SUGGESTED)
    .map((question, index) => button(question, 'blue', { act: 'ask', turn, index }, place));
}

function actButton(name: ButtonName, frame: Pick<Frame, 'turn' | 'lang' | 'rating'>, place: Place): CardButton {
  const pressed = name === frame.rating;
  return button(wordsOf(name, frame.lang, pressed), pressed ? 'blue' : 'gray', { act: name, turn: frame.turn }, place);
}

function wordsOf(name: ButtonName, lang: Lang, pressed: boolean): string {
  const key: LabelKey = pressed && name === 'up' ? 'upPressed' : pressed && name === 'down' ? 'downPressed' : name;
  return label(lang, key);
}

function button(text: string, color: CardButton['color'], value: ButtonValue, place: Place): CardButton {
  const last = value.index === undefined ? '' : `.${value.index}`;
  return { text: shortened(text), color, id: `${value.act}.${place}.${value.turn}${last}`, request: true };
}

/** The buttons of a pushed question. @param key - Of its message, by which an answer finds it. */
export function answerButtons(
  answers: readonly { readonly text: string }[],
  key: SendKey,
  place: Place,
): readonly CardButton[] {
  return answers.map(({ text }, index) => ({
    text: shortened(text),
    color: index === 0 ? 'blue' : 'gray',
    id: `${ANSWER}.${place}.${key}.${index}`,
    request: true,
  }));
}

/** As much as a button shows. */
export function shortened(text: string, most = MAX_BUTTON_CHARS): string {
  const characters = [...text.replace(/\s+/g, ' ').trim()];
  if (characters.length <= most) return characters.join('');
  return `${characters.slice(0, most - 1).join('')}…`;
}

/** What a pressed button says; `value` is left as it came when it is none of ours. */
export function readButton(
  ids: readonly unknown[],
  params: Json,
): { readonly value: unknown; readonly place: Place | undefined } {
  const named = [...ids, textAt(params, 'id'), textAt(params, 'actionId')];
  for (const given of named) {
    const [act = '', place = '', turn = '', index, ...rest] = typeof given === 'string' ? given.split('.') : [];
    const isPlace = place === 'direct' || place === 'group';
    if (act === ANSWER && isPlace && index !== undefined && rest.length === 0)
      return { value: { act, push: turn, index: Number(index) }, place };
    if (!ACTS.has(act) || !isPlace || turn === '' || rest.length > 0) continue;
    const value = { act, turn: id<TurnId>(turn), ...(index !== undefined && { index: Number(index) }) };
    return { value, place };
  }
  return { value: params, place: undefined };
}
