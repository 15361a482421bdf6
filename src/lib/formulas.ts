import type { MarkdownIt } from 'markdown-it';

/**
 * Leaves formulas (`$…$`, `$$…$$`, `\(…\)`, `\[…\]`) as they were written. No chat client of ours shows them as formulas, so they are read
 * and copied as LaTeX, which is another one without its backslashes, or with an emphasis where two stars stood.
 */
export function keepFormulas(parser: MarkdownIt): void {
  parser.inline.ruler.before('escape', 'formula', (state, silent) => {
    const end = endOfFormula(state.src, state.pos, state.posMax);
    if (end === undefined) return false;
    if (!silent) pushLines(state, state.src.slice(state.pos, end));
    state.pos = end;
    return true;
  });
  // A line of one that begins with a minus is no list.
  parser.block.ruler.before('blockquote', 'formula', displayed, { alt: ['paragraph', 'blockquote', 'list'] });
}

/** Whether it is worth looking for formulas in a text. */
export function mayHoldFormulas(text: string): boolean {
  return /\$|\\[([]/.test(text);
}

type Inline = Parameters<Parameters<MarkdownIt['inline']['ruler']['push']>[1]>[0];
type Block = Parameters<Parameters<MarkdownIt['block']['ruler']['push']>[1]>[0];

/** Longest formula, in characters, and in lines where it stands by itself: what is longer is text with dollars in it. */
const MAX_CHARS = 1_000;
const MAX_LINES = 60;

const DOLLAR = 0x24;
const BACKSLASH = 0x5c;

const CLOSING: Readonly<Record<string, string>> = { $$: '$$', '\\(': '\\)', '\\[': '\\]' };

/** What tells a formula from amounts of money, from references like `\[1\]` and from brackets that are only escaped. */
const LOOKS_LIKE_ONE = /[\\^_={}]|[\w)]\s*[-+*/<>]\s*[\w(]/;

/** @returns Where the formula ends that begins here; undefined where none does. */
function endOfFormula(src: string, pos: number, max: number): number | undefined {
  const first = src.charCodeAt(pos);
  if (first !== DOLLAR && first !== BACKSLASH) return undefined;
  const opening = src.slice(pos, pos + 2);
  const closing = CLOSING[opening];
  if (closing === undefined) return first === DOLLAR ? endOfShort(src, pos, max) : undefined;
  const window = src.slice(pos + 2, Math.min(max, pos + MAX_CHARS));
  const at = window.indexOf(closing);
  const inner = window.slice(0, Math.max(0, at));
  if (inner.trim() === '' || (opening !== '$$' && !LOOKS_LIKE_ONE.test(inner))) return undefined;
  return pos + 4 + at;
}

/** Between single dollars: on one line, no blank inside of either, no figure behind. */
function endOfShort(src: string, pos: number, max: number): number | undefined {
  const window = src.slice(pos + 1, Math.min(max, pos + MAX_CHARS));
  const inner = /^[^\s$](?:[^$\n]*[^\s$\\])?(?=\$(?![\d$]))/.exec(window)?.[0];
  return inner !== undefined && LOOKS_LIKE_ONE.test(inner) ? pos + inner.length + 2 : undefined;
}

function pushLines(state: Inline, formula: string): void {
  for (const [at, line] of formula.split('\n').entries()) {
    if (at > 0) state.push('softbreak', 'br', 0);
    state.push('text', '', 0).content = line.trim();
  }
}

/** A formula on lines of its own, from the one that opens it to the one that closes it: a paragraph. */
function displayed(state: Block, start: number, end: number, silent: boolean): boolean {
  // Asked of each line of each text, so the most are let go by their first character.
  const first = state.src.charCodeAt((state.bMarks[start] ?? 0) + (state.tShift[start] ?? 0));
  if (first !== DOLLAR && first !== BACKSLASH) return false;
  const opened = lineAt(state, start);
  const opening = opened.slice(0, 2);
  const closing = CLOSING[opening];
  if (closing === undefined || opening === '\\(' || opened.indexOf(closing, 2) !== -1) return false;
  for (let line = start + 1; line < Math.min(end, start + MAX_LINES); line++) {
    const text = lineAt(state, line);
    if (text === '' || (state.sCount[line] ?? 0) < state.blkIndent) return false;
    if (!text.endsWith(closing)) continue;
    if (!silent) pushParagraph(state, start, line + 1);
    return true;
  }
  return false;
}

function lineAt(state: Block, line: number): string {
  const from = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
  return state.src.slice(from, state.eMarks[line]).trimEnd();
}

function pushParagraph(state: Block, start: number, end: number): void {
  state.push('paragraph_open', 'p', 1).map = [start, end];
  const inline = state.push('inline', '', 0);
  inline.content = state.getLines(start, end, state.blkIndent, false).trim();
  inline.map = [start, end];
  inline.children = [];
  state.push('paragraph_close', 'p', -1);
  state.line = end;
}
