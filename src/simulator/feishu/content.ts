import type { Resources } from '../resources.ts';
import type { Accounts } from './accounts.ts';
import type { FeishuApp } from './apps.ts';
import { type CardRules, checkCard, isList, record } from './card-check.ts';
import { type Cards, parseCard } from './card-entity.ts';
import { cardRefusal, FeishuRefusal } from './errors.ts';
import type { FeishuLimits } from './limits.ts';
import { readBotMentions } from './mentions.ts';
import type { NewMessage } from './messages.ts';
import type { CardEntity } from './model.ts';

/** What the content of a bot's message is checked against. */
export interface ContentRules {
  readonly limits: FeishuLimits;
  readonly accounts: Accounts;
  readonly resources: Resources;
  readonly cards: Cards;
  rulesFor(app: FeishuApp): CardRules;
  hasChat(id: string): boolean;
}

export type ReadContent = Pick<NewMessage, 'content' | 'mentions' | 'card' | 'entity'>;

const FILE_TYPES: Readonly<Record<string, readonly string[]>> = {
  file: ['opus', 'mp4', 'pdf', 'doc', 'xls', 'ppt', 'stream', 'file'],
  audio: ['opus'],
  media: ['mp4'],
};
const POST_TAGS = new Set(['text', 'a', 'at', 'img', 'media', 'emotion', 'hr', 'code_block', 'md']);

/**
 * Reads `content` of a message that an app sends.
 * @throws {FeishuRefusal} 230001, 230017, 230025, 230055 or 230099.
 */
export function readContent(app: FeishuApp, type: unknown, content: unknown, rules: ContentRules): ReadContent {
  if (typeof type !== 'string' || type === '') throw new FeishuRefusal(230001, 'msg_type');
  if (typeof content !== 'string') throw new FeishuRefusal(230001, 'content must be a JSON string');
  const limit = type === 'text' ? rules.limits.textBytes : rules.limits.cardBytes;
  if (content.length > limit / 4 && Buffer.byteLength(content) > limit) throw new FeishuRefusal(230025);
  if (type === 'interactive') return readCard(app, content, rules);

  const parsed = parseObject(content);
  switch (type) {
    case 'text':
      return readText(app, parsed, rules);
    case 'post':
      return readPost(app, parsed, rules);
    case 'image':
      checkImage(app, parsed['image_key'], rules);
      return { content };
    case 'file':
    case 'audio':
    case 'media':
      checkFile(app, type, parsed, rules);
      return { content };
    case 'share_chat':
      if (!rules.hasChat(String(parsed['chat_id']))) throw new FeishuRefusal(230001, 'chat_id');
      return { content };
    case 'share_user':
    case 'sticker':
    case 'system':
      return { content };
    default:
      throw new FeishuRefusal(230001, `msg_type ${type} is not known`);
  }
}

function parseObject(content: string): Record<string, unknown> {
  try {
    const parsed = record(JSON.parse(content));
    if (parsed !== undefined) return parsed;
  } catch {
    // Told below.
  }
  throw new FeishuRefusal(230001, 'content is not the JSON of an object');
}

function readText(app: FeishuApp, parsed: Record<string, unknown>, rules: ContentRules): ReadContent {
  const { text } = parsed;
  if (typeof text !== 'string' || text === '') throw new FeishuRefusal(230001, 'text is empty');
  const read = readBotMentions(text, app, rules.accounts);
  return { content: JSON.stringify({ text: read.text }), mentions: read.mentions };
}

/** A post is sent by locale and received without. */
function readPost(app: FeishuApp, parsed: Record<string, unknown>, rules: ContentRules): ReadContent {
  const post = record(parsed['zh_cn'] ?? parsed['en_us'] ?? parsed['ja_jp']);
  const paragraphs = post?.['content'];
  if (post === undefined || !Array.isArray(paragraphs))
    throw new FeishuRefusal(230001, 'post needs a locale with content');
  for (const paragraph of paragraphs) {
    if (!isList(paragraph)) throw new FeishuRefusal(230001, 'a paragraph of a post is a list of nodes');
    for (const node of paragraph) checkPostNode(app, node, paragraph.length, rules);
  }
  const title = typeof post['title'] === 'string' ? post['title'] : '';
  return { content: JSON.stringify({ title, content: paragraphs }) };
}

function checkPostNode(app: FeishuApp, node: Record<string, unknown>, neighbours: number, rules: ContentRules): void {
  const { tag } = node;
  if (typeof tag !== 'string' || !POST_TAGS.has(tag)) throw new FeishuRefusal(230001, `post tag ${String(tag)}`);
  if (tag === 'md' && neighbours > 1) throw new FeishuRefusal(230001, 'md must be alone in its paragraph');
  if (tag === 'img') checkImage(app, node['image_key'], rules);
}

function checkImage(app: FeishuApp, key: unknown, rules: ContentRules): void {
  if (typeof key !== 'string') throw new FeishuRefusal(230001, 'image_key');
  const resource = rules.resources.find(key);
  if (resource?.owner !== app.id) throw new FeishuRefusal(230017);
  if (resource.type !== 'image') throw new FeishuRefusal(230055);
}

function checkFile(app: FeishuApp, type: string, parsed: Record<string, unknown>, rules: ContentRules): void {
  const key = parsed['file_key'];
  if (typeof key !== 'string') throw new FeishuRefusal(230001, 'file_key');
  const resource = rules.resources.find(key);
  if (resource?.owner !== app.id) throw new FeishuRefusal(230017);
  if (FILE_TYPES[type]?.includes(resource.type) !== true) throw new FeishuRefusal(230055);
}

function readCard(app: FeishuApp, content: string, rules: ContentRules): ReadContent {
  try {
    const parsed = parseCard(content);
    if (parsed['type'] === 'template') throw new FeishuRefusal(200380);
    if (parsed['type'] === 'card') return { content, entity: sendableEntity(app, record(parsed['data']), rules) };
    if (parsed['schema'] === '2.0') checkCard(parsed, rules.rulesFor(app));
    else checkOldCard(parsed);
    return { content, card: parsed };
  } catch (error) {
    if (error instanceof FeishuRefusal) throw cardRefusal(error.code, error.message);
    throw error;
  }
}

/** An entity can be sent once. The vendor's code for a second time is not documented; "card locked" comes nearest. */
function sendableEntity(app: FeishuApp, data: Record<string, unknown> | undefined, rules: ContentRules): CardEntity {
  const entity = rules.cards.find(String(data?.['card_id']));
  if (entity === undefined) throw new FeishuRefusal(200740);
  if (entity.app !== app) throw new FeishuRefusal(300311);
  if (entity.sentAs !== undefined) throw new FeishuRefusal(11310, 'a card entity can be sent only once');
  return entity;
}

/** Cards of the first schema: only what every one of them has. */
function checkOldCard(card: Record<string, unknown>): void {
  if (!isList(card['elements']) && record(card['i18n_elements']) === undefined) {
    throw new FeishuRefusal(200621, 'a card needs elements');
  }
}
