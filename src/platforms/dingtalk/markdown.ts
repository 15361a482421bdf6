import { markdown, type Token } from '../../lib/markdown.ts';
import { attributeOf, closing, harmless, type ImageSource, renderInline } from './markdown-inline.ts';

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
  const urls = new Set<string>();
  const visit = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      if (token.type === 'image') urls.add(attributeOf(token, 'src'));
      visit(token.children ?? []);
    }
  };
  visit(markdown.parse(text, {}));
  return [...urls].filter((url) => /^https?:\/\//i.test(url));
}

/** Writes blocks one below the other, keeping track of the lists and quotes around them. */
class Writer {
  readonly #images: ImageSource;
  readonly #lines: string[] = [];
  /** What stands before each line: blanks in a list, a mark in a quote. */
  #prefix = '';
  /** A list's mark, to be written before its item's first line. */
  #mark = '';

  constructor(images: ImageSource) {
    this.#images = images;
  }

  get text(): string {
    return this.#lines
      .join('\n')
      .replace(/[ \n]+$/, '')
      .replace(/^\n+/, '');
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
        return this.#heading(Number(token.tag.slice(1)), this.#inline(inner, ' '));
      case 'bullet_list_open':
        return this.#list(inner, () => '- ');
      case 'ordered_list_open': {
        let number = Number(token.attrGet('start') ?? 1);
        return this.#list(inner, () => `${number++}. `);
      }
      case 'blockquote_open':
        return this.#quote(inner);
      case 'fence':
      case 'code_block':
        return this.#code(token);
      case 'hr':
        return this.#paragraph('---', false);
      case 'table_open':
        return this.#paragraph(this.#table(inner), false);
      default:
        return this.#paragraph(this.#inline([token]), false);
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
    this.#paragraph(text === '' ? '' : `${'#'.repeat(level)} ${text}`, false);
  }

  #paragraph(text: string, tight: boolean): void {
    if (text !== '') for (const line of text.split('\n')) this.#line(line);
    if (!tight) this.#gap();
  }

  #code(token: Token): void {
    const ticks = '`'.repeat(Math.max(3, 1 + longestRun(token.content)));
    const info =
      token.info
        .trim()
        .split(/\s/)[0]
        ?.replace(/[^\w+#.-]/g, '') ?? '';
    this.#paragraph(`${ticks}${info}\n${token.content.replace(/\n$/, '')}\n${ticks}`, false);
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
    for (let i = 0; i < items.length; ) {
      const end = closing(items, i);
      const mark = nextMark();
      this.#mark = outer + mark;
      this.#prefix = outer + ' '.repeat(mark.length);
      this.write(items.slice(i + 1, end));
      if (this.#mark !== '') this.#line('');
      i = end + 1;
    }
    this.#prefix = outer;
    if (outer === '') this.#gap();
  }

  #quote(inner: readonly Token[]): void {
    if (this.#mark !== '') this.#line('');
    const outer = this.#prefix;
    this.#prefix = `${outer}> `;
    this.write(inner);
    while (this.#lines.at(-1) === this.#prefix.trimEnd()) this.#lines.pop();
    this.#prefix = outer;
    this.#gap();
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

function longestRun(code: string): number {
  return Math.max(0, ...(code.match(/`+/g) ?? []).map((run) => run.length));
}
