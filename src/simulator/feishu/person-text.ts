import type { PostNode } from '../contract.ts';
import type { People } from '../people.ts';
import { newFileKey, newImageKey } from './api-resources.ts';
import type { FeishuChat, Mention } from './model.ts';
import type { FeishuWorld } from './world.ts';

/** What a person wrote, as the vendor keeps it. */
export interface Written {
  readonly type: string;
  readonly content: string;
  readonly mentions?: readonly Mention[];
}

/**
 * Text with `@{id}` (of a person, an app, `bot` for the chat's first bot, or `all`) to text with placeholders.
 * @throws {Error} When nobody has that id.
 */
export function writeText(world: FeishuWorld, chat: FeishuChat, text: string): Written {
  if (!text.includes('@{')) return { type: 'text', content: JSON.stringify({ text }) };
  const mentions: Mention[] = [];
  const placed = text.replaceAll(/@\{([^}]+)\}/g, (_whole, id: string) => {
    const mention = personMention(world, chat, id, mentions);
    return mention.key;
  });
  return { type: 'text', content: JSON.stringify({ text: placed }), mentions };
}

function personMention(world: FeishuWorld, chat: FeishuChat, id: string, mentions: Mention[]): Mention {
  if (id === 'all') return { key: '@_all', name: '所有人', who: { kind: 'all' } };
  const key = `@_user_${mentions.length + 1}`;
  const app = world.apps.get(id === 'bot' ? (chat.bots.values().next().value ?? '') : id);
  const mention: Mention =
    app === undefined
      ? { key, name: nameOf(world.shared.people, id), who: { kind: 'person', person: id } }
      : { key, name: app.name, who: { kind: 'app', app } };
  mentions.push(mention);
  return mention;
}

function nameOf(people: People, id: string): string {
  return people.get(id).name;
}

/** A rich text; received posts have no locale around them. */
export function writePost(
  world: FeishuWorld,
  chat: FeishuChat,
  title: string,
  paragraphs: readonly (readonly PostNode[])[],
): Written {
  const mentions: Mention[] = [];
  const content = paragraphs.map((paragraph) => paragraph.map((node) => postNode(world, chat, node, mentions)));
  return { type: 'post', content: JSON.stringify({ title, content }), mentions };
}

function postNode(world: FeishuWorld, chat: FeishuChat, node: PostNode, mentions: Mention[]): Record<string, unknown> {
  const { tag, text = '', href = '', style = [] } = node;
  switch (tag) {
    case 'text':
      return { tag, text, style };
    case 'a':
      return { tag, href, text };
    case 'at': {
      const mention = personMention(world, chat, text, mentions);
      return { tag, user_id: mention.key, user_name: mention.name };
    }
    case 'img':
      return { tag, image_key: sentCopy(world, node.image?.key ?? '', 'image') };
    case 'emotion':
      return { tag, emoji_type: node.emoji ?? 'SMILE' };
    case 'code_block':
      return { tag, language: node.language ?? '', text };
    default:
      return { tag, text };
  }
}

/** An image, a file, a voice or a video; each sending has a key of its own. */
export function writeFile(
  world: FeishuWorld,
  kind: 'image' | 'file' | 'audio' | 'media',
  resource: string,
  durationMs: number,
): Written {
  const key = sentCopy(world, resource, kind);
  const name = world.shared.resources.find(key)?.name ?? '';
  switch (kind) {
    case 'image':
      return { type: kind, content: JSON.stringify({ image_key: key }) };
    case 'file':
      return { type: kind, content: JSON.stringify({ file_key: key, file_name: name }) };
    case 'audio':
      return { type: kind, content: JSON.stringify({ file_key: key, duration: durationMs }) };
    default:
      return {
        type: kind,
        content: JSON.stringify({ file_key: key, image_key: '', file_name: name, duration: durationMs }),
      };
  }
}

function sentCopy(world: FeishuWorld, resource: string, kind: string): string {
  const { resources } = world.shared;
  const found = resources.find(resource);
  if (found === undefined) throw new Error(`there is no file ${resource}`);
  const key = kind === 'image' ? newImageKey() : newFileKey();
  const { name, mime, bytes, content } = found;
  resources.add({ key, name, mime, type: kind, content: content ?? bytes });
  return key;
}
