import type { Author, PostNode, SimApp, SimCard, SimChat, SimContent, SimMessage, SimReaction } from '../contract.ts';
import { type Resources, resourceView, unknownResource } from '../resources.ts';
import type { FeishuApp } from './apps.ts';
import { record } from './card-check.ts';
import { isStreaming } from './card-entity.ts';
import { cardOf } from './messages.ts';
import type { CardEntity, CardJson, FeishuChat, FeishuMessage, Sender } from './model.ts';
import { textsOf } from './recorded-answer.ts';
import type { FeishuWorld } from './world.ts';

/** Our things as the page wants to see them. */
export function messageView(world: FeishuWorld, message: FeishuMessage): SimMessage {
  const { threadId, parentId, rootId, recalledAt, entity } = message;
  return {
    platform: 'feishu',
    id: message.id,
    chat: message.chat.id,
    ...(threadId === undefined ? {} : { thread: threadId }),
    ...(parentId === undefined ? {} : { parent: parentId }),
    ...(rootId === undefined ? {} : { root: rootId }),
    from: authorView(message.from),
    at: message.createdAt,
    content: contentView(world, message),
    ...(message.edits > 0 ? { editedAt: message.updatedAt } : {}),
    ...(recalledAt === undefined ? {} : { recalledAt }),
    reactions: reactionViews(message),
    readBy: [...message.readBy],
    followUps: message.followUps,
    ...(message.from.kind === 'person' ? { delivery: message.delivery } : {}),
    version: message.version + (entity?.updates ?? 0),
  };
}

export function authorView(sender: Sender): Author {
  return sender.kind === 'app' ? { kind: 'bot', app: sender.app.id } : sender;
}

function reactionViews(message: FeishuMessage): SimReaction[] {
  const byEmoji = new Map<string, Author[]>();
  for (const { emoji, by } of message.reactions.values()) {
    byEmoji.set(emoji, [...(byEmoji.get(emoji) ?? []), authorView(by)]);
  }
  return [...byEmoji].map(([emoji, by]) => ({ emoji, by }));
}

function contentView(world: FeishuWorld, message: FeishuMessage): SimContent {
  const card = cardOf(message);
  if (card !== undefined) return { kind: 'card', card: cardView(world, card, message.entity) };
  const content = record(JSON.parse(message.content)) ?? {};
  const { resources } = world.shared;
  const file = (key: unknown) => fileView(resources, key);
  const durationMs = Number(content['duration'] ?? 0);
  switch (message.type) {
    case 'text':
      return { kind: 'text', text: String(content['text']), mentions: mentionViews(message) };
    case 'post':
      return {
        kind: 'post',
        title: typeof content['title'] === 'string' ? content['title'] : '',
        paragraphs: postView(resources, message, content),
      };
    case 'image':
      return { kind: 'image', image: file(content['image_key']) };
    case 'file':
      return { kind: 'file', file: file(content['file_key']) };
    case 'audio':
      return { kind: 'audio', audio: file(content['file_key']), durationMs };
    case 'media':
      return { kind: 'video', video: file(content['file_key']), durationMs };
    case 'system':
      return { kind: 'divider', text: textsOf(record(content['params'])?.['divider_text'])[0] ?? '' };
    default:
      return { kind: 'other', type: message.type, raw: message.content };
  }
}

function fileView(resources: Resources, key: unknown) {
  const found = resources.find(String(key));
  return found === undefined ? unknownResource(String(key)) : resourceView(found);
}

function mentionViews(message: FeishuMessage) {
  return message.mentions.map(({ key, name, who }) => {
    if (who.kind === 'all') return { key, name };
    return { key, name, who: who.kind === 'app' ? { kind: 'bot' as const, app: who.app.id } : who };
  });
}

function postView(resources: Resources, message: FeishuMessage, content: CardJson): PostNode[][] {
  const paragraphs = Array.isArray(content['content']) ? (content['content'] as unknown[]) : [];
  return paragraphs.map((paragraph) =>
    (Array.isArray(paragraph) ? paragraph : []).map((node) => postNodeView(resources, message, record(node) ?? {})),
  );
}

function postNodeView(resources: Resources, message: FeishuMessage, node: CardJson): PostNode {
  const text = (key: string): string | undefined => (typeof node[key] === 'string' ? node[key] : undefined);
  const name = message.mentions.find(({ key }) => key === node['user_id'])?.name ?? text('user_name');
  const style = Array.isArray(node['style']) ? node['style'].filter((one) => typeof one === 'string') : undefined;
  return {
    tag: node['tag'] as PostNode['tag'],
    ...pick('text', text('text')),
    ...pick('href', text('href')),
    ...pick('name', name),
    ...pick('emoji', text('emoji_type')),
    ...pick('language', text('language')),
    ...pick('style', style),
    ...pick('image', node['image_key'] === undefined ? undefined : fileView(resources, node['image_key'])),
  };
}

function pick<K extends string, T>(key: K, value: T | undefined): { [name in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [name in K]: T });
}

function cardView(world: FeishuWorld, json: CardJson, entity: CardEntity | undefined): SimCard {
  const streaming = entity !== undefined && isStreaming(entity, world.clock.now());
  const config = record(record(json['config'])?.['streaming_config']);
  const images = [...JSON.stringify(json).matchAll(/(?:img|file)_[\w-]+/g)].map(([key]) => key);
  return {
    json,
    ...pick('cardId', entity?.id),
    streaming,
    ...pick('streamingUntil', streaming ? entity?.streamingUntil : undefined),
    print: {
      everyMs: numberOf(record(config?.['print_frequency_ms'])?.['default'], 70),
      step: numberOf(record(config?.['print_step'])?.['default'], 1),
      strategy: config?.['print_strategy'] === 'delay' ? 'delay' : 'fast',
    },
    elements: Object.fromEntries(entity?.streamed ?? []),
    images: Object.fromEntries(images.map((key) => [key, fileView(world.shared.resources, key)])),
    updates: entity?.updates ?? 0,
  };
}

function numberOf(value: unknown, fallback: number): number {
  return typeof value === 'number' && value > 0 ? value : fallback;
}

export function chatView(world: FeishuWorld, chat: FeishuChat): SimChat {
  const last = chat.messages.findLast(({ upperId }) => upperId === undefined);
  const app = chat.kind === 'direct' ? world.apps.get([...chat.bots][0] ?? '') : undefined;
  return {
    platform: 'feishu',
    id: chat.id,
    kind: chat.kind,
    topics: chat.topics,
    name: app === undefined ? chat.name : { zh: app.name, en: app.name },
    people: [...chat.people],
    bots: [...chat.bots],
    activeAt: chat.activeAt,
    ...pick('summary', last === undefined ? undefined : summaryOf(world, last)),
  };
}

/** What stands under a chat's name; of a card its own summary, while it streams "generating". */
function summaryOf(world: FeishuWorld, message: FeishuMessage): string {
  if (message.recalledAt !== undefined) return '[撤回 / recalled]';
  const card = cardOf(message);
  if (card !== undefined) {
    const summary = record(record(card['config'])?.['summary'])?.['content'];
    if (typeof summary === 'string' && summary !== '') return summary;
    return message.entity !== undefined && isStreaming(message.entity, world.clock.now())
      ? '[生成中 / generating]'
      : '[卡片 / card]';
  }
  const content = record(JSON.parse(message.content)) ?? {};
  const names = new Map(message.mentions.map(({ key, name }) => [key, `@${name}`]));
  if (typeof content['text'] === 'string') {
    return content['text'].replaceAll(/@_(?:user_\d+|all)/g, (key) => names.get(key) ?? key).slice(0, 60);
  }
  return `[${message.type}]`;
}

export function appView(world: FeishuWorld, app: FeishuApp): SimApp {
  return {
    platform: 'feishu',
    id: app.id,
    name: app.name,
    avatar: app.avatar,
    botId: app.botId,
    mode: app.mode,
    ...pick('webhookUrl', app.webhookUrl),
    connections: world.hub.count(app.id),
    menu: app.menu,
    scopes: [...app.scopes],
    credentials: {
      app_id: app.id,
      app_secret: app.secret,
      encrypt_key: app.encryptKey,
      verification_token: app.verificationToken,
    },
    env: {
      FEISHU_APP_ID: app.id,
      FEISHU_APP_SECRET: app.secret,
      FEISHU_ENCRYPT_KEY: app.encryptKey,
      FEISHU_VERIFICATION_TOKEN: app.verificationToken,
      FEISHU_MODE: app.mode,
    },
  };
}
