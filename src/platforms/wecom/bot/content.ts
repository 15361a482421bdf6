import type { Thought } from '../../../core/agent.ts';
import { type Frame, isFinal } from '../../../core/reply.ts';
import { byteLength, indexAtByte } from '../../../lib/markdown.ts';
import { label } from './labels.ts';
import { MAX_CONTENT_BYTES, MAX_THOUGHT_BYTES } from './limits.ts';
import { link, plainWords, renderAnswer } from './markdown.ts';

export interface ContentOptions {
  /** Thoughts are shown in a section of their own, which only streams have. */
  readonly thoughts: boolean;
  /** Addresses of pictures that go along and so leave the text. */
  readonly attached?: ReadonlySet<string>;
  /** A sentence of ours at the end. */
  readonly note?: string;
  /** Above the answer: it is the rest of another message. */
  readonly head?: string;
  /** Of an answer that goes on nothing more can follow: the message says so instead of pointing to the next one. */
  readonly isLast?: boolean;
}

/** No more follows in this message: it is the answer's end, or the answer goes on in another message. */
export function isClosing(frame: Frame): boolean {
  return isFinal(frame) || frame.continues === true;
}

/** All that a message shows of a frame: thoughts, the answer, and below it what we say and the sources; never more than the vendor takes. */
export function contentOf(frame: Frame, options: ContentOptions): string {
  const thought = options.thoughts ? thoughtBlock(frame.thoughts) : '';
  const body = bodyOf(frame, options);
  const below = [noteOf(frame, options.isLast), options.note === undefined ? '' : quoted(options.note)];
  const tries = [
    () => joined(thought, body, [...below, sourcesOf(frame)]),
    () => joined(thought, body, below),
    () => joined('', body, below),
    // Marks that were taken apart make a text longer; without them it says the same.
    () => joined('', body.replace(/<\u200b?/g, ''), below),
  ];
  for (const make of tries) {
    const content = make();
    if (byteLength(content) <= MAX_CONTENT_BYTES) return content;
  }
  const rest = joined('', '', below);
  return joined('', cut(body, MAX_CONTENT_BYTES - byteLength(rest) - 2), below);
}

function joined(thought: string, body: string, below: readonly string[]): string {
  const text = [body, ...below].filter((block) => block !== '').join('\n\n');
  return thought === '' ? text : `${thought}\n${text}`;
}

function bodyOf(frame: Frame, { attached, head }: ContentOptions): string {
  const picture = (alt: string, url: string): string => {
    if (attached?.has(url)) return '';
    return link(`🖼 ${alt === '' ? label(frame.lang, 'picture') : alt}`, isClosing(frame) ? url : undefined);
  };
  const answer = renderAnswer(frame.answer, picture, !isClosing(frame)).trim();
  if (answer === '') return placeholder(frame, (attached?.size ?? 0) > 0);
  return head === undefined ? answer : `${head}\n\n${answer}`;
}

/** A message is never empty: the bubble would vanish. */
function placeholder(frame: Frame, pictures: boolean): string {
  switch (frame.state) {
    case 'queued':
      return label(frame.lang, 'queued', { n: frame.position ?? 1 });
    case 'thinking':
    case 'answering':
      return label(frame.lang, 'loading');
    default:
      return frame.notice !== undefined || pictures ? '' : label(frame.lang, 'noText');
  }
}

function noteOf(frame: Frame, isLast = false): string {
  if (frame.notice !== undefined) return quoted(frame.notice);
  return frame.continues === true ? label(frame.lang, isLast ? 'cut' : 'continued') : '';
}

function quoted(sentence: string): string {
  const lines = plainWords(sentence).split('\n');
  return lines.map((line) => `> ${line}`).join('\n');
}

function sourcesOf(frame: Frame): string {
  if (frame.citations.length === 0) return '';
  const lines = frame.citations.map(({ title, url }, index) => `${index + 1}. ${link(title, url)}`);
  return [label(frame.lang, 'sources'), ...lines].join('\n');
}

const MARKS: Readonly<Record<Thought['state'], string>> = { running: '⏳', done: '✓', failed: '✗' };

/** The newest thoughts last; of too many the oldest are left out. */
function thoughtBlock(thoughts: readonly Thought[]): string {
  const lines = thoughts.map(({ kind, text, state }) =>
    kind === 'thinking' ? text.trim() : `${MARKS[state]} ${text}`,
  );
  const text = renderAnswer(lines.filter((line) => line !== '').join('\n'), (alt) => alt, true).trim();
  if (text === '') return '';
  return `<think>${tail(text, MAX_THOUGHT_BYTES)}</think>`;
}

function tail(text: string, maxBytes: number): string {
  if (byteLength(text) <= maxBytes) return text;
  const characters = [...text];
  let bytes = 0;
  let from = characters.length;
  while (from > 0 && bytes + byteLength(characters[from - 1] ?? '') <= maxBytes - 3) {
    from -= 1;
    bytes += byteLength(characters[from] ?? '');
  }
  return `…${characters.slice(from).join('')}`;
}

function cut(text: string, maxBytes: number): string {
  return text.slice(0, indexAtByte(text, Math.max(0, maxBytes)));
}
