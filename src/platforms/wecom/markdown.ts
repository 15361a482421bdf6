import { markdown, type Token } from '../../lib/markdown.ts';
import { APP_DIALECT, type Dialect, harmlessCode, PLAIN_DIALECT } from './dialects.ts';

/**
 * Writes Markdown in what messages of an app show: headings, bold, links, code in a line, quotes. Everything else is put into
 * words: lists get dots, tables become lines, code blocks become lines of code, images become links.
 *
 * @see https://developer.work.weixin.qq.com/document/path/90236 (`markdown`)
 */
export function renderMarkdown(text: string): string {
  return render(text, APP_DIALECT);
}

/** Writes Markdown as plain words, for messages that show no Markdown at all. */
export function renderPlain(text: string): string {
  return render(text, PLAIN_DIALECT);
}

/** Whether a text means the same when it is not read as Markdown. */
export function isPlain(text: string): boolean {
  const plain = new Set(['paragraph_open', 'paragraph_close', 'inline', 'text', 'softbreak']);
  const visit = (tokens: readonly Token[]): boolean =>
    tokens.every((token) => plain.has(token.type) && visit(token.children ?? []));
  return !NEEDS_WORK.test(text) || visit(markdown.parse(text, {}));
}

/** Everything that means something somewhere in Markdown; a text without it is shown as it stands. */
const NEEDS_WORK = /[\\`*_~[\]<>&|#!:=+-]|^\s*\d{1,9}[.)]|^(?: {4}|\t)| {2}$/m;

function render(text: string, dialect: Dialect): string {
  if (!NEEDS_WORK.test(text)) return text.trim();
  const writer = new Writer(dialect);
  writer.write(markdown.parse(text, {}));
  // Two harmless pieces may make a tag together.
  return harmlessCode(writer.text);
}

/** Writes blocks one below the other, keeping track of the lists and quotes around them. */
class Writer {
  readonly #dialect: Dialect;
  readonly #lines: string[] = [];
  /** What stands before each line: blanks in a list, a mark in a quote. */
  #prefix = '';
  /** A list's mark, to be written before its item's first line. */
  #mark = '';
  #depth = 0;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  get text(): string {
    return this.#lines.join('\n').trim();
  }

  write(tokens: readonly Token[]): void {
    for (let i = 0; i < tokens.length; ) {
      const token = tokens[i];
      if (!token) return;
      const end = token.nesting === 1 ? closing(tokens, i) : i;
      this.#block(token, tokens.slice(i + 1, end));
      i = end + 1;
    }
  }

  #block(token: Token, inner: readonly Token[]): void {
    switch (token.type) {
      case 'paragraph_open':
        return this.#paragraph(this.#inline(inner), token.hidden);
      case 'heading_open':
        return this.#heading(Number(token.tag.slice(1)), this.#inline(inner));
      case 'bullet_list_open':
        return this.#list(inner, () => (this.#depth % 2 === 1 ? '• ' : '◦ '));
      case 'ordered_list_open': {
        let number = Number(token.attrGet('start') ?? 1);
        return this.#list(inner, () => `${number++}. `);
      }
      case 'blockquote_open':
        return this.#quote(inner);
      case 'fence':
      case 'code_block':
        return this.#paragraph(codeLines(token.content, this.#dialect), false);
      case 'hr':
        return this.#paragraph('————————', false);
      case 'table_open':
        return this.#paragraph(tableLines(inner, this.#dialect), false);
      default:
        return this.#paragraph(this.#inline([token]), false);
    }
  }

  #inline(tokens: readonly Token[]): string {
    return tokens.map((token) => renderInline(token.children ?? [], this.#dialect)).join('\n');
  }

  /** A heading is one only at the start of a line. */
  #heading(level: number, text: string): void {
    const atStart = this.#prefix === '' && this.#mark === '';
    this.#paragraph(
      atStart ? this.#dialect.heading(level, text.replaceAll('\n', ' ')) : this.#dialect.bold(text),
      false,
    );
  }

  #paragraph(text: string, tight: boolean): void {
    if (text !== '') for (const line of text.split('\n')) this.#line(line);
    if (!tight) this.#gap();
  }

  #line(line: string): void {
    this.#lines.push((this.#mark === '' ? this.#prefix : this.#mark) + line);
    this.#mark = '';
  }

  /** One empty line, inside a quote a quoted one. */
  #gap(): void {
    const empty = this.#prefix.trimEnd();
    if (this.#lines.length > 0 && this.#lines.at(-1) !== empty) this.#lines.push(empty);
  }

  #list(items: readonly Token[], nextMark: () => string): void {
    if (this.#mark !== '') this.#line('');
    const outer = this.#prefix;
    this.#depth += 1;
    for (let i = 0; i < items.length; ) {
      const end = closing(items, i);
      this.#mark = outer + nextMark();
      this.#prefix = outer + INDENT;
      this.write(items.slice(i + 1, end));
      if (this.#mark !== '') this.#line('');
      i = end + 1;
    }
    this.#depth -= 1;
    this.#prefix = outer;
    if (this.#depth === 0) this.#gap();
  }

  #quote(inner: readonly Token[]): void {
    if (this.#mark !== '') this.#line('');
    const outer = this.#prefix;
    // The dialect knows quotes at the start of a line only, and none inside another.
    this.#prefix = outer === '' ? '> ' : outer;
    this.write(inner);
    while (this.#lines.at(-1) === this.#prefix.trimEnd()) this.#lines.pop();
    this.#prefix = outer;
    this.#gap();
  }
}

/** A full-width blank: ordinary ones at the start of a line are not shown. */
const INDENT = '　';

/** A line's tokens. */
function renderInline(tokens: readonly Token[], dialect: Dialect): string {
  let text = '';
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    const end = token ? spanEnd(tokens, i) : i;
    if (token && end > i) text += span(token, renderInline(tokens.slice(i + 1, end), dialect), dialect);
    else if (token) text += leaf(token, dialect);
    i = end;
  }
  return text;
}

/** Where something ends that has an end of its own; `start` for anything else. */
function spanEnd(tokens: readonly Token[], start: number): number {
  if (tokens[start]?.nesting !== 1) return start;
  const end = closing(tokens, start);
  return end === tokens.length ? start : end;
}

function span(token: Token, inner: string, dialect: Dialect): string {
  if (token.type === 'strong_open') return dialect.bold(inner);
  if (token.type === 'link_open') return dialect.link(inner, attributeOf(token, 'href'));
  return inner;
}

function leaf(token: Token, dialect: Dialect): string {
  switch (token.type) {
    case 'code_inline':
      return dialect.code(token.content);
    case 'image':
      return dialect.link(`🖼 ${token.content}`.trim(), attributeOf(token, 'src'));
    case 'softbreak':
    case 'hardbreak':
      return '\n';
    default:
      return dialect.words(token.content);
  }
}

function attributeOf(token: Token, name: string): string {
  return String(token.attrGet(name) ?? '');
}

function codeLines(code: string, dialect: Dialect): string {
  const lines = code.replace(/\n$/, '').split('\n');
  return lines.map((line) => (line.trim() === '' ? '' : dialect.codeLine(line))).join('\n');
}

/** A line for each row, the first one bold. */
function tableLines(tokens: readonly Token[], dialect: Dialect): string {
  const rows: string[][] = [];
  tokens.forEach((token, i) => {
    if (token.type === 'tr_open') rows.push([]);
    if (token.type !== 'th_open' && token.type !== 'td_open') return;
    rows.at(-1)?.push(renderInline(tokens[i + 1]?.children ?? [], dialect).replaceAll('\n', ' '));
  });
  const [header = [], ...body] = rows.map((cells) => cells.map((cell) => cell.replaceAll('**', '')));
  return [dialect.bold(header.join(' | ')), ...body.map((cells) => cells.join(' | '))].join('\n');
}

/** The index of the token that closes the one at `start`. */
function closing(tokens: readonly Token[], start: number): number {
  let depth = 0;
  for (let i = start; i < tokens.length; i++) {
    depth += tokens[i]?.nesting ?? 0;
    if (depth === 0) return i;
  }
  return tokens.length;
}
