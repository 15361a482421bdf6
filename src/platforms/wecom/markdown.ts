import { markdown, type Token } from '../../lib/markdown.ts';
import { MarkdownLines } from '../../lib/markdown-lines.ts';
import { attributeOf, closing, eachBlock, MARKDOWN_MARKS, numbersOf } from '../../lib/markdown-tokens.ts';
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

function render(text: string, dialect: Dialect): string {
  if (!MARKDOWN_MARKS.test(text)) return text.trim();
  const writer = new Writer(dialect);
  writer.write(markdown.parse(text, {}));
  // Two harmless pieces may make a tag together.
  return harmlessCode(writer.text);
}

/** Writes the blocks of a text, each as the vendor shows it. */
class Writer {
  readonly #dialect: Dialect;
  readonly #lines = new MarkdownLines();
  #depth = 0;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  get text(): string {
    return this.#lines.text.trim();
  }

  write(tokens: readonly Token[]): void {
    eachBlock(tokens, (token, inner) => this.#block(token, inner));
  }

  #block(token: Token, inner: readonly Token[]): void {
    switch (token.type) {
      case 'paragraph_open':
        return this.#lines.paragraph(this.#inline(inner), token.hidden);
      case 'heading_open':
        return this.#heading(Number(token.tag.slice(1)), this.#inline(inner));
      case 'bullet_list_open':
        return this.#list(inner, () => (this.#depth % 2 === 1 ? '• ' : '◦ '));
      case 'ordered_list_open':
        return this.#list(inner, numbersOf(token));
      case 'blockquote_open':
        // The dialect knows quotes at the start of a line only, and none inside another.
        return this.#lines.quote(this.#lines.prefix || '> ', () => this.write(inner));
      case 'fence':
      case 'code_block':
        return this.#lines.paragraph(codeLines(token.content, this.#dialect));
      case 'hr':
        return this.#lines.paragraph('————————');
      case 'table_open':
        return this.#lines.paragraph(tableLines(inner, this.#dialect));
      default:
        return this.#lines.paragraph(this.#inline([token]));
    }
  }

  #inline(tokens: readonly Token[]): string {
    return tokens.map((token) => renderInline(token.children ?? [], this.#dialect)).join('\n');
  }

  /** A heading is one only at the start of a line. */
  #heading(level: number, text: string): void {
    const { isAtEdge } = this.#lines;
    this.#lines.paragraph(
      isAtEdge ? this.#dialect.heading(level, text.replaceAll('\n', ' ')) : this.#dialect.bold(text),
    );
  }

  #list(items: readonly Token[], next: () => string): void {
    this.#depth += 1;
    this.#lines.list(items, { next, indent: () => INDENT }, (inner) => this.write(inner));
    this.#depth -= 1;
    if (this.#depth === 0) this.#lines.gap();
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
