import { asObject, type Json } from '../../lib/read.ts';
import type { Author, PostNode, SimApp, SimCard, SimChat, SimContent, SimMessage, SimResource } from '../contract.ts';
import { resourceView, unknownResource } from '../resources.ts';
import type { WecomApp, WecomBot, WecomRobot } from './apps.ts';
import { list, pick, text } from './json.ts';
import type { KfAccount } from './kf/accounts.ts';
import { isStreaming } from './messages.ts';
import type { Sender, WecomChat, WecomMessage } from './model.ts';
import { textOf } from './recorded-answer.ts';
import type { WecomWorld } from './world.ts';

/** Our things as the page wants to see them. */
export function messageView(world: WecomWorld, message: WecomMessage): SimMessage {
  const { parentId, quoted, recalledAt, feedbackId } = message;
  return {
    platform: 'wecom',
    id: message.id,
    chat: message.chat.id,
    ...pick('parent', quoted?.id ?? parentId),
    from: authorView(message.from),
    at: message.createdAt,
    content: contentView(world, message),
    ...pick('recalledAt', recalledAt),
    ...pick('feedback', feedbackId === undefined ? undefined : true),
    reactions: [],
    readBy: [],
    followUps: [],
    ...(message.from.kind === 'person' ? { delivery: message.delivery } : {}),
    version: message.version,
  };
}

function authorView(sender: Sender): Author {
  switch (sender.kind) {
    case 'bot':
      return { kind: 'bot', app: sender.bot };
    case 'servicer':
      return { kind: 'person', person: sender.person };
    default:
      return sender;
  }
}

function contentView(world: WecomWorld, message: WecomMessage): SimContent {
  const { body, card, type } = message;
  const file = (key: unknown): SimResource => {
    const found = world.shared.resources.find(text(key));
    return found === undefined ? unknownResource(text(key)) : resourceView(found);
  };
  if (card !== undefined) return { kind: 'card', card: cardView(card.json, card.replaced, message.updates) };
  switch (type) {
    case 'text':
      return { kind: 'text', text: text(body['content']), mentions: [] };
    case 'stream':
    case 'markdown':
    case 'markdown_v2':
      return {
        kind: 'markdown',
        text: text(body['content']),
        streaming: isStreaming(message, world.clock.now()),
        ...pick('images', picturesOf(body, file)),
      };
    case 'image':
      return { kind: 'image', image: file(body['resource']) };
    case 'file':
      return { kind: 'file', file: file(body['resource']) };
    case 'voice':
      return { kind: 'audio', audio: file(body['resource']), durationMs: Number(body['durationMs'] ?? 0) };
    case 'video':
      return { kind: 'video', video: file(body['resource']), durationMs: 0 };
    case 'mixed':
      return {
        kind: 'post',
        title: '',
        paragraphs: list(body['items']).map((item) => [nodeView(asObject(item), file)]),
      };
    default:
      return { kind: 'other', type, raw: JSON.stringify(body) };
  }
}

/** Pictures that stand below a streamed text. */
function picturesOf(body: Json, file: (key: unknown) => SimResource): Record<string, SimResource> | undefined {
  const keys = list(body['pictures']).map(text);
  return keys.length === 0 ? undefined : Object.fromEntries(keys.map((key) => [key, file(key)]));
}

function nodeView(item: Json | undefined, file: (key: unknown) => SimResource): PostNode {
  if (item?.['resource'] !== undefined) return { tag: 'img', image: file(item['resource']) };
  return { tag: 'text', text: text(item?.['content']) };
}

/** The vendor's card JSON; the words that took the place of its buttons stand in `replaced_text`. */
function cardView(json: Json, replaced: string | undefined, updates: number): SimCard {
  return {
    json: { ...json, ...pick('replaced_text', replaced) },
    streaming: false,
    print: { everyMs: 0, step: 0, strategy: 'fast' },
    elements: {},
    images: {},
    updates,
  };
}

export function chatView(world: WecomWorld, chat: WecomChat): SimChat {
  const last = chat.messages.at(-1);
  return {
    platform: 'wecom',
    id: chat.id,
    kind: chat.kind,
    topics: false,
    name: chat.name,
    people: [...chat.people],
    bots: [...chat.bots],
    activeAt: chat.activeAt,
    ...pick('summary', last === undefined ? undefined : textOf(last).slice(0, 60) || `[${last.type}]`),
    ...pick('service', serviceView(world, chat)),
  };
}

/** Who serves the customer of this chat. */
function serviceView(world: WecomWorld, chat: WecomChat): SimChat['service'] {
  const account = world.kf?.accounts.get([...chat.bots][0] ?? '');
  const [customer] = chat.people;
  if (account === undefined || customer === undefined) return undefined;
  const session = world.kf?.session(account, customer);
  return session === undefined ? undefined : { state: session.state, ...pick('servicer', session.servicer) };
}

export function appView(world: WecomWorld, app: WecomApp): SimApp {
  return {
    ...view(app, 'app', 'webhook', app.webhookUrl),
    menu: app.menu,
    credentials: {
      corpid: world.corpId,
      agentid: app.id,
      secret: app.secret,
      token: app.token,
      encoding_aes_key: app.encodingAesKey,
    },
    env: {
      WECOM_CORP_ID: world.corpId,
      WECOM_AGENT_ID: app.id,
      WECOM_SECRET: app.secret,
      WECOM_TOKEN: app.token,
      WECOM_ENCODING_AES_KEY: app.encodingAesKey,
    },
  };
}

export function botView(world: WecomWorld, bot: WecomBot): SimApp {
  return {
    ...view(bot, 'bot', bot.mode, bot.webhookUrl),
    connections: world.bot.hub.count(bot.id),
    credentials: { bot_id: bot.id, secret: bot.secret, token: bot.token, encoding_aes_key: bot.encodingAesKey },
    env:
      bot.mode === 'socket'
        ? { WECOM_BOT_ID: bot.id, WECOM_BOT_SECRET: bot.secret }
        : {
            WECOM_BOT_ID: bot.id,
            WECOM_BOT_MODE: 'webhook',
            WECOM_BOT_TOKEN: bot.token,
            WECOM_BOT_ENCODING_AES_KEY: bot.encodingAesKey,
          },
  };
}

export function kfView(world: WecomWorld, account: KfAccount): SimApp {
  const { receiver } = world.kf ?? {};
  // Of the app that may call it, where the company has said which.
  const secret = [...world.apps.values()].find((app) => app.kf)?.secret ?? world.kf?.secret;
  return {
    ...view(account, 'kf', 'webhook', receiver?.webhookUrl),
    credentials: { open_kfid: account.id, secret: secret ?? '', token: receiver?.token ?? '' },
    env: {
      WECOM_KF_SECRET: secret ?? '',
      WECOM_KF_TOKEN: receiver?.token ?? '',
      WECOM_KF_ENCODING_AES_KEY: receiver?.encodingAesKey ?? '',
    },
    servicers: [...account.servicers].map(([person, { onDuty }]) => ({ person, onDuty })),
  };
}

export function robotView(robot: WecomRobot): SimApp {
  return { ...view(robot, 'robot', 'webhook', undefined), credentials: { key: robot.id } };
}

function view(
  owner: Pick<WecomBot, 'id' | 'name' | 'avatar'>,
  surface: NonNullable<SimApp['surface']>,
  mode: 'webhook' | 'socket',
  webhookUrl: string | undefined,
): SimApp {
  return {
    platform: 'wecom',
    surface,
    id: owner.id,
    name: owner.name,
    avatar: owner.avatar,
    botId: owner.id,
    mode,
    ...pick('webhookUrl', webhookUrl),
    connections: 0,
    menu: [],
    scopes: [],
    credentials: {},
    env: {},
  };
}
