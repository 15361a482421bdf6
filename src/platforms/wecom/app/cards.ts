import { id, type SendKey, type TurnId } from '../../../core/ids.ts';
import type { Lang } from '../../../core/lang.ts';
import type { ButtonName, ButtonValue, Frame } from '../../../core/reply.ts';
import type { Json } from '../../../lib/read.ts';
import { MAX_BUTTON_CHARS, MAX_BUTTONS } from '../limits.ts';
import { type LabelKey, label } from './labels.ts';
import { MAX_CARD_SOURCE_CHARS, MAX_CARD_TEXT_CHARS, MAX_CARD_TITLE_CHARS } from './limits.ts';

/** What a card asks about: an answer, or only which question comes next. */
export interface CardContent {
  readonly turn: TurnId;
  readonly lang: Lang;
  readonly title?: string;
  /** What the card itself says; by default what its buttons are for. */
  readonly heading?: string;
  readonly buttons: readonly ButtonName[];
  readonly suggested: readonly string[];
  readonly rating: Frame['rating'];
}

interface Button {
  readonly text: string;
  readonly style: number;
  readonly key: string;
}

/** A button's colours (D:90236). */
const PLAIN = 2;
const PRESSED = 1;

/**
 * The card with the buttons of an answer: a message of its own, for an answer's words go as text.
 *
 * @param taskId - Unique in the app: the vendor takes no second card under it, and a changed card keeps it.
 * @returns undefined when there is nothing to press.
 * @see https://developer.work.weixin.qq.com/document/path/90236 (`button_interaction`)
 */
export function buttonCard(content: CardContent, taskId: string): Json | undefined {
  const own = content.buttons.map((name) => ownButton(name, content));
  const asked = content.suggested.slice(0, MAX_BUTTONS - own.length);
  const buttons = [...own, ...questionButtons(asked, content)];
  if (buttons.length === 0) return undefined;
  return {
    card_type: 'button_interaction',
    ...(content.title !== undefined && { source: { desc: cut(content.title, MAX_CARD_SOURCE_CHARS) } }),
    main_title: { title: content.heading ?? label(content.lang, titleOf(content)) },
    ...listed(asked),
    task_id: taskId,
    button_list: buttons.map(({ text, style, key }) => ({ type: 0, text, style, key })),
  };
}

/** Whether a text can stand at the head of a card, so that no message of its own is needed for it. */
export function fitsCard(text: string): boolean {
  return [...text].length <= MAX_CARD_TITLE_CHARS && !/[\n*`[\]]/.test(text);
}

function titleOf({ buttons }: CardContent): LabelKey {
  if (buttons.includes('up')) return 'wasHelpful';
  return buttons.length > 0 ? 'tryAgain' : 'askNext';
}

function ownButton(name: ButtonName, { lang, rating, turn }: CardContent): Button {
  const pressed = name === rating;
  const text = pressed && (name === 'up' || name === 'down') ? label(lang, `${name}Pressed`) : label(lang, name);
  return { text, style: pressed ? PRESSED : PLAIN, key: writeKey({ act: name, turn }) };
}

/** Short questions stand on their buttons; when one is longer all are listed above and the buttons say which. */
function questionButtons(asked: readonly string[], { lang, turn }: CardContent): readonly Button[] {
  const short = areShort(asked);
  return asked.map((question, index) => ({
    text: short ? question : label(lang, 'ask', { n: index + 1 }),
    style: PLAIN,
    key: writeKey({ act: 'ask', turn, index }),
  }));
}

function areShort(asked: readonly string[]): boolean {
  return asked.every((question) => [...question].length <= MAX_BUTTON_CHARS);
}

function listed(asked: readonly string[]): { sub_title_text?: string } {
  if (asked.length === 0 || areShort(asked)) return {};
  const room = Math.floor(MAX_CARD_TEXT_CHARS / asked.length) - 4;
  return { sub_title_text: asked.map((question, i) => `${i + 1}. ${cut(question, room)}`).join('\n') };
}

function cut(text: string, maxChars: number): string {
  const characters = [...text.replace(/\s+/g, ' ').trim()];
  return characters.length <= maxChars ? characters.join('') : `${characters.slice(0, maxChars - 1).join('')}…`;
}

/** What a button carries, as the text that the vendor gives back. */
function writeKey({ act, turn, index }: ButtonValue): string {
  return index === undefined ? `${act}:${turn}` : `${act}:${turn}:${index}`;
}

/** The same for a button of a pushed question. */
export function writeAnswerKey(push: SendKey, index: number): string {
  return `answer:${push}:${index}`;
}

/** What came back, in our own form; whatever it is, the pipeline looks the turn, or the push, up. */
export function readKey(key: string): unknown {
  const [act, turn, index] = key.split(':');
  if (act === 'answer') return { act, push: turn, index: Number(index) };
  if (turn === undefined) return { act };
  const value = { act, turn: id<TurnId>(turn) };
  return index === undefined ? value : { ...value, index: Number(index) };
}

/** The pressed button with other words on it; the vendor greys the others out. */
export function replacedButton(words: string): Json | undefined {
  return words === '' ? undefined : { button: { replace_name: cut(words, MAX_REPLACED_CHARS) } };
}

// Ten characters are shown of it (D:90236); the rest does no harm.
const MAX_REPLACED_CHARS = 20;
