import { asObject, type Json, listAt, objectAt, parseObject, textAt } from '../../lib/read.ts';
import { ANSWER_ID } from './card-view.ts';

/** Stands where the vendor does not tell a card's words: for clients that are too old, and for whoever may not read it. */
const NO_WORDS = new Set([
  '请升级至最新版本客户端，以查看内容',
  'Please upgrade to the latest version to view this content',
]);

/** Whether a text of a card says only that the card cannot be shown. */
export function isNoWords(text: string): boolean {
  return NO_WORDS.has(text.trim());
}

/**
 * A card as its bot wrote it: as such, or beside the rendering for old clients, which says nothing of a newer card.
 *
 * @param body - What a message of the kind `interactive` holds.
 * @returns Undefined where only the rendering is there: lines of text, as in a rich text.
 * @see https://open.feishu.cn/document/feishu-cards/card-json-v2-structure
 */
export function cardSource(body: Json): Json | undefined {
  const beside = asObject(body['user_dsl']) ?? parseObject(textAt(body, 'user_dsl'));
  if (beside) return beside;
  return asObject(body['body']) || listAt(body, 'elements').some(asObject) ? body : undefined;
}

/** What a card says, line by line; of a card of ours the answer alone, without thoughts and buttons. */
export function cardWords(source: Json): string {
  const elements = [...listAt(objectAt(source, 'body'), 'elements'), ...localized(source, 'elements')];
  const answer = elements.map((one) => asObject(one) ?? {}).find((one) => textAt(one, 'element_id') === ANSWER_ID);
  if (answer) return plain(textAt(answer, 'content'));
  const header = asObject(source['header']) ?? firstOf(objectAt(source, 'i18n_header'));
  const lines = [wordsOf(header['title']), wordsOf(header['subtitle']), ...elements.map((one) => wordsOf(one))];
  return lines.filter((line) => line !== '' && !isNoWords(line)).join('\n');
}

function localized(source: Json, name: string): readonly unknown[] {
  const own = listAt(source, name);
  if (own.length > 0) return own;
  const first = Object.values(objectAt(source, `i18n_${name}`)).find(Array.isArray);
  return first ?? [];
}

function firstOf(languages: Json): Json {
  return Object.values(languages).map(asObject).find(Boolean) ?? {};
}

/** Where an element has others inside or texts of its own, in the order in which they are shown. */
const INSIDE = ['header', 'title', 'text', 'fields', 'columns', 'elements', 'actions', 'extra'];

/** Deeper than this no card goes. */
const MAX_DEPTH = 20;

/** One element, or a text of one, with everything inside it. */
function wordsOf(element: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) return '';
  if (Array.isArray(element)) return joined(element.map((one) => wordsOf(one, depth + 1)));
  if (typeof element === 'string') return plain(element);
  const node = asObject(element);
  if (!node) return '';
  const tag = textAt(node, 'tag');
  if (tag === 'table') return tableWords(node);
  if (tag === 'button') return bracketed(wordsOf(node['text'], depth + 1));
  const own = textAt(node, 'content');
  return own === '' ? joined(INSIDE.map((name) => wordsOf(node[name], depth + 1))) : plain(own);
}

function bracketed(label: string): string {
  return label === '' ? '' : `[${label}]`;
}

function joined(lines: readonly string[]): string {
  return lines.filter((line) => line !== '').join('\n');
}

/** A table that is an element of its own: a line each row. */
function tableWords(table: Json): string {
  const columns = listAt(table, 'columns').map((one) => asObject(one) ?? {});
  const rows = listAt(table, 'rows').map((row) => {
    const cells = columns.map((column) => cellWords((asObject(row) ?? {})[textAt(column, 'name')]));
    return cells.join(' | ');
  });
  return joined([columns.map((column) => textAt(column, 'display_name')).join(' | '), ...rows]);
}

function cellWords(cell: unknown): string {
  if (Array.isArray(cell)) return cell.map((one) => textAt(asObject(one) ?? {}, 'text')).join(', ');
  return typeof cell === 'string' || typeof cell === 'number' ? plain(String(cell)) : '';
}

const MENTION_BY_KEY = /<at\b[^>]{0,200}\bmention_key="?(@_user_\d+)"?[^>]{0,200}>(?:<\/at>)?/g;
const MENTION_OF_ALL = /<at\b[^>]{0,200}\bid="?all"?[^>]{0,200}>(?:<\/at>)?/g;
const TAGS = /<\/?(?:at|font|text_tag|number_tag|local_datetime|link|person)\b[^>]{0,500}>/g;
const IMAGE_KEY = /!\[([^\]]{0,200})\]\((?!https?:)[^)]{0,200}\)/g;

/** The dialect of cards as plain Markdown: mentions by their key, no colours, no keys of images, characters instead of entities. */
function plain(text: string): string {
  return text
    .replace(MENTION_BY_KEY, '$1 ')
    .replace(MENTION_OF_ALL, '@all ')
    .replace(TAGS, '')
    .replace(/<br\s*\/?>/g, '\n')
    .replace(IMAGE_KEY, '$1')
    .replace(/&#(\d{1,5});/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&amp;', '&')
    .trim();
}
