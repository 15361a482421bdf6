import createParser, { type MarkdownIt, type StateCore, type Token } from 'markdown-it';
import { InlineStack } from './inline-stack.ts';
import type { Align, Block, Inline } from './nodes.ts';
import { DINGTALK_TAGS, type Tag, tagRule } from './tags.ts';

/** `full` is what a Markdown element of Feishu takes, `lark` the lesser dialect of texts inside other elements. */
export type Dialect = 'full' | 'lark' | 'dingtalk';

const BEYOND_LARK = ['table', 'heading', 'lheading', 'blockquote', 'fence', 'code', 'list'];
const PARSERS: Readonly<Record<Dialect, MarkdownIt>> = {
  full: makeParser('full'),
  lark: makeParser('lark'),
  dingtalk: makeParser('dingtalk'),
};

function makeParser(dialect: Dialect): MarkdownIt {
  const isDingtalk = dialect === 'dingtalk';
  const parser = createParser({ html: false, linkify: true, breaks: !isDingtalk, typographer: false });
  parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  parser.inline.ruler.before('autolink', 'vendor_tag', isDingtalk ? tagRule(DINGTALK_TAGS) : tagRule());
  if (dialect === 'lark') parser.disable(BEYOND_LARK);
  if (isDingtalk) parser.core.ruler.push('joined_lines', joinLines);
  return parser;
}

/** A lone line end breaks no line at DingTalk: two blanks have to stand before it. */
function joinLines({ tokens }: StateCore): void {
  for (const child of tokens.flatMap(({ children }) => children ?? [])) {
    if (child.type === 'softbreak') Object.assign(child, { type: 'text', content: ' ' });
  }
}

/** A block with the text it was made from: the same text need not be rendered again while more is streamed below. */
export interface SourcedBlock {
  readonly source: string;
  /** Where it begins, from 0. */
  readonly line: number;
  readonly block: Block;
}

export function parseMarkdown(text: string, dialect: Dialect = 'full'): SourcedBlock[] {
  const lines = text.split('\n');
  const tokens = PARSERS[dialect].parse(text, {});
  const blocks: SourcedBlock[] = [];
  for (let at = 0; at < tokens.length; ) {
    const from = tokens[at];
    const [block, next] = readBlock(tokens, at);
    const [first, last] = from?.map ?? [0, lines.length];
    if (block !== undefined) blocks.push({ source: lines.slice(first, last).join('\n'), line: first, block });
    at = next;
  }
  return blocks;
}

/** What was read of a text, to go on from when the text has grown. */
export interface Parsed {
  readonly text: string;
  readonly blocks: readonly SourcedBlock[];
}

/**
 * Reads a text that is usually a longer version of one read before: only from the last block on, for what stands before
 * it can't change any more. An answer of 30 kB is read in the time of its last paragraph.
 */
export function parseGrown(before: Parsed | undefined, text: string, dialect: Dialect = 'full'): Parsed {
  const last = before?.blocks.at(-1);
  if (before === undefined || last === undefined || last.line === 0)
    return { text, blocks: parseMarkdown(text, dialect) };
  const start = offsetOfLine(before.text, last.line);
  if (!text.startsWith(before.text.slice(0, start))) return { text, blocks: parseMarkdown(text, dialect) };
  const rest = parseMarkdown(text.slice(start), dialect);
  const moved = rest.map((block) => ({ ...block, line: block.line + last.line }));
  return { text, blocks: [...before.blocks.slice(0, -1), ...moved] };
}

function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let at = 0; at < line; at += 1) offset = text.indexOf('\n', offset) + 1;
  return offset;
}

/** The block that begins at `at`, and where the next one begins. */
function readBlock(tokens: readonly Token[], at: number): [Block | undefined, number] {
  const token = tokens[at];
  if (token === undefined) return [undefined, at + 1];
  switch (token.type) {
    case 'hr':
      return [{ kind: 'rule' }, at + 1];
    case 'fence':
    case 'code_block':
      return [
        { kind: 'code', language: token.info.trim().split(/\s/)[0] ?? '', text: token.content.replace(/\n$/, '') },
        at + 1,
      ];
    case 'inline':
      return [paragraphOf(token), at + 1];
  }
  if (token.nesting !== 1) return [undefined, at + 1];
  const end = closeOf(tokens, at);
  const inside = tokens.slice(at + 1, end);
  return [containerOf(token, inside), end + 1];
}

function containerOf(open: Token, inside: readonly Token[]): Block | undefined {
  switch (open.type) {
    case 'paragraph_open':
      return paragraphOf(inside[0]);
    case 'heading_open':
      return { kind: 'heading', level: Number(open.tag.slice(1)), children: inlinesOf(inside[0]) };
    case 'blockquote_open':
      return { kind: 'quote', children: blocksOf(inside) };
    case 'bullet_list_open':
    case 'ordered_list_open':
      return {
        kind: 'list',
        ordered: open.type === 'ordered_list_open',
        start: Number(open.attrGet('start') ?? 1),
        items: childrenOf(inside, 'list_item_open').map(blocksOf),
      };
    case 'table_open':
      return tableOf(inside);
    default:
      return undefined;
  }
}

/** A lone `<hr>` is a rule, as the vendor has it. */
function paragraphOf(token: Token | undefined): Block {
  const only = token?.children?.length === 1 ? token.children[0]?.meta?.['tag'] : undefined;
  if ((only as Tag | undefined)?.name === 'hr') return { kind: 'rule' };
  return { kind: 'paragraph', children: inlinesOf(token) };
}

function blocksOf(tokens: readonly Token[]): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < tokens.length; ) {
    const [block, next] = readBlock(tokens, at);
    if (block !== undefined) blocks.push(block);
    at = next;
  }
  return blocks;
}

function tableOf(inside: readonly Token[]): Block {
  const rows = childrenOf(inside, 'thead_open', 'tbody_open').flatMap((part) => childrenOf(part, 'tr_open'));
  const cells = rows.map((row) => childrenOf(row, 'th_open', 'td_open').map((cell) => inlinesOf(cell[0])));
  const align = inside.filter((token) => token.type === 'th_open').map(alignOf);
  return { kind: 'table', align, head: cells[0] ?? [], rows: cells.slice(1) };
}

function alignOf(token: Token): Align {
  const match = /text-align:(left|center|right)/.exec(attribute(token, 'style'));
  return match?.[1] as Align;
}

/** What stands inside each opening token of these types, on this level. */
function childrenOf(tokens: readonly Token[], ...types: readonly string[]): Token[][] {
  const found: Token[][] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || !types.includes(token.type)) continue;
    const end = closeOf(tokens, at);
    found.push(tokens.slice(at + 1, end));
    at = end;
  }
  return found;
}

function closeOf(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    depth += tokens[at]?.nesting ?? 0;
    if (depth === 0) return at;
  }
  return tokens.length;
}

function inlinesOf(token: Token | undefined): Inline[] {
  const stack = new InlineStack();
  for (const child of token?.children ?? []) addInline(stack, child);
  return stack.done();
}

const PAIRS: Readonly<Record<string, 'strong' | 'em' | 'strike'>> = { strong: 'strong', em: 'em', s: 'strike' };

function addInline(stack: InlineStack, token: Token): void {
  const pair = PAIRS[token.type.replace(/_(open|close)$/, '')];
  if (pair !== undefined) return token.nesting === 1 ? stack.open({ kind: pair }) : stack.close(pair);
  switch (token.type) {
    case 'softbreak':
    case 'hardbreak':
      return stack.add({ kind: 'break' });
    case 'code_inline':
      return stack.add({ kind: 'code', text: token.content });
    case 'link_open':
      return stack.open({ kind: 'link', href: safeHref(attribute(token, 'href')) });
    case 'link_close':
      return stack.close('link');
    case 'image':
      return stack.add({ kind: 'image', key: attribute(token, 'src'), alt: token.content });
    case 'vendor_tag':
      return addTag(stack, token.meta?.['tag'] as Tag);
    default:
      return addText(stack, token.content);
  }
}

/** `:DONE:` is an emoji by the vendor's name. */
function addText(stack: InlineStack, text: string): void {
  for (const [index, piece] of text.split(/:([A-Z][A-Za-z_]{1,20}):/).entries()) {
    if (index % 2 === 1) stack.add({ kind: 'emoji', name: piece });
    else if (piece !== '') stack.add({ kind: 'text', text: piece });
  }
}

function addTag(stack: InlineStack, tag: Tag): void {
  const { name, closing, attributes } = tag;
  switch (name) {
    case 'br':
      return stack.add({ kind: 'break' });
    case 'font':
      return closing ? stack.close('font') : stack.open({ kind: 'font', color: attributes['color'] ?? 'default' });
    case 'text_tag':
    case 'number_tag':
      return closing ? stack.close('tag') : stack.open({ kind: 'tag', color: attributes['color'] ?? 'neutral' });
    case 'link':
      return closing ? stack.close('link') : stack.open({ kind: 'link', href: safeHref(attributes['url'] ?? '') });
    case 'at':
    case 'person':
      for (const id of closing ? [] : idsOf(attributes)) stack.add({ kind: 'at', id });
      return undefined;
    case 'a':
      return closing ? stack.close('call') : stack.open({ kind: 'call' });
    case 'local_datetime':
      return closing ? undefined : stack.add({ kind: 'time', at: Number(attributes['millisecond'] ?? 0) });
    case 'hr':
      // Only a rule when it stands alone.
      return undefined;
  }
}

function idsOf(attributes: Readonly<Record<string, string>>): string[] {
  const ids = attributes['id'] ?? attributes['ids'] ?? attributes['email'] ?? '';
  return ids.split(',').filter((id) => id !== '');
}

function attribute(token: Token, name: string): string {
  return String(token.attrGet(name) ?? '');
}

function safeHref(href: string): string | undefined {
  return /^(https?:|mailto:|tel:)/i.test(href) ? href : undefined;
}
