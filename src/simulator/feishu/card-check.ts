import { FeishuRefusal } from './errors.ts';
import type { FeishuLimits } from './limits.ts';
import type { CardIndex, CardJson, ElementPlace } from './model.ts';

/** What a card's content is checked against. */
export interface CardRules {
  readonly limits: FeishuLimits;
  /** Whether the app may show this image. */
  hasImage(key: string): boolean;
  /** Whether the app may mention this id. */
  hasUser(id: string): boolean;
}

/** Tags of schema 2.0. (https://open.feishu.cn/document/feishu-cards/card-json-v2-components/component-json-v2-overview) */
const TAGS = new Set(
  (
    'markdown div img hr button column_set column collapsible_panel form input select_static multi_select_static ' +
    'select_person multi_select_person date_picker picker_time picker_datetime checker overflow select_img ' +
    'interactive_container table chart person person_list img_combination audio'
  ).split(' '),
);
const TOP_LEVEL = new Set(['schema', 'config', 'card_link', 'header', 'body']);
const ELEMENT_ID = /^[A-Za-z][A-Za-z0-9_]{0,19}$/;

/**
 * Reads a card of schema 2.0 through, as the vendor does before it shows it.
 * @throws {FeishuRefusal} With the card service's code; the message API puts that into its own 230099.
 */
export function checkCard(card: CardJson, rules: CardRules): CardIndex {
  if (card['schema'] !== '2.0') throw new FeishuRefusal(300303);
  for (const key of Object.keys(card)) {
    if (!TOP_LEVEL.has(key))
      throw new FeishuRefusal(200621, `unknown property, property: ${key}, path: ROOT -> ${key}`);
  }
  if (record(card['config'])?.['update_multi'] === false) throw new FeishuRefusal(300302);
  const elements = record(card['body'])?.['elements'];
  if (!isList(elements)) throw new FeishuRefusal(200621, 'body.elements must be a list');

  const walk: Walk = { rules, places: new Map(), count: 0, tables: 0 };
  visitList(elements, walk, 'ROOT -> body');
  if (walk.count > rules.limits.cardElements) throw new FeishuRefusal(300305);
  if (walk.tables > rules.limits.cardTables) throw new FeishuRefusal(11310);
  return walk;
}

interface Walk {
  readonly rules: CardRules;
  readonly places: Map<string, ElementPlace>;
  count: number;
  tables: number;
}

function visitList(list: readonly CardJson[], walk: Walk, path: string): void {
  for (const node of list) visit(node, list as CardJson[], walk, path);
}

function visit(node: CardJson, list: CardJson[], walk: Walk, path: string): void {
  const { tag } = node;
  if (typeof tag !== 'string' || !TAGS.has(tag)) {
    throw new FeishuRefusal(200861, `unsupported tag ${typeof tag === 'string' ? tag : '(none)'}, path: ${path}`);
  }
  const here = `${path} -> [${tag}]`;
  if (tag === 'form' && path.includes('['))
    throw new FeishuRefusal(200621, `form cannot stand in a container, path: ${here}`);
  if (tag === 'table' && path.includes('['))
    throw new FeishuRefusal(200621, `table cannot stand in a container, path: ${here}`);
  walk.count += 1;
  if (tag === 'table') walk.tables += 1;
  index(node, list, walk);
  if (tag === 'markdown') walk.tables += checkMarkdown(node['content'], walk.rules);
  if (tag === 'img' && !walk.rules.hasImage(String(node['img_key']))) throw new FeishuRefusal(200570);
  const text = record(node['text']);
  if (text !== undefined) index(text, undefined, walk);
  for (const key of ['elements', 'columns']) {
    const inner = node[key];
    if (isList(inner)) visitList(inner, walk, here);
  }
}

function index(node: CardJson, list: CardJson[] | undefined, walk: Walk): void {
  const id = node['element_id'];
  if (id === undefined) return;
  if (typeof id !== 'string' || !ELEMENT_ID.test(id))
    throw new FeishuRefusal(200621, `element_id is invalid: ${JSON.stringify(id)}`);
  if (walk.places.has(id)) throw new FeishuRefusal(300301, id);
  walk.places.set(id, { node, list });
}

/** @returns The number of tables in it. */
export function checkMarkdown(content: unknown, rules: CardRules): number {
  if (typeof content !== 'string') throw new FeishuRefusal(200621, 'markdown needs content');
  if (content.includes('](')) {
    for (const [, key = ''] of content.matchAll(/!\[[^\]]*\]\(([^)\s]+)\)/g)) {
      if (!rules.hasImage(key)) throw new FeishuRefusal(200570, key);
    }
  }
  if (content.includes('<at ')) checkMentions(content, rules);
  return content.includes('|') ? countTables(content) : 0;
}

function checkMentions(content: string, rules: CardRules): void {
  for (const [, ids = ''] of content.matchAll(/<at ids?=["']?([^"'>]+)["']?>/g)) {
    for (const id of ids.split(',')) if (id !== 'all' && !rules.hasUser(id.trim())) throw new FeishuRefusal(100290, id);
  }
}

const DELIMITER_ROW = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Tables of a Markdown text, not counting what stands in fenced code. */
export function countTables(content: string): number {
  let tables = 0;
  let fenced = false;
  let before = '';
  for (const line of content.split('\n')) {
    if (/^\s{0,3}(```|~~~)/.test(line)) fenced = !fenced;
    else if (!fenced && line.includes('-') && before.includes('|') && line.includes('|') && DELIMITER_ROW.test(line))
      tables += 1;
    before = line;
  }
  return tables;
}

export function record(value: unknown): CardJson | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as CardJson) : undefined;
}

export function isList(value: unknown): value is CardJson[] {
  return Array.isArray(value) && value.every((item) => record(item) !== undefined);
}
