import { markdown, type Token } from '../../lib/markdown.ts';
import { MarkdownLines } from '../../lib/markdown-lines.ts';
import { eachBlock, numbersOf, pictureUrls } from '../../lib/markdown-tokens.ts';
import { harmless, type ImageSource, renderInline } from './markdown-inline.ts';

/** A line end that is one everywhere: alone it joins two lines in cards and in messages. */
const NEWLINE = '  \n';

/**
 * Writes Markdown in what the vendor's cards and messages show: headings, bold, slanted, links, images, lists, quotes, code,
 * tables. HTML and what would call people becomes plain words.
 *
 * @see https://open.dingtalk.com/document/development/robot-message-type
 */
export function renderMarkdown(text: string, images: ImageSource = () => undefined): string {
  if (!NEEDS_WORK.test(text)) return text.trim();
  const writer = new Writer(images);
  writer.write(markdown.parse(text, {}));
  return writer.text;
}

/** Everything that means something somewhere in Markdown, and line ends; a text without it is shown as it stands. */
const NEEDS_WORK = /[\\`*_~[\]<>&|#!:=+\n-]|^\s*\d{1,9}[.)]|^(?: {4}|\t)/;

/** The pictures that a text shows, once each. */
export function imageUrls(text: string): readonly string[] {
  if (!text.includes('](') && !text.includes('][')) return [];
  return pictureUrls(text);
}

/** Writes the blocks of a text, each as the vendor shows it. */
class Writer {
  readonly #images: ImageSource;
  readonly #lines = new MarkdownLines();

  constructor(images: ImageSource) {
    this.#images = images;
  }

  get text(): string {
    return this.#lines.text.replace(/[ \n]+$/, '').replace(/^\n+/, '');
  }

  write(tokens: readonly Token[]): void {
    eachBlock(tokens, (token, inner) => this.#block(token, inner));
  }

  #block(token: Token, inner: readonly Token[]): void {
    switch (token.type) {
      case 'paragraph_open':
        return this.#lines.paragraph(this.#inline(inner), token.hidden);
      case 'heading_open':
        return this.#heading(Number(token.tag.slice(1)), this.#inline(inner, ' '));
      case 'bullet_list_open':
        return this.#list(inner, () => '- ');
      case 'ordered_list_open':
        return this.#list(inner, numbersOf(token));
      case 'blockquote_open':
        return this.#lines.quote(`${this.#lines.prefix}> `, () => this.write(inner));
      case 'fence':
      case 'code_block':
        return this.#lines.paragraph(fenced(token));
      case 'hr':
        return this.#lines.paragraph('---');
      case 'table_open':
        return this.#lines.paragraph(this.#table(inner));
      default:
        return this.#lines.paragraph(this.#inline([token]));
    }
  }

  #inline(tokens: readonly Token[], newline = NEWLINE): string {
    return tokens
      .map((token) =>
        token.children ? renderInline(token.children, this.#images, newline) : harmless(token.content.trimEnd()),
      )
      .join(newline);
  }

  #heading(level: number, text: string): void {
    this.#lines.paragraph(text === '' ? '' : `${'#'.repeat(level)} ${text}`);
  }

  #list(items: readonly Token[], next: () => string): void {
    this.#lines.list(items, { next, indent: (mark) => ' '.repeat(mark.length) }, (inner) => this.write(inner));
    if (this.#lines.prefix === '') this.#lines.gap();
  }

  #table(tokens: readonly Token[]): string {
    const rows: string[][] = [];
    tokens.forEach((token, i) => {
      if (token.type === 'tr_open') rows.push([]);
      if (token.type !== 'th_open' && token.type !== 'td_open') return;
      const cell = renderInline(tokens[i + 1]?.children ?? [], this.#images, ' ');
      rows.at(-1)?.push(cell.replaceAll('|', '\\|'));
    });
    const [header = [], ...body] = rows;
    const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
    return [line(header), line(header.map(() => '---')), ...body.map(line)].join('\n');
  }
}

function fenced({ content, info }: Token): string {
  const ticks = '`'.repeat(Math.max(3, 1 + longestRun(content)));
  const language =
    info
      .trim()
      .split(/\s/)[0]
      ?.replace(/[^\w+#.-]/g, '') ?? '';
  return `${ticks}${language}\n${content.replace(/\n$/, '')}\n${ticks}`;
}

function longestRun(code: string): number {
  return Math.max(0, ...(code.match(/`+/g) ?? []).map((run) => run.length));
}
