import createMarkdown, { type MarkdownIt } from 'markdown-it';
import cjkFriendly from 'markdown-it-cjk-friendly';
import { keepFormulas, mayHoldFormulas } from './formulas.ts';
import { useLightTokens } from './light-tokens.ts';

export type { Token } from 'markdown-it';

function makeParser(): MarkdownIt {
  return createMarkdown({ html: false, linkify: false, breaks: false }).use(cjkFriendly).use(useLightTokens);
}

/**
 * CommonMark with tables and strikethrough, and emphasis that ends at Chinese punctuation (`**注意：**请看` is bold). HTML is
 * text, formulas stay as written. Links stay as written; bare addresses are left to the platforms, which find them by themselves.
 */
export const markdown: MarkdownIt = makeParser();

// Looking for formulas takes a tenth of the time, and most texts have none: a parser that does is made with the first of them.
const parsePlain = markdown.parse.bind(markdown);
let careful: MarkdownIt | undefined;
markdown.parse = (text, env) => {
  if (!mayHoldFormulas(text)) return parsePlain(text, env);
  careful ??= makeParser().use(keepFormulas);
  return careful.parse(text, env);
};

/** The smallest limit a text can be split for: room for a re-opened fence and some text. */
export const MIN_SPLIT_BYTES = 64;

/**
 * Cuts Markdown into pieces of at most `maxBytes`, each readable by itself: cut between blocks where possible, else between
 * lines, sentences or characters (never inside one). A code block that is cut is closed and opened again, a table's header
 * is repeated.
 *
 * While the text grows a cut once made stays: where a piece ends depends on nothing behind the longest piece there could be.
 *
 * @param maxBytes - In bytes of UTF-8, at least {@link MIN_SPLIT_BYTES}.
 * @returns The pieces in order; for a text of nothing but blanks, none.
 * @throws {RangeError} when `maxBytes` is too small.
 */
export function splitMarkdown(text: string, maxBytes: number): string[] {
  if (maxBytes < MIN_SPLIT_BYTES) throw new RangeError(`cannot split into pieces of ${maxBytes} bytes`);
  const pieces: string[] = [];
  let rest = withoutLeadingBlankLines(text);
  while (isLonger(rest, maxBytes)) {
    const { piece, next } = cut(rest, maxBytes);
    pieces.push(piece);
    rest = next;
  }
  if (rest.trim() !== '') pieces.push(rest);
  return pieces;
}

/** A place where a text can be cut, with what closes the piece before it and opens the piece behind it again. */
interface Place {
  readonly at: number;
  readonly close: string;
  readonly open: string;
}

/** An open code block, by the line that opened it. */
interface Fence {
  readonly indent: string;
  readonly marker: string;
  readonly opener: string;
}

const FENCE = /^(\s*)(`{3,}|~{3,})([^`]*)$/;
const HEADING = /^ {0,3}#{1,6}\s/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const SENTENCE_END = /[。！？；!?;]|[.,，、：:]\s|\s/g;

function cut(rest: string, maxBytes: number): { readonly piece: string; readonly next: string } {
  const window = rest.slice(0, indexAtByte(rest, maxBytes));
  const place = choosePlace(rest, window, maxBytes);
  const piece = rest.slice(0, place.at).trimEnd() + place.close;
  const behind = place.open === '' ? rest.slice(place.at) : withoutEmptyBlock(place, rest.slice(place.at));
  return { piece, next: withoutLeadingBlankLines(behind) };
}

// A cut just before the closing fence would leave an empty code block behind.
function withoutEmptyBlock(place: Place, behind: string): string {
  const close = place.close.trim();
  const [line = ''] = behind.split('\n', 1);
  return close !== '' && line.trim() === close ? behind.slice(line.length) : place.open + behind;
}

function choosePlace(rest: string, window: string, maxBytes: number): Place {
  const { blocks, lines, fence } = placesIn(rest, window, maxBytes);
  const early = window.length / 3;
  const block = blocks.at(-1);
  if (block && block.at >= early) return block;
  const line = lines.at(-1);
  if (line && line.at >= early) return line;
  return insideLine(rest, window, fence, maxBytes);
}

interface Places {
  readonly blocks: readonly Place[];
  readonly lines: readonly Place[];
  /** The code block that is open at the end of the window. */
  readonly fence: Fence | undefined;
}

/** Walks the lines that end inside the window and collects the places between them. */
function placesIn(rest: string, window: string, maxBytes: number): Places {
  const blocks: Place[] = [];
  const lines: Place[] = [];
  const walk = new Walk(maxBytes);
  let start = 0;
  for (let end = window.indexOf('\n'); end !== -1; end = window.indexOf('\n', start)) {
    const kind = walk.step(window.slice(start, end), rest, end + 1);
    start = end + 1;
    const place = { at: start, close: walk.close, open: walk.open };
    const fits = place.close === '' || byteLength(window.slice(0, start).trimEnd()) + place.close.length <= maxBytes;
    if (!fits || place.open.length >= start || window.slice(0, start).trim() === '') continue;
    if (kind === 'block') blocks.push(place);
    if (kind !== 'none') lines.push(place);
  }
  return { blocks, lines, fence: walk.fence };
}

/** Follows code blocks and tables from line to line. */
class Walk {
  readonly #maxBytes: number;
  fence: Fence | undefined;
  #table: string | undefined;
  #before = '';
  close = '';
  open = '';

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes a line in; says what kind of border there is behind it. */
  step(line: string, rest: string, next: number): 'block' | 'line' | 'none' {
    this.close = '';
    this.open = '';
    if (this.#insideFence(line)) return this.fence ? 'line' : 'block';
    this.#followTable(line);
    const heading = HEADING.test(line) || (line.trim() === '' && HEADING.test(this.#before));
    if (line.trim() !== '') this.#before = line;
    const nextLine = rest.slice(next, next + 8);
    if (this.#table !== undefined && nextLine.startsWith('|')) return this.#tableRow(line);
    // A heading belongs to what follows it.
    if (heading) return 'none';
    if (line.trim() === '') return 'block';
    return HEADING.test(nextLine) ? 'block' : 'line';
  }

  #insideFence(line: string): boolean {
    const fence = this.fence;
    if (!fence) return this.#opensFence(line);
    const trimmed = line.trim();
    const closes = trimmed.startsWith(fence.marker) && trimmed === (fence.marker[0] ?? '').repeat(trimmed.length);
    if (closes) this.fence = undefined;
    else this.#reopen(fence);
    return true;
  }

  #opensFence(line: string): boolean {
    const found = FENCE.exec(line);
    const [, indent = '', marker = '', info = ''] = found ?? [];
    // What is repeated on each piece may not eat the piece up.
    if (!found || byteLength(indent + marker) * 4 > this.#maxBytes) return false;
    const long = byteLength(line) * 4 > this.#maxBytes;
    this.fence = { indent, marker, opener: indent + marker + (long ? '' : info) };
    this.#table = undefined;
    this.#before = '';
    this.#reopen(this.fence);
    return true;
  }

  #reopen(fence: Fence): void {
    this.close = `\n${fence.indent}${fence.marker}`;
    this.open = `${fence.opener}\n`;
  }

  #followTable(line: string): void {
    if (!line.trimStart().startsWith('|')) this.#table = undefined;
    else if (this.#table === undefined && TABLE_RULE.test(line) && this.#before.includes('|'))
      this.#table = `${this.#before}\n${line}\n`;
  }

  #tableRow(line: string): 'line' | 'none' {
    const header = this.#table ?? '';
    if (header.endsWith(`${line}\n`)) return 'none';
    if (byteLength(header) * 2 <= this.#maxBytes) this.open = header;
    return 'line';
  }
}

/** No line ends in time: behind a sentence or a word, else between two characters. */
function insideLine(rest: string, window: string, fence: Fence | undefined, maxBytes: number): Place {
  const close = fence ? `\n${fence.indent}${fence.marker}` : '';
  const open = fence ? `${fence.opener}\n` : '';
  const last = characterStart(rest, indexAtByte(window, maxBytes - close.length));
  const at = fence ? last : (sentenceEnd(window.slice(0, last)) ?? last);
  // A cut inside the line that opens a code block is a cut in plain text.
  return open.length < at ? { at, close, open } : { at: last, close: '', open: '' };
}

function sentenceEnd(text: string): number | undefined {
  const from = Math.floor((text.length * 2) / 3);
  const ends = [...text.slice(from).matchAll(SENTENCE_END)].map((found) => from + found.index + found[0].length);
  const end = ends.at(-1);
  return end !== undefined && end > 0 ? end : undefined;
}

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const LOOK_BACK = 64;

/** The start of the character (as people see it) that `index` lies in. */
function characterStart(text: string, index: number): number {
  const from = wholeUnit(text, Math.max(0, index - LOOK_BACK));
  const until = index + ((text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1);
  const inside = characters.segment(text.slice(from, until)).containing(index - from);
  const start = from + (inside?.index ?? index - from);
  // A "character" of more marks than fit is cut between two of them.
  return start > from ? start : wholeUnit(text, index);
}

/** Never between the two halves of a surrogate pair. */
function wholeUnit(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff ? index - 1 : index;
}

/** How many UTF-16 units of a text fit into so many bytes of UTF-8. */
export function indexAtByte(text: string, maxBytes: number): number {
  if (text.length * 3 <= maxBytes) return text.length;
  const { read } = encoder.encodeInto(text.slice(0, maxBytes), new Uint8Array(Math.max(0, maxBytes)));
  return read;
}

const encoder = new TextEncoder();

export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

function isLonger(text: string, maxBytes: number): boolean {
  return text.length > maxBytes || (text.length * 3 > maxBytes && byteLength(text) > maxBytes);
}

function withoutLeadingBlankLines(text: string): string {
  return text.replace(/^(?:[ \t]*\r?\n)+/, '');
}
