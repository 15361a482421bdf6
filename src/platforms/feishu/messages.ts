import type { Lang } from '../../core/lang.ts';
import type { Frame, OutboundMessage } from '../../core/reply.ts';
import { byteLength, indexAtByte } from '../../lib/markdown.ts';
import { isPlain } from '../../lib/markdown-tokens.ts';
import type { Body } from './api.ts';
import { suggestedElements } from './card-parts.ts';
import { label } from './labels.ts';
import { MAX_CARD_BYTES, MAX_CARD_TABLES, MAX_TEXT_BYTES } from './limits.ts';
import { renderMarkdown, withoutMentions } from './markdown.ts';

type Notice = OutboundMessage & { readonly kind: 'notice' };

/** A message that shows a card made before. */
export function entityBody(card: string): Body {
  return { type: 'interactive', content: JSON.stringify({ type: 'card', data: { card_id: card } }) };
}

export function cardBody(json: string): Body {
  return { type: 'interactive', content: json };
}

/** The answer as a rich text, for where a card was refused; undefined when it is too long for one. */
export function postBody(frame: Frame): Body | undefined {
  const text = renderMarkdown(wordsOf(frame), {
    imageKey: noImages,
    imageLabel: label(frame.lang, 'image'),
    maxTables: MAX_CARD_TABLES,
  });
  const content = JSON.stringify({ zh_cn: { content: [[{ tag: 'md', text }]] } });
  return byteLength(content) <= MAX_CARD_BYTES ? { type: 'post', content } : undefined;
}

/** The answer as plain words: nothing in it can be refused but the words themselves. */
export function plainBody(frame: Frame): Body {
  return textBody(wordsOf(frame));
}

/** Plain words; what the vendor would take for a mention is taken out. */
export function textBody(words: string): Body {
  const safe = withoutMentions(words);
  // JSON's own escapes count too; an answer of nothing but those is cut in the middle.
  const text = safe.slice(0, indexAtByte(safe, MAX_TEXT_BYTES / 2));
  return { type: 'text', content: JSON.stringify({ text }) };
}

function wordsOf(frame: Frame): string {
  const sources = frame.citations.map(({ title, url }, i) => `${i + 1}. ${title}${url === undefined ? '' : ` ${url}`}`);
  const blocks = [frame.answer, frame.notice ?? '', sources.join('\n')].filter((block) => block !== '');
  return blocks.length > 0 ? blocks.join('\n\n') : label(frame.lang, frame.state === 'queued' ? 'queued' : 'loading');
}

/** A sentence of ours: as text where that shows it whole, else as a small card. */
export function noticeBody(notice: Notice): Body {
  const content = renderMarkdown(notice.text, {
    imageKey: noImages,
    imageLabel: label(notice.lang, 'image'),
    maxTables: MAX_CARD_TABLES,
  });
  const asked = notice.turn === undefined ? [] : suggestedElements(notice.suggested ?? [], notice.turn);
  if (asked.length === 0 && isPlain(notice.text)) return textBody(notice.text);
  const elements = [{ tag: 'markdown', content }, ...asked.map((element) => element.make(''))];
  return cardBody(JSON.stringify({ schema: '2.0', config: { update_multi: true }, body: { elements } }));
}

/** A file that could not be sent here, by its name and address. */
export function fileText(name: string, url: string, lang: Lang): Body {
  return textBody(label(lang, 'file', { name, url }));
}

function noImages(): undefined {
  return undefined;
}
