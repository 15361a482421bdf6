import type { Citation, Thought } from '../../core/agent.ts';
import type { Lang } from '../../core/lang.ts';
import { type Frame, isFinal } from '../../core/reply.ts';
import { closeHalfOpen } from '../../lib/half-open.ts';
import { byteLength, indexAtByte } from '../../lib/markdown.ts';
import { safeUrl } from '../../lib/safe-url.ts';
import { label } from './labels.ts';
import { MAX_SUMMARY_CHARS, MAX_THOUGHT_BYTES } from './limits.ts';
import { renderMarkdown } from './markdown.ts';
import { harmless, type ImageSource } from './markdown-inline.ts';

const SHOWN_CITATIONS = 10;

/** Whether this message stops growing with this frame: the answer is over, or goes on in another message. */
export function isClosing(frame: Frame): boolean {
  return isFinal(frame) || frame.continues === true;
}

/** Whether there is more to see than that somebody is at work; before that no update is worth its call. */
export function hasText(frame: Frame): boolean {
  return isClosing(frame) || (frame.state === 'answering' && frame.answer.trim() !== '') || frame.thoughts.length > 0;
}

/** Everything one reads of an answer, as one Markdown text: the vendor's templates have one variable that grows. */
export function textOf(frame: Frame, images: ImageSource): string {
  const blocks = [
    questionText(frame),
    // When the answer is whole, how it came about is not worth the room.
    isClosing(frame) ? '' : thoughtsText(frame.thoughts),
    answerText(frame, images),
    frame.continues ? label(frame.lang, 'continued') : '',
    renderMarkdown(frame.notice ?? ''),
    sourcesText(frame.citations, frame.lang),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** What is left on the screen of a message whose answer had to be sent anew. */
export function handoverText(frame: Frame): string {
  return label(frame.lang, 'continued');
}

function questionText({ question }: Frame): string {
  const words = harmless((question ?? '').replace(/\s+/g, ' ').trim());
  return words === '' ? '' : `> ${words}`;
}

function answerText(frame: Frame, images: ImageSource): string {
  const { lang, state, answer } = frame;
  if (isClosing(frame)) {
    const text = renderMarkdown(answer, images);
    return text === '' && (frame.notice ?? '') === '' ? label(lang, 'noText') : text;
  }
  const text = state === 'answering' ? renderMarkdown(closeHalfOpen(answer), images) : '';
  if (text !== '') return text;
  return state === 'queued' ? label(lang, 'position', { n: frame.position ?? 1 }) : label(lang, 'loading');
}

const STATE_MARKS: Readonly<Record<Thought['state'], string>> = { running: '⏳', done: '✅', failed: '❌' };

/** The newest thoughts, as far as there is room for them, as a quote. */
function thoughtsText(thoughts: readonly Thought[]): string {
  const lines: string[] = [];
  let left = MAX_THOUGHT_BYTES;
  for (const thought of thoughts.toReversed()) {
    const line = thoughtLine(thought, left);
    left -= byteLength(line);
    lines.unshift(line);
    if (left <= 0) break;
  }
  return lines.map((line) => `> ${line}`).join('  \n');
}

function thoughtLine(thought: Thought, maxBytes: number): string {
  const words = harmless(thought.text.replace(/\s+/g, ' ').replace(/[*_`#>|~]/g, '')).trim();
  if (thought.kind === 'thinking') return `💭 ${tail(words, Math.max(0, maxBytes))}`;
  const mark = thought.kind === 'tool' ? '🔧' : '▸';
  return `${mark} ${words.slice(0, 200)} ${STATE_MARKS[thought.state]}`;
}

function tail(text: string, maxBytes: number): string {
  const bytes = byteLength(text);
  return bytes <= maxBytes ? text : `…${text.slice(indexAtByte(text, bytes - maxBytes))}`;
}

function sourcesText(citations: readonly Citation[], lang: Lang): string {
  if (citations.length === 0) return '';
  const lines = citations.slice(0, SHOWN_CITATIONS).map(citationLine);
  const more = citations.length - SHOWN_CITATIONS;
  return [label(lang, 'sources'), ...lines, ...(more > 0 ? [label(lang, 'moreSources', { n: more })] : [])].join(
    '  \n',
  );
}

function citationLine({ title, url }: Citation, index: number): string {
  const words = harmless(
    title
      .replace(/\s+/g, ' ')
      .replace(/[[\]*_`]/g, ' ')
      .slice(0, 200),
  ).trim();
  const address = url === undefined ? undefined : safeUrl(url);
  return `${index + 1}. ${address === undefined ? words : `[${words}](${address})`}`;
}

/** The beginning of a text without its marks, for the list of chats. */
export function summaryOf(text: string, otherwise: string): string {
  const words = text
    .slice(0, 4 * MAX_SUMMARY_CHARS)
    .replace(/```\w*|[*_`#>|~]|!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  return [...words].slice(0, MAX_SUMMARY_CHARS).join('') || otherwise;
}
