import type { TurnId } from '../../../core/ids.ts';
import type { Lang } from '../../../core/lang.ts';
import type { ActionAnswer, ButtonValue } from '../../../core/reply.ts';
import type { Json } from '../../../lib/read.ts';
import { MAX_BUTTON_CHARS, MAX_BUTTONS } from '../limits.ts';
import { label } from './labels.ts';
import { MAX_ROW_CHARS, MAX_ROWS, MAX_SUBTITLE_CHARS, MAX_TITLE_CHARS } from './limits.ts';

/** Questions one may ask by pressing a button, below words of ours. */
export interface Offer {
  readonly turn: TurnId;
  readonly lang: Lang;
  readonly suggested: readonly string[];
  /** Absent where the card stands below an answer. */
  readonly text?: string;
}

/**
 * A card with a button for each question. Buttons hold ten characters, so longer questions stand above them in rows.
 *
 * Its `task_id` comes from the turn: sent again after a crash, the vendor refuses it as used, and nobody sees it twice.
 *
 * @see https://developer.work.weixin.qq.com/document/path/101032
 */
export function offerCard({ turn, lang, suggested, text }: Offer): Json {
  const asked = suggested.slice(0, MAX_BUTTONS);
  const isLong = asked.some((question) => [...question].length > MAX_BUTTON_CHARS);
  return {
    card_type: 'button_interaction',
    main_title: { title: shown(label(lang, 'suggested'), MAX_TITLE_CHARS) },
    ...(text !== undefined && { sub_title_text: shown(text, MAX_SUBTITLE_CHARS) }),
    ...(isLong && {
      horizontal_content_list: asked
        .slice(0, MAX_ROWS)
        .map((question, index) => ({ keyname: String(index + 1), value: shown(question, MAX_ROW_CHARS) })),
    }),
    button_list: asked.map((question, index) => ({
      text: shown(isLong ? `${index + 1} ${question}` : question, MAX_BUTTON_CHARS),
      style: 1,
      key: buttonKey({ act: 'ask', turn, index }),
    })),
    task_id: offerId(turn),
  };
}

export function offerId(turn: TurnId): string {
  return `${turn}-s`;
}

/** Whether words fit onto a card; longer ones would be cut in display. */
export function fitsCard(text: string): boolean {
  return [...text].length <= MAX_SUBTITLE_CHARS;
}

/**
 * The only answer a press can have: the card anew, for whoever pressed it. A bot has no toast, so its words stand on the card.
 *
 * @param press - What the vendor told of the press: the card's id, and the button that is to stay.
 */
export function pressedCard(
  answer: ActionAnswer,
  press: { readonly task: string; readonly key: string; readonly by: string },
): Json | undefined {
  const { toast, answered } = answer;
  if (!toast) return undefined;
  return {
    response_type: 'update_template_card',
    userids: [press.by],
    template_card: {
      card_type: 'button_interaction',
      main_title: { title: shown(answered?.question.title ?? toast.text, MAX_TITLE_CHARS) },
      ...(answered && { sub_title_text: shown(answered.words, MAX_SUBTITLE_CHARS) }),
      button_list: [
        { text: shown(answered?.words ?? label(toast.lang, 'suggested'), MAX_BUTTON_CHARS), style: 2, key: press.key },
      ],
      replace_text: shown(toast.text, MAX_TITLE_CHARS),
      task_id: press.task,
    },
  };
}

function buttonKey(value: ButtonValue): string {
  return JSON.stringify(value);
}

function shown(text: string, maxChars: number): string {
  const characters = [...text.replace(/\s+/g, ' ').trim()];
  return characters.length > maxChars ? `${characters.slice(0, maxChars - 1).join('')}…` : characters.join('');
}
