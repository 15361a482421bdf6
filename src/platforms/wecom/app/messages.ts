import type { Citation } from '../../../core/agent.ts';
import type { Lang } from '../../../core/lang.ts';
import type { Frame } from '../../../core/reply.ts';
import { byteLength, splitMarkdown } from '../../../lib/markdown.ts';
import { isPlain } from '../../../lib/markdown-tokens.ts';
import type { Json } from '../../../lib/read.ts';
import { safeUrl } from '../../../lib/safe-url.ts';
import { harmless } from '../dialects.ts';
import { MAX_TEXT_BYTES } from '../limits.ts';
import { renderMarkdown, renderPlain } from '../markdown.ts';
import { label } from './labels.ts';

/** What is sent: the vendor's `msgtype` and what stands under its name. */
export interface Body {
  readonly type:
    | 'text'
    | 'markdown'
    | 'image'
    | 'voice'
    | 'video'
    | 'file'
    | 'textcard'
    | 'miniprogram_notice'
    | 'news'
    | 'template_card';
  readonly content: Json;
}

export type Format = 'markdown' | 'text';

const MAX_SOURCES = 10;

/** The words of a final frame, in Markdown. */
export function frameText(frame: Frame): string {
  const { answer, notice = '', citations, lang } = frame;
  const blocks = [questionLine(frame), answer, stoppedLine(frame), notice, sources(citations, lang)];
  const text = blocks.filter((block) => block.trim() !== '').join('\n\n');
  return text === '' ? label(lang, 'filesOnly') : text;
}

/** Shown where the chat itself does not show it: it was asked by pressing a button. */
function questionLine({ question = '' }: Frame): string {
  const words = question.replace(/\s+/g, ' ').trim();
  return words === '' ? '' : `> ${words.replace(/[\\`*_[\]<#]/g, '\\$&')}`;
}

function stoppedLine({ state, lang, notice, continues }: Frame): string {
  return state === 'stopped' && notice === undefined && !continues ? label(lang, 'stopped') : '';
}

function sources(citations: readonly Citation[], lang: Lang): string {
  if (citations.length === 0) return '';
  const lines = citations.slice(0, MAX_SOURCES).map(({ title, url }, index) => {
    const words = harmless(
      title
        .replace(/\s+/g, ' ')
        .replace(/[[\]*`_]/g, ' ')
        .trim()
        .slice(0, 100),
    );
    const address = url === undefined ? undefined : safeUrl(url);
    return `${index + 1}. ${address === undefined ? words : `[${words}](${address})`}`;
  });
  return [`**${label(lang, 'sources')}**`, ...lines].join('\n');
}

/**
 * A text of ours (Markdown) as messages that the vendor shows whole. Where nothing in it is Markdown it goes as text, which is
 * shown everywhere.
 */
export function textBodies(text: string, format: Format): readonly Body[] {
  if (format === 'text' || isPlain(text)) return pieces(renderPlain(text)).map(textBody);
  return pieces(renderMarkdown(text)).map((content) => ({ type: 'markdown', content: { content } }));
}

/** The same words without anything that could be refused about their form. */
export function plainBodies(text: string): readonly Body[] {
  return pieces(renderPlain(text)).map(textBody);
}

export function textBody(content: string): Body {
  return { type: 'text', content: { content } };
}

/** The vendor cuts a longer message without a word, so it is cut here, at a sensible place. */
function pieces(text: string): readonly string[] {
  if (text.length * 3 <= MAX_TEXT_BYTES || byteLength(text) <= MAX_TEXT_BYTES) return [text];
  return splitMarkdown(text, MAX_TEXT_BYTES);
}

/** A file that could not be sent here, by its name and address. */
export function fileText(name: string, url: string, lang: Lang): Body {
  return textBody(harmless(label(lang, 'file', { name, url })));
}
