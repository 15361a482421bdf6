import type { ActionAnswer } from '../../core/reply.ts';
import { isFinal } from '../../core/reply.ts';
import type { Json } from '../../lib/read.ts';
import type { ImageKeys } from './card-view.ts';
import { fittingCard } from './cards.ts';
import { viewOf } from './push-content.ts';

const LOCALES = { zh: 'zh_cn', en: 'en_us' } as const;

/**
 * What the vendor shows to the person who pressed a button: a toast, and the card anew.
 *
 * While a card streams, an answer cannot change it (the next frame does), so then there is a toast only.
 *
 * @see https://open.feishu.cn/document/feishu-cards/card-callback-communication
 */
export function answerBody(answer: ActionAnswer, images: ImageKeys): Json {
  const { toast } = answer;
  const card = cardAnew(answer, images);
  return {
    ...(toast && { toast: { type: toast.kind, content: toast.text, i18n: { [LOCALES[toast.lang]]: toast.text } } }),
    ...(card && { card: { type: 'raw', data: card } }),
  };
}

function cardAnew({ frame, answered }: ActionAnswer, images: ImageKeys): Json | undefined {
  if (answered?.forAll === true) return undefined;
  if (answered) {
    const view = viewOf(answered.question, answered.lang, { answered: answered.words });
    return view.kind === 'card' ? view.card : undefined;
  }
  const card = frame && isFinal(frame) ? fittingCard(frame, images) : undefined;
  return card === undefined ? undefined : (JSON.parse(card) as Json);
}
