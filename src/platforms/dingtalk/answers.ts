import type { ActionAnswer } from '../../core/reply.ts';
import { isFinal } from '../../core/reply.ts';
import type { Json } from '../../lib/read.ts';
import { buttonsOf, type Place } from './buttons.ts';
import type { Template } from './templates.ts';

/**
 * What the vendor changes on a card that was pressed: its buttons for all, a line below the answer for the person who pressed.
 *
 * While a card still grows its buttons stay: the next update brings them.
 *
 * @see https://open.dingtalk.com/document/development/event-callback-card
 */
export function answerBody({ toast, frame }: ActionAnswer, template: Template, place: Place): Json {
  const shown = frame && isFinal(frame) ? template.buttons(buttonsOf(frame, place)) : undefined;
  return {
    cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
    ...(shown && { cardData: { cardParamMap: shown } }),
    ...(toast && { userPrivateData: { cardParamMap: template.note(toast.text) } }),
  };
}
