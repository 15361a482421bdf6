import { markdown, type Token } from '../../lib/markdown.ts';
import { attributeOf, type MarkdownLinks, renderInline } from './markdown-inline.ts';
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
  if (!NEEDS_WORK.test(safe)) return safe;
  const writer = new Writer(options);
  writer.write(markdown.parse(safe, {}));
  return writer.text;
}

/** Everything that means something somewhere in Markdown; a text without it is shown as it stands. */
const NEEDS_WORK = /[\\`*_~[\]<>&|#!:=+-]|^\s*\d{1,9}[.)]|^(?: {4}|\t)| {2}$/m;

/** Whether a text means the same when it is not read as Markdown. */
export function isPlain(text: string): boolean {
  const plain = new Set(['paragraph_open', 'paragraph_close', 'inline', 'text', 'softbreak']);
  const visit = (tokens: readonly Token[]): boolean =>
    tokens.every((token) => plain.has(token.type) && visit(token.children ?? []));
  return visit(markdown.parse(text, {}));
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
  const urls = new Set<string>();
  const visit = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      const url = token.type === 'image' ? attributeOf(token, 'src') : '';
      if (/^https?:\/\//i.test(url)) urls.add(url);
      if (token.children) visit(token.children);
    }
  };
  visit(markdown.parse(withoutMentions(text), {}));
  return [...urls];
}

const LIST_INDENT = '    ';

/** Writes blocks one below the other, keeping track of the lists and quotes around them. */
class Writer {
  readonly #options: MarkdownOptions;
  readonly #lines: string[] = [];
  #tables = 0;
  /** What stands before each line: four spaces a list, `> ` a quote. */
  #prefix = '';
  /** A list's mark, to be written before its item's first line. */
  #mark = '';

  constructor(options: MarkdownOptions) {
    this.#options = options;
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
        return this.#paragraph(`${'#'.repeat(Number(token.tag.slice(1)))} ${headingText(this.#inline(inner))}`, false);
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
        return this.#lifted(fenced(token.content, token.info));
      case 'hr':
        return this.#lifted('---');
      case 'table_open':
        return this.#table(inner);
      default:
        return this.#paragraph(this.#inline([token]), false);
    }
  }

  #inline(tokens: readonly Token[]): string {
    return tokens.map((token) => renderInline(token.children ?? [], this.#options, 'block')).join('\n');
  }

  #paragraph(text: string, tight: boolean): void {
    if (text !== '') for (const line of text.split('\n')) this.#line(line);
    if (!tight) this.#gap();
  }

  #line(line: string): void {
    this.#lines.push(this.#mark === '' ? this.#prefix + line : this.#mark + line);
    this.#mark = '';
  }

  /** An item that begins with something of its own line, or with nothing, still has its mark. */
  #flushMark(): void {
    if (this.#mark !== '') this.#line('');
  }

  /** One empty line, inside a quote a quoted one. */
  #gap(): void {
    const empty = this.#prefix.trimEnd();
    if (this.#lines.length > 0 && this.#lines.at(-1) !== empty) this.#lines.push(empty);
  }

  #list(items: readonly Token[], nextMark: () => string): void {
    this.#flushMark();
    const outer = this.#prefix;
    for (let i = 0; i < items.length; ) {
      const end = closing(items, i);
      this.#mark = outer + nextMark();
      this.#prefix = outer + LIST_INDENT;
      this.write(items.slice(i + 1, end));
      this.#flushMark();
      i = end + 1;
    }
    this.#prefix = outer;
    // A list inside an item ends with the item.
    if (!outer.endsWith(LIST_INDENT)) this.#gap();
  }

  #quote(inner: readonly Token[]): void {
    this.#flushMark();
    const outer = this.#prefix;
    this.#prefix = `${outer}> `;
    this.write(inner);
    while (this.#lines.at(-1) === this.#prefix.trimEnd()) this.#lines.pop();
    this.#prefix = outer;
    this.#gap();
  }

  /** The dialect knows code and tables at the start of a line only, so they leave their list or quote. */
  #lifted(block: string): void {
    this.#flushMark();
    if (this.#lines.length > 0 && this.#lines.at(-1) !== '') this.#lines.push('');
    this.#lines.push(block, '');
  }

  #table(inner: readonly Token[]): void {
    this.#tables += 1;
    const shown = this.#tables <= this.#options.maxTables;
    const rows = rowsOf(inner, (token) => renderInline(token.children ?? [], this.#options, 'cell'), shown);
    this.#lifted(shown ? renderTable(rows) : fenced(tableAsCode(rows), ''));
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

/** The index of the token that closes the one at `start`. */
function closing(tokens: readonly Token[], start: number): number {
  let depth = 0;
  for (let i = start; i < tokens.length; i++) {
    depth += tokens[i]?.nesting ?? 0;
    if (depth === 0) return i;
  }
  return tokens.length;
}

function fenced(code: string, info: string): string {
  const runs = code.match(/^ *(`{3,})/gm)?.map((run) => run.trim().length) ?? [2];
  const fence = '`'.repeat(Math.max(...runs) + 1);
  const language = /^[\w+#.-]+/.exec(info.trim())?.[0] ?? '';
  return `${fence}${language}\n${code.replace(/\n$/, '')}\n${fence}`;
}
