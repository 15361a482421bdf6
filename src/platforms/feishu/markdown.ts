import { markdown, type Token } from '../../lib/markdown.ts';
import { MarkdownLines } from '../../lib/markdown-lines.ts';
import { attributeOf, eachBlock, MARKDOWN_MARKS, numbersOf, pictureUrls } from '../../lib/markdown-tokens.ts';
import { type MarkdownLinks, renderInline } from './markdown-inline.ts';
import { renderTable, type TableRow, tableAsCode } from './markdown-table.ts';

export interface MarkdownOptions extends MarkdownLinks {
  /** How many tables may be shown as such; the rest become code. */
  readonly maxTables: number;
}

/**
 * Writes Markdown in the dialect of a card's `markdown` element: no HTML, mentions taken out, lists indented by four, code and
 * tables at the start of the line, images by their keys, few tables, emphasis that holds next to Chinese punctuation.
 *
 * @see https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/rich-text
 */
export function renderMarkdown(text: string, options: MarkdownOptions): string {
  const safe = withoutMentions(text);
  if (!MARKDOWN_MARKS.test(safe)) return safe;
  const writer = new Writer(options);
  writer.write(markdown.parse(safe, {}));
  return writer.text;
}

/** An `<at …>` would call people who have nothing to do with it, whoever wrote it. */
export function withoutMentions(text: string): string {
  let before = text;
  // Taking one out may put another together; whoever nests them deeper means no good.
  for (let rounds = 0; rounds < 5; rounds++) {
    const after = before.replace(MENTION, '');
    if (after === before) return after;
    before = after;
  }
  return before.replaceAll('<', '＜');
}

const MENTION = /<\s*\/?\s*at\b[^>\n]*>?/gi;

/** The addresses of the images in a text, each once. */
export function imageUrls(text: string): readonly string[] {
  if (!text.includes('![')) return [];
  return pictureUrls(withoutMentions(text));
}

const LIST_INDENT = '    ';

/** Writes the blocks of a text, each as the vendor shows it. */
class Writer {
  readonly #options: MarkdownOptions;
  readonly #lines = new MarkdownLines();
  #tables = 0;

  constructor(options: MarkdownOptions) {
    this.#options = options;
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
        return this.#lines.paragraph(`${'#'.repeat(Number(token.tag.slice(1)))} ${headingText(this.#inline(inner))}`);
      case 'bullet_list_open':
        return this.#list(inner, () => '- ');
      case 'ordered_list_open':
        return this.#list(inner, numbersOf(token));
      case 'blockquote_open':
        return this.#lines.quote(`${this.#lines.prefix}> `, () => this.write(inner));
      // The dialect knows code and tables at the start of a line only.
      case 'fence':
      case 'code_block':
        return this.#lines.lifted(fenced(token.content, token.info));
      case 'hr':
        return this.#lines.lifted('---');
      case 'table_open':
        return this.#table(inner);
      default:
        return this.#lines.paragraph(this.#inline([token]));
    }
  }

  #inline(tokens: readonly Token[]): string {
    return tokens.map((token) => renderInline(token.children ?? [], this.#options, 'block')).join('\n');
  }

  #list(items: readonly Token[], next: () => string): void {
    this.#lines.list(items, { next, indent: () => LIST_INDENT }, (inner) => this.write(inner));
    // A list inside an item ends with the item.
    if (!this.#lines.prefix.endsWith(LIST_INDENT)) this.#lines.gap();
  }

  #table(inner: readonly Token[]): void {
    this.#tables += 1;
    const shown = this.#tables <= this.#options.maxTables;
    const rows = rowsOf(inner, (token) => renderInline(token.children ?? [], this.#options, 'cell'), shown);
    this.#lines.lifted(shown ? renderTable(rows) : fenced(tableAsCode(rows), ''));
  }
}

/** Hashes at its end would be taken for its closing mark. */
function headingText(text: string): string {
  return text.replace(/#+$/, (hashes) => '&#35;'.repeat(hashes.length)).replaceAll('\n', ' ');
}

function rowsOf(tokens: readonly Token[], render: (cell: Token) => string, shown: boolean): readonly TableRow[] {
  const rows: { text: string; align: string }[][] = [];
  tokens.forEach((token, i) => {
    if (token.type === 'tr_open') rows.push([]);
    if (token.type !== 'th_open' && token.type !== 'td_open') return;
    const cell = tokens[i + 1];
    const align = /text-align:(\w+)/.exec(attributeOf(token, 'style'))?.[1] ?? '';
    rows.at(-1)?.push({ text: cell ? (shown ? render(cell) : cell.content) : '', align });
  });
  return rows;
}

function fenced(code: string, info: string): string {
  const runs = code.match(/^ *(`{3,})/gm)?.map((run) => run.trim().length) ?? [2];
  const fence = '`'.repeat(Math.max(...runs) + 1);
  const language = /^[\w+#.-]+/.exec(info.trim())?.[0] ?? '';
  return `${fence}${language}\n${code.replace(/\n$/, '')}\n${fence}`;
}
