import { asObject, type Json, listAt, parseObject, textAt } from '../../lib/read.ts';

/** Messages of a forwarded record, and characters, that are read; what lies behind them is left out and said so. */
const MAX_MESSAGES = 100;
const MAX_CHARS = 20_000;

/**
 * What a forwarded record of a chat says, a line or block each message. The vendor's pages do not have it; people who received some
 * report two lists, both JSON text within the JSON: what each message was (not always all of them), and a summary of who said what.
 */
export function recordWords(content: Json): string {
  const summary = entriesAt(content, 'summary').filter((line) => typeof line === 'string' && line.trim() !== '');
  const details = ['chatRecord', 'records', 'messages']
    .map((name) => entriesAt(content, name))
    .find(({ length }) => length > 0);
  const lines = detailLines(details ?? [], summary.map(String));
  const told = lines.length < summary.length ? summary.map(String) : lines;
  const most = told.length > MAX_MESSAGES ? [...told.slice(0, MAX_MESSAGES), '…'] : told;
  return joined([textAt(content, 'title'), ...most]).slice(0, MAX_CHARS);
}

/** A list, also where it is written as JSON text; a text that is none is one entry. */
function entriesAt(content: Json, name: string): readonly unknown[] {
  const text = textAt(content, name).trim();
  if (text === '') return listAt(content, name);
  if (!text.startsWith('[')) return [text];
  return listAt(parseObject(`{"list":${text}}`) ?? { list: [text] }, 'list');
}

function detailLines(details: readonly unknown[], summary: readonly string[]): string[] {
  return details.flatMap((entry, at) => {
    const one = asObject(entry) ?? {};
    const words = messageWords(one);
    if (words === '') return [];
    const name = textAt(one, 'senderName') || textAt(one, 'senderNick') || nameIn(summary[at], words);
    return [name === '' ? words : `${name}: ${words}`];
  });
}

/** The record itself knows people by sealed ids, its summary by their names, in the same order. */
function nameIn(line: string | undefined, words: string): string {
  const [, name = '', said = ''] = /^([^:：]{1,40})[:：]([^]*)$/.exec(line ?? '') ?? [];
  const begin = said.trim().slice(0, 8);
  return begin !== '' && (words.startsWith(begin) || words.startsWith('[')) ? name.trim() : '';
}

function messageWords(message: Json): string {
  const inner = asObject(message['content']) ?? {};
  const said =
    textAt(message, 'content') || textAt(message, 'text') || textAt(inner, 'content') || textAt(inner, 'text');
  if (said !== '') return said.trim();
  const file = textAt(message, 'fileName') || textAt(inner, 'fileName');
  const type = file || textAt(message, 'msgType') || textAt(message, 'msgtype');
  return type === '' ? '' : `[${type}]`;
}

/** What a card, a link or a shared document shows: its words and where it leads. */
export function shownWords(content: Json): string {
  const words = ['text', 'markdown', 'content', 'summary']
    .map((name) => textAt(content, name))
    .find((text) => text !== '');
  const address = ['biz_custom_action_url', 'messageUrl', 'actionUrl', 'url'].map((name) => textAt(content, name));
  const inside = words ?? treeWords(content['cardContent']);
  return joined([textAt(content, 'title'), inside, address.find((url) => url !== '') ?? '']).slice(0, MAX_CHARS);
}

/** Deeper than this no card goes. */
const MAX_DEPTH = 20;

/** A card as a tree of elements, those with a text hold it as their value. */
function treeWords(element: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) return '';
  if (Array.isArray(element)) return joined(element.map((one) => treeWords(one, depth + 1)));
  const node = asObject(element);
  if (!node) return '';
  const own = /^(?:image|icon|button)$/i.test(textAt(node, 'elementType'))
    ? ''
    : textAt(node, 'value') || textAt(node, 'text');
  return joined([own.trim(), treeWords(node['children'], depth + 1)]);
}

function joined(lines: readonly string[]): string {
  return lines.filter((line) => line !== '').join('\n');
}
