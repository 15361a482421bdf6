import type { ActionAnswer } from '../../core/reply.ts';
import { isFinal } from '../../core/reply.ts';
import type { Json } from '../../lib/read.ts';
import { buttonsOf, type Place } from './buttons.ts';
import { answeredLook } from './questions.ts';
import type { Params, Template } from './templates.ts';

/** A question that others answer on the very same card stays as it is for them. */
function shownBy({ frame, answered }: ActionAnswer, template: Template, place: Place): Params | undefined {
  if (answered && !answered.forAll) return template.params('whole', answeredLook(answered));
  return frame && isFinal(frame) ? template.buttons(buttonsOf(frame, place)) : undefined;
}

/**
 * What the vendor changes on a card that was pressed: its buttons for all, a line below the answer for the person who pressed.
 *
 * While a card still grows its buttons stay: the next update brings them.
 *
 * @see https://open.dingtalk.com/document/development/event-callback-card
 */
export function answerBody(answer: ActionAnswer, template: Template, place: Place): Json {
  const { toast } = answer;
  const shown = shownBy(answer, template, place);
  return {
    cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
    ...(shown && { cardData: { cardParamMap: shown } }),
    ...(toast && { userPrivateData: { cardParamMap: template.note(toast.text) } }),
  };
}
