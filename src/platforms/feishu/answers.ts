import type { ActionAnswer } from '../../core/reply.ts';
import { isFinal } from '../../core/reply.ts';
import type { Json } from '../../lib/read.ts';
import type { ImageKeys } from './card-view.ts';
import { fittingCard } from './cards.ts';

const LOCALES = { zh: 'zh_cn', en: 'en_us' } as const;

/**
 * What the vendor shows to the person who pressed a button: a toast, and the card anew.
 *
 * While a card streams, an answer cannot change it (the next frame does), so then there is a toast only.
 *
 * @see https://open.feishu.cn/document/feishu-cards/card-callback-communication
 */
export function answerBody(answer: ActionAnswer, images: ImageKeys): Json {
  const { toast, frame } = answer;
  const card = frame && isFinal(frame) ? fittingCard(frame, images) : undefined;
  return {
    ...(toast && { toast: { type: toast.kind, content: toast.text, i18n: { [LOCALES[toast.lang]]: toast.text } } }),
    ...(card !== undefined && { card: { type: 'raw', data: JSON.parse(card) as Json } }),
  };
}
