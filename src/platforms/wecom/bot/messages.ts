import type { Frame, OutboundMessage } from '../../../core/reply.ts';
import type { Json } from '../../../lib/read.ts';
import { fitsCard, offerCard } from './cards.ts';
import { plainWords, renderAnswer } from './markdown.ts';

type Notice = OutboundMessage & { readonly kind: 'notice' };

/** A greeting as the answer to an opened chat: a card where there is something to press and its words fit, else a text. */
export function greetingBody(notice: Notice): Json {
  const { turn, lang, text, suggested = [] } = notice;
  const words = plain(text);
  if (turn !== undefined && suggested.length > 0 && fitsCard(words)) {
    return { msgtype: 'template_card', template_card: offerCard({ turn, lang, suggested, text: words }) };
  }
  const questions = suggested.map((question) => `• ${question}`);
  return { msgtype: 'text', text: { content: [words, ...questions].join('\n') } };
}

/** A sentence of ours as a message's Markdown. */
export function noticeContent({ text, suggested = [] }: Notice): string {
  const questions = suggested.map((question) => `- ${plainWords(question)}`);
  return [renderAnswer(text, (alt) => alt, false), questions.join('\n')].filter((block) => block !== '').join('\n\n');
}

/** In groups an answer that stands alone says what it answers. */
export function questionLine(frame: Frame): string | undefined {
  return frame.question === undefined ? undefined : `> ${plainWords(frame.question)}`;
}

/** A greeting's text is shown as it is, so what is only Markdown goes. */
function plain(text: string): string {
  return plainWords(text.replace(/\*\*|__|`/g, ''));
}
