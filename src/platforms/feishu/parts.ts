import type { FileRef, MessagePart } from '../../core/event.ts';
import { id, type MessageId } from '../../core/ids.ts';
import { asObject, type Json, listAt, numberAt, objectAt, parseObject, textAt } from '../../lib/read.ts';
import { cardSource, cardWords, isNoWords } from './card-words.ts';

/** A person or bot that a message names: in the text stands only `key`. */
export interface Mention {
  readonly key: string;
  readonly openId: string;
  readonly name: string;
  readonly isBot: boolean;
}

/** Says whether a mention is the bot itself; those are taken out of the text. */
export type IsSelf = (mention: Mention) => boolean;

/** A message's body as the vendor has it. */
export interface Content {
  readonly message: MessageId;
  readonly type: string;
  /** JSON text, its shape depends on `type`. */
  readonly content: string;
  readonly mentions: readonly Mention[];
}

type MediaKind = 'image' | 'file' | 'audio' | 'video';

/**
 * Reads what somebody wrote, in its order. Never empty for a message we know nothing about: that is `unsupported`.
 *
 * @see https://open.feishu.cn/document/server-docs/im-v1/message-content-description/message_content (received content)
 */
export function parseParts(content: Content, isSelf: IsSelf): readonly MessagePart[] {
  const body = parseObject(content.content) ?? {};
  switch (content.type) {
    case 'text':
      return textParts(nameMentions(textAt(body, 'text'), content.mentions, isSelf));
    case 'post':
      return postParts(content, body, isSelf);
    case 'interactive':
      return interactiveParts(content, body, isSelf);
    case 'image':
      return [media(content.message, 'image', body)];
    case 'file':
      return [media(content.message, 'file', body)];
    case 'audio':
      return [media(content.message, 'audio', body)];
    case 'media':
      return [media(content.message, 'video', body)];
    case 'merge_forward':
      return [{ kind: 'forwarded', message: content.message }];
    case 'location':
      return textParts(placeOf(body));
    default:
      return [{ kind: 'unsupported', what: content.type }];
  }
}

/** Puts names where the text has placeholders; the bot's own mention goes, with the space behind it. */
export function nameMentions(text: string, mentions: readonly Mention[], isSelf: IsSelf): string {
  if (!text.includes('@_')) return text.trim();
  return text
    .replace(/@_(?:user_\d+|all)[ \t]?/g, (found) => {
      const key = found.trimEnd();
      const space = found.slice(key.length);
      if (key === '@_all') return `@all${space}`;
      const mention = mentions.find((candidate) => candidate.key === key);
      if (!mention) return found;
      return isSelf(mention) ? '' : `@${mention.name}${space}`;
    })
    .trim();
}

function textParts(text: string): readonly MessagePart[] {
  return text === '' ? [] : [{ kind: 'text', text }];
}

function media(message: MessageId, kind: MediaKind, body: Json): MessagePart {
  const key = kind === 'image' ? textAt(body, 'image_key') : textAt(body, 'file_key');
  const durationMs = numberAt(body, 'duration');
  return {
    kind,
    file: fileRef(message, key, kind),
    name: textAt(body, 'file_name') || DEFAULT_NAMES[kind],
    ...(durationMs !== undefined && { durationMs }),
  };
}

// Feishu keeps no name for these; voice is always opus.
const DEFAULT_NAMES: Readonly<Record<MediaKind, string>> = {
  image: 'image.png',
  file: 'file',
  audio: 'voice.opus',
  video: 'video.mp4',
};

function fileRef(message: MessageId, key: string, kind: MediaKind): FileRef {
  return { message, key, type: kind === 'image' ? 'image' : 'file' };
}

function placeOf(body: Json): string {
  const where = [textAt(body, 'latitude'), textAt(body, 'longitude')].filter((part) => part !== '').join(', ');
  return `📍 ${textAt(body, 'name')}${where === '' ? '' : ` (${where})`}`;
}

/** A rich text: its lines as text, with images and videos as parts of their own where they stood. */
function postParts(content: Content, body: Json, isSelf: IsSelf): readonly MessagePart[] {
  const { title, lines } = postBody(body);
  const parts: MessagePart[] = [];
  let text = title === '' ? '' : `${title}\n`;
  const flush = (): void => {
    parts.push(...textParts(nameMentions(text, content.mentions, isSelf)));
    text = '';
  };
  for (const line of lines) {
    for (const node of Array.isArray(line) ? line : []) {
      const piece = asObject(node);
      if (!piece) continue;
      const found = mediaNode(content.message, piece);
      if (!found) text += nodeText(piece);
      else {
        flush();
        parts.push(found);
      }
    }
    text += '\n';
  }
  flush();
  return parts;
}

/** Received posts have no language around them, sent ones read back have. */
function postBody(body: Json): { title: string; lines: readonly unknown[] } {
  const inner = Array.isArray(body['content']) ? body : (Object.values(body).map(asObject).find(Boolean) ?? {});
  return { title: textAt(inner, 'title'), lines: listAt(inner, 'content') };
}

function mediaNode(message: MessageId, node: Json): MessagePart | undefined {
  const tag = textAt(node, 'tag');
  if (tag === 'img' && textAt(node, 'image_key') !== '') return media(message, 'image', node);
  if (tag === 'media' && textAt(node, 'file_key') !== '') return media(message, 'video', node);
  return undefined;
}

function nodeText(node: Json): string {
  const text = textAt(node, 'text');
  switch (textAt(node, 'tag')) {
    case 'a':
      return linkText(text, textAt(node, 'href'));
    case 'at':
      return atText(node);
    case 'emotion':
      return `[${textAt(node, 'emoji_type')}]`;
    case 'hr':
      return '\n---\n';
    case 'code_block':
      return `\n\`\`\`${textAt(node, 'language').toLowerCase()}\n${text}\n\`\`\`\n`;
    case 'button':
      return text === '' ? '' : `[${text}]`;
    default:
      return text;
  }
}

function linkText(text: string, href: string): string {
  return text === '' || text === href ? href : `[${text}](${href})`;
}

// The id is a placeholder that `nameMentions` resolves; a card read back has only the name.
function atText(node: Json): string {
  const key = textAt(node, 'user_id');
  if (key.startsWith('@_')) return `${key} `;
  if (key === 'all') return '@all ';
  const name = textAt(node, 'user_name') || textAt(node, 'user');
  return name === '' ? '' : `@${name} `;
}

/** A card that somebody sent on. What the vendor does not tell of it here it may tell to whoever asks for that message. */
function interactiveParts(content: Content, body: Json, isSelf: IsSelf): readonly MessagePart[] {
  const source = cardSource(body);
  if (source) {
    const words = textParts(nameMentions(cardWords(source), content.mentions, isSelf));
    return words.length > 0 ? words : [{ kind: 'forwarded', message: content.message }];
  }
  const lines = cardLines(body);
  const told = lines.map((line) => line.filter((node) => !isNoWords(nodeText(asObject(node) ?? {}))));
  const parts = postParts(content, { title: cardTitle(body), content: told }, isSelf);
  const isWhole = parts.length > 0 && told.every((line, at) => line.length === lines[at]?.length);
  return isWhole ? parts : [...parts.filter(isText), { kind: 'forwarded', message: content.message }];
}

function isText({ kind }: MessagePart): boolean {
  return kind === 'text';
}

function cardTitle(body: Json): string {
  const header = objectAt(objectAt(body, 'header'), 'title');
  return textAt(body, 'title') || textAt(header, 'content');
}

function cardLines(body: Json): readonly (readonly unknown[])[] {
  return listAt(body, 'elements').map((line) => (Array.isArray(line) ? line : [line]));
}

/** One message's text alone, for quotes: files by name. */
export function plainText(content: Content): string {
  const parts = parseParts(content, () => false);
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      return 'name' in part ? `[${part.name}]` : '';
    })
    .filter((text) => text !== '')
    .join('\n');
}

/** The mentions of an event (ids are objects) or of a message read back (ids are texts). */
export function parseMentions(message: Json): readonly Mention[] {
  return listAt(message, 'mentions').flatMap((entry) => {
    const mention = asObject(entry);
    if (!mention) return [];
    const openId = typeof mention['id'] === 'string' ? mention['id'] : textAt(objectAt(mention, 'id'), 'open_id');
    const isBot = textAt(mention, 'mentioned_type') === 'bot';
    return [{ key: textAt(mention, 'key'), openId, name: textAt(mention, 'name'), isBot }];
  });
}

export function contentOf(message: Json, type: string, content: string): Content {
  return { message: id(textAt(message, 'message_id')), type, content, mentions: parseMentions(message) };
}
