import type { Citation, Thought } from '../../core/agent.ts';
import type { TurnId } from '../../core/ids.ts';
import type { Lang } from '../../core/lang.ts';
import type { ButtonName, ButtonValue, Frame } from '../../core/reply.ts';
import { closeHalfOpen } from '../../lib/half-open.ts';
import { byteLength, indexAtByte } from '../../lib/markdown.ts';
import type { Json } from '../../lib/read.ts';
import { safeUrl } from '../../lib/safe-url.ts';
import { ANSWER_ID, type CardElement, type Fullness, type ImageKeys, isClosing } from './card-view.ts';
import { type LabelKey, label } from './labels.ts';
import { MAX_BUTTON_CHARS, MAX_CARD_TABLES, MAX_THOUGHT_BYTES } from './limits.ts';
import { renderMarkdown, withoutMentions } from './markdown.ts';
import { escapeText } from './markdown-inline.ts';

const SHOWN_CITATIONS = 3;
const MAX_FOLDED_CITATIONS = 30;
const MAX_SUGGESTED = 10;

export function questionElement(frame: Frame, fullness: Fullness): CardElement | undefined {
  if (frame.question === undefined || frame.question === '' || !fullness.extras) return undefined;
  const words = escapeText(frame.question.replace(/\s+/g, ' '), 'label');
  return fixed('question', { tag: 'markdown', content: `> ${words}`, text_size: 'notation' });
}

export function thoughtsElement(frame: Frame, images: ImageKeys, fullness: Fullness): CardElement | undefined {
  const text = fullness.thoughts ? thoughtsText(frame.thoughts, images, frame.lang) : '';
  if (text === '') return undefined;
  const make = (content: string): Json => ({
    tag: 'collapsible_panel',
    element_id: 'thoughts',
    expanded: false,
    header: {
      title: { tag: 'plain_text', content: label(frame.lang, 'thoughts') },
      icon: { tag: 'standard_icon', token: 'down-small-ccm_outlined' },
      icon_position: 'right',
      icon_expanded_angle: -180,
    },
    border: { color: 'grey', corner_radius: '5px' },
    elements: [{ tag: 'markdown', element_id: 'thought_text', content, text_size: 'notation' }],
  });
  return { id: 'thoughts', text: { id: 'thought_text', content: text }, make };
}

const STATE_MARKS: Readonly<Record<Thought['state'], string>> = { running: '⏳', done: '✅', failed: '❌' };

/** The newest thoughts, as far as there is room for them. */
function thoughtsText(thoughts: readonly Thought[], images: ImageKeys, lang: Lang): string {
  const lines: string[] = [];
  let left = MAX_THOUGHT_BYTES;
  for (const thought of thoughts.toReversed()) {
    const line = thoughtLine(thought, left, images, lang);
    left -= byteLength(line);
    lines.unshift(line);
    if (left <= 0) break;
  }
  return lines.length < thoughts.length ? `…\n\n${lines.join('\n\n')}` : lines.join('\n\n');
}

function thoughtLine(thought: Thought, maxBytes: number, images: ImageKeys, lang: Lang): string {
  if (thought.kind === 'thinking') return markdownOf(closeHalfOpen(tail(thought.text, maxBytes)), images, lang, 0);
  const mark = thought.kind === 'tool' ? '🔧' : '▸';
  return `${mark} ${escapeText(thought.text.replace(/\s+/g, ' ').slice(0, 200), 'label')} ${STATE_MARKS[thought.state]}`;
}

/** The end of a text, from the start of a line where one is near. */
function tail(text: string, maxBytes: number): string {
  const bytes = byteLength(text);
  if (bytes <= maxBytes) return text;
  const end = text.slice(indexAtByte(text, bytes - Math.max(0, maxBytes)));
  const line = end.indexOf('\n');
  return `…${line !== -1 && line < end.length / 2 ? end.slice(line) : end}`;
}

export function answerElement(frame: Frame, images: ImageKeys): CardElement | undefined {
  const content = answerText(frame, images);
  if (content === '') return undefined;
  return {
    id: ANSWER_ID,
    text: { id: ANSWER_ID, content },
    make: (text) => ({ tag: 'markdown', element_id: ANSWER_ID, content: text }),
  };
}

function answerText(frame: Frame, images: ImageKeys): string {
  const { lang, state, answer } = frame;
  if (isClosing(frame)) {
    const text = markdownOf(answer, images, lang, MAX_CARD_TABLES);
    if (text !== '') return text;
    return (frame.notice ?? '') === '' ? label(lang, 'noText') : '';
  }
  const text = state === 'answering' ? markdownOf(closeHalfOpen(answer), images, lang, MAX_CARD_TABLES) : '';
  if (text !== '') return text;
  return state === 'queued' ? label(lang, 'position', { n: frame.position ?? 1 }) : label(lang, 'loading');
}

function markdownOf(text: string, images: ImageKeys, lang: Lang, maxTables: number): string {
  return renderMarkdown(text, { imageKey: images, imageLabel: label(lang, 'image'), maxTables });
}

export function continuedElement(frame: Frame): CardElement | undefined {
  if (!frame.continues) return undefined;
  return fixed('continued', { tag: 'markdown', content: label(frame.lang, 'continued'), text_size: 'notation' });
}

export function noticeElement(frame: Frame, images: ImageKeys): CardElement | undefined {
  const content = markdownOf(frame.notice ?? '', images, frame.lang, 0);
  if (content === '') return undefined;
  return fixed('notice', { tag: 'markdown', content, text_size: 'notation' });
}

export function sourceElements(frame: Frame, fullness: Fullness): readonly (CardElement | undefined)[] {
  const { citations, lang } = frame;
  if (citations.length === 0 || !fullness.extras) return [];
  const shown = [label(lang, 'sources'), ...citations.slice(0, SHOWN_CITATIONS).map(citationLine)].join('\n');
  const folded = citations.slice(SHOWN_CITATIONS, SHOWN_CITATIONS + MAX_FOLDED_CITATIONS);
  const sources = fixed('sources', { tag: 'markdown', content: shown, text_size: 'notation' });
  if (folded.length === 0) return [sources];
  const title = { tag: 'plain_text', content: label(lang, 'moreSources', { n: citations.length - SHOWN_CITATIONS }) };
  const rest = folded.map((citation, i) => citationLine(citation, i + SHOWN_CITATIONS)).join('\n');
  const panel = {
    tag: 'collapsible_panel',
    expanded: false,
    header: { title },
    elements: [{ tag: 'markdown', content: rest, text_size: 'notation' }],
  };
  return [sources, fixed('sources_more', panel)];
}

function citationLine(citation: Citation, index: number): string {
  const title = escapeText(citation.title.replace(/\s+/g, ' ').slice(0, 200), 'label');
  const url = citation.url === undefined ? undefined : safeUrl(citation.url);
  return `${index + 1}. ${url === undefined ? title : `[${title}](${url})`}`;
}

/** Questions to press, one below the other. */
export function suggestedElements(suggested: readonly string[], turn: TurnId): readonly CardElement[] {
  return suggested
    .slice(0, MAX_SUGGESTED)
    .map((question, index) =>
      fixed(`ask_${index}`, button(oneLine(question), { act: 'ask', turn, index }, { width: 'fill' })),
    );
}

export function buttonsElement(frame: Frame): CardElement | undefined {
  if (frame.buttons.length === 0) return undefined;
  const columns = frame.buttons.map((name) => ({
    tag: 'column',
    width: 'auto',
    elements: [
      {
        ...button(label(frame.lang, labelOf(name, frame)), { act: name, turn: frame.turn }, styleOf(name, frame)),
        element_id: `b_${name}`,
      },
    ],
  }));
  return fixed('buttons', { tag: 'column_set', flex_mode: 'flow', horizontal_spacing: '8px', columns });
}

function labelOf(name: ButtonName, frame: Frame): LabelKey {
  if (name === 'up' && frame.rating === 'up') return 'upPressed';
  if (name === 'down' && frame.rating === 'down') return 'downPressed';
  return name;
}

function styleOf(name: ButtonName, frame: Frame): Json {
  if (name === 'stop') return { type: 'danger' };
  return { type: name === frame.rating ? 'primary' : 'default' };
}

/** What somebody else wrote, as it may stand on a button. */
function oneLine(text: string): string {
  return firstChars(withoutMentions(text).replace(/\s+/g, ' '), MAX_BUTTON_CHARS);
}

function button(content: string, value: ButtonValue, style: Json): Json {
  return {
    tag: 'button',
    text: { tag: 'plain_text', content },
    size: 'small',
    ...style,
    behaviors: [{ type: 'callback', value }],
  };
}

/** The beginning of a text, never half a character. */
export function firstChars(text: string, most: number): string {
  let end = 0;
  for (let count = 0; count < most && end < text.length; count++) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return text.slice(0, end);
}

function fixed(id: string, element: Json): CardElement {
  const whole = { ...element, element_id: id };
  return { id, make: () => whole };
}
