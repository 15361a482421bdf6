import type { Token } from '../../lib/markdown.ts';
import { attributeOf } from '../../lib/markdown-tokens.ts';
import { safeUrl } from '../../lib/safe-url.ts';

/** What the text of a card may point to. */
export interface MarkdownLinks {
  /** The vendor's key of an uploaded image; undefined while there is none. */
  imageKey(url: string): string | undefined;
  /** Shown for an image without a description (`图片`). */
  readonly imageLabel: string;
}

/** Where a piece of text stands, because different characters mean something there. */
export type Place = 'block' | 'cell' | 'label';

/** Words, or one end of an emphasis; which spaces an end needs is known when everything around it is. */
type Piece = string | { readonly mark: '*' | '**' | '~~'; readonly opens: boolean };

/** A line's tokens in the card's dialect. */
export function renderInline(tokens: readonly Token[], links: MarkdownLinks, place: Place): string {
  const pieces: Piece[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (!token) continue;
    if (token.type !== 'link_open') pieces.push(pieceOf(token, links, place));
    else {
      const end = closingLink(tokens, i);
      pieces.push(link(token, renderInline(tokens.slice(i + 1, end), links, 'label')));
      i = end;
    }
  }
  const text = joined(pieces);
  return place === 'block' ? text.replace(LINE_STARTS, escapeStart) : text.replaceAll('\n', ' ');
}

function pieceOf(token: Token, links: MarkdownLinks, place: Place): Piece {
  switch (token.type) {
    case 'text':
      return escapeText(token.content, place);
    case 'strong_open':
    case 'strong_close':
      return { mark: '**', opens: token.nesting === 1 };
    case 'em_open':
    case 'em_close':
      return { mark: '*', opens: token.nesting === 1 };
    case 's_open':
    case 's_close':
      return { mark: '~~', opens: token.nesting === 1 };
    case 'code_inline':
      return codeSpan(place !== 'block' ? token.content.replaceAll('|', '¦') : token.content);
    case 'image':
      return image(token, links);
    case 'softbreak':
      return '\n';
    case 'hardbreak':
      return place === 'block' ? '<br>\n' : '<br>';
    default:
      return escapeText(token.content, place);
  }
}

function closingLink(tokens: readonly Token[], start: number): number {
  const end = tokens.findIndex((token, i) => i > start && token.type === 'link_close');
  return end === -1 ? tokens.length : end;
}

function link(token: Token, label: string): string {
  const url = safeUrl(attributeOf(token, 'href'));
  if (url === undefined || label.trim() === '') return label;
  return `[${label}](${url})`;
}

// An image is known by its key only: an address would make the vendor refuse the whole card.
function image(token: Token, links: MarkdownLinks): string {
  const url = attributeOf(token, 'src');
  const label = escapeText(token.content, 'cell')
    .replace(/[[\]\n]/g, ' ')
    .trim();
  const key = links.imageKey(url);
  if (key !== undefined) return `![${label}](${key})`;
  const address = safeUrl(url);
  const words = label || links.imageLabel;
  return address === undefined ? words : `[${words}](${address})`;
}

/** Code as it is, between enough backticks. */
function codeSpan(code: string): string {
  const runs = code.match(/`+/g)?.map((run) => run.length) ?? [0];
  const fence = '`'.repeat(Math.max(...runs) + 1);
  const pad = code.startsWith('`') || code.endsWith('`') ? ' ' : '';
  return fence + pad + code + pad + fence;
}

/** Without any of these a text stays as it is, wherever it stands. */
const SPECIAL = /[&<*_`~[\]\\|]|:[A-Z]/;

/** Writes text so that it is shown as it is; with entities, as the vendor's page asks. */
export function escapeText(text: string, place: Place): string {
  if (!SPECIAL.test(text)) return text;
  const escaped = text
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(/<(?!br\s*\/?>)/gi, '&#60;')
    .replace(/<br\s*\/?>/gi, '<br>')
    .replaceAll('`', '&#96;')
    .replace(/~(?=~)|(?<=~)~|^~|~$/g, '&#126;')
    .replaceAll('](', ']&#40;')
    .replace(/\\(?=[!-/:-@[-`{-~\s]|$)/g, '&#92;')
    // `:DONE:` would become an emoji.
    .replace(/:(?=[A-Z][A-Za-z_]*:)/g, '&#58;')
    // Beside a mark of ours a single one would count, so only those in the middle of blanks or of a word stay.
    .replace(/(?<!\s)\*|\*(?!\s)/g, '&#42;')
    .replace(/(?<![\p{L}\p{N}_])_|_(?![\p{L}\p{N}_])/gu, '&#95;');
  if (place === 'block') return escaped;
  const inCell = escaped.replaceAll('|', '&#124;');
  return place === 'cell' ? inCell : inCell.replaceAll('[', '&#91;').replaceAll(']', '&#93;');
}

/** What makes a line something else than text when it stands at its start. */
const LINE_STARTS = /^( *)(?:([#>+=|-])|(\d{1,9})([.)])(?=\s|$)|(\*)(?=\s))/gm;

function escapeStart(_: string, indent: string, mark = '', number = '', dot = '', star = ''): string {
  if (number !== '') return `${indent}${number}${entity(dot)}`;
  return indent + entity(mark || star);
}

function entity(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

/**
 * Joins the pieces. CommonMark, which the vendor's renderer follows, does not end an emphasis behind punctuation when a
 * letter comes next (`**注意：**请看` stays unbold), nor begins one so. A space at that border settles it.
 */
function joined(all: readonly Piece[]): string {
  const pieces = withoutIdleMarks(all);
  let text = '';
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i] ?? '';
    if (typeof piece === 'string') {
      text += piece;
      continue;
    }
    const next = followingText(pieces, i);
    if (piece.opens) text += opening(text, piece.mark, next);
    else text += closing(text, piece.mark, next, pieces[i + 1]);
  }
  return text;
}

/** Emphasis of nothing, or inside the same emphasis, shows nothing and would be read as something else. */
function withoutIdleMarks(pieces: readonly Piece[]): readonly Piece[] {
  const depth = { '*': 0, '**': 0, '~~': 0 };
  const kept: Piece[] = [];
  for (const piece of pieces) {
    if (piece === '') continue;
    if (typeof piece === 'string') {
      kept.push(piece);
      continue;
    }
    const before = depth[piece.mark];
    const after = before + (piece.opens ? 1 : -1);
    depth[piece.mark] = after;
    if (Math.min(before, after) > 0) continue;
    const last = kept.at(-1);
    if (!piece.opens && typeof last === 'object' && last.opens) kept.pop();
    else kept.push(piece);
  }
  return kept;
}

function opening(before: string, mark: string, next: string): string {
  const blocked = isPunctuation(first(next)) && isWordlike(last(before));
  return blocked ? ` ${mark}` : mark;
}

function closing(before: string, mark: string, next: string, following: Piece | undefined): string {
  // At the end of several, the last one takes the space.
  if (typeof following === 'object' && !following.opens) return mark;
  const reopens = typeof following === 'object';
  const blocked = isPunctuation(lastOfText(before)) && isWordlike(first(next));
  return blocked || reopens ? `${mark} ` : mark;
}

function followingText(pieces: readonly Piece[], from: number): string {
  for (let i = from + 1; i < pieces.length; i++) {
    const piece = pieces[i];
    if (typeof piece === 'string' && piece !== '') return piece;
  }
  return '';
}

function lastOfText(text: string): string {
  return last(text.replace(/[*~]+$/, ''));
}

function first(text: string): string {
  return isPair(text, 0) ? text.slice(0, 2) : text.slice(0, 1);
}

function last(text: string): string {
  return isPair(text, text.length - 2) ? text.slice(-2) : text.slice(-1);
}

/** Whether one character takes two places of a text. */
function isPair(text: string, at: number): boolean {
  return (text.codePointAt(at) ?? 0) > 0xffff;
}

function isPunctuation(character: string): boolean {
  return /^[\p{P}\p{S}]$/u.test(character);
}

function isWordlike(character: string): boolean {
  return character !== '' && !/^[\s\p{P}\p{S}]$/u.test(character);
}
