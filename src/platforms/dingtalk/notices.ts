import type { OutboundMessage } from '../../core/reply.ts';
import { renderMarkdown } from './markdown.ts';
import { type Message, markdownMessage, textMessage, titleOf } from './messages.ts';

/** A sentence of ours: as text where that shows it whole. */
export function noticeMessage({ text, lang, to }: OutboundMessage & { readonly kind: 'notice' }): Message {
  const rendered = renderMarkdown(text);
  if (rendered === text && !/[\n*_`#[\]>|~]/.test(text)) return textMessage(text, to);
  return markdownMessage(rendered, titleOf(rendered, lang), to);
}
