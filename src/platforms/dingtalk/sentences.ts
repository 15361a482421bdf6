import type { ReplyAddress } from '../../core/event.ts';
import type { Frame, OutboundMessage } from '../../core/reply.ts';
import { renderMarkdown } from './markdown.ts';
import { askingMessage, type Message, markdownMessage, textMessage, titleOf } from './messages.ts';

/** A sentence of ours: as text where that shows it whole, with the questions that one may press. */
export function noticeMessage({
  text,
  lang,
  to,
  suggested = [],
}: OutboundMessage & { readonly kind: 'notice' }): Message {
  const rendered = renderMarkdown(text);
  if (suggested.length > 0 && to.kind === 'direct') return askingMessage(rendered, titleOf(rendered, lang), suggested);
  if (rendered === text && !/[\n*_`#[\]>|~]/.test(text)) return textMessage(text, to);
  return markdownMessage(rendered, titleOf(rendered, lang), to);
}

/** A whole answer where there are no cards. */
export function answerMessage(frame: Frame, text: string, to: ReplyAddress): Message {
  const title = titleOf(text, frame.lang, frame);
  const asks = frame.suggested.length > 0 && to.kind === 'direct';
  return asks ? askingMessage(text, title, frame.suggested) : markdownMessage(text, title, to);
}
