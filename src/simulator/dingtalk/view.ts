import { asObject, type Json, listAt, numberAt, objectAt, textAt } from '../../lib/read.ts';
import type {
  PostNode,
  SimAccount,
  SimApp,
  SimCard,
  SimChat,
  SimContent,
  SimMention,
  SimMessage,
  SimResource,
} from '../contract.ts';
import type { PlatformSide } from '../platform-side.ts';
import { resourceView, unknownResource } from '../resources.ts';
import { APPROVAL_TYPE, approvalView } from './approvals/on-page.ts';
import type { DingtalkApp } from './apps.ts';
import { templateOf } from './cards.ts';
import type { GroupRobot } from './group-robot/robots.ts';
import type { DingtalkCard, DingtalkChat, DingtalkMessage } from './model.ts';
import { RecordedDingtalkAnswer, textOf } from './recorded-answer.ts';
import type { DingtalkWorld } from './world.ts';

type Views = Pick<PlatformSide, 'account' | 'appViews' | 'chatViews' | 'messageViews'>;

/** What the page and the control API see. */
export function createViews(world: DingtalkWorld): Views {
  return {
    account(person): SimAccount | undefined {
      // A company that has nothing here has no people here either.
      if (world.apps.size === 0) return undefined;
      const { userId, unionId, senderId } = world.accounts.of(person.id);
      return { ids: { ...(userId !== undefined && { userid: userId }), unionid: unionId, senderId }, perApp: {} };
    },
    appViews: () => [
      ...[...world.apps.values()].map((app) => appView(world, app)),
      ...[...world.groupRobots.values()].map(groupRobotView),
    ],
    chatViews: () => [...world.chats.all.values()].map(chatView),
    messageViews(chatId, limit, before) {
      const all = world.chats.find(chatId)?.messages ?? [];
      const at = before === undefined ? -1 : all.findIndex(({ id }) => id === before);
      return (at < 0 ? all : all.slice(0, at)).slice(-limit).map((message) => messageView(world, message));
    },
  };
}

export function messageView(world: DingtalkWorld, message: DingtalkMessage): SimMessage {
  const { parentId, quoted, recalledAt, from } = message;
  const parent = quoted?.id ?? parentId;
  return {
    platform: 'dingtalk',
    id: message.id,
    chat: message.chat.id,
    ...(parent !== undefined && { parent }),
    from,
    at: message.createdAt,
    content: contentView(world, message),
    ...(recalledAt !== undefined && { recalledAt }),
    reactions: [...message.reactions]
      .filter(([, by]) => by.size > 0)
      .map(([emoji, by]) => ({ emoji, by: [...by].map((app) => ({ kind: 'bot', app }) as const) })),
    readBy: [...message.readBy.keys()],
    followUps: [],
    ...(from.kind === 'person' && { delivery: message.delivery }),
    version: message.version,
  };
}

function contentView(world: DingtalkWorld, message: DingtalkMessage): SimContent {
  const { body, card, type } = message;
  const file = (key: string): SimResource => {
    const found = world.shared.resources.find(key);
    return found === undefined ? unknownResource(key) : resourceView(found);
  };
  if (card !== undefined) return { kind: 'card', card: cardView(world, card, message) };
  switch (type) {
    case 'text':
    case 'sampleText':
      return { kind: 'text', text: textOf(message), mentions: mentionsOf(world, message) };
    case 'markdown':
    case 'sampleMarkdown':
      return { kind: 'markdown', text: textOf(message), streaming: false };
    case 'richText':
      return {
        kind: 'post',
        title: '',
        paragraphs: [listAt(body, 'richText').map((one) => nodeView(asObject(one) ?? {}, file))],
      };
    case 'picture':
      return { kind: 'image', image: file(textAt(body, 'resource')) };
    case 'sampleImageMsg':
      return { kind: 'image', image: file(textAt(body, 'photoURL')) };
    case 'audio':
      return { kind: 'audio', audio: file(textAt(body, 'resource')), durationMs: numberAt(body, 'duration') ?? 0 };
    case 'video':
      return { kind: 'video', video: file(textAt(body, 'resource')), durationMs: numberAt(body, 'duration') ?? 0 };
    case 'file':
      return { kind: 'file', file: file(textAt(body, 'resource')) };
    case 'sampleFile':
      return { kind: 'file', file: { ...file(textAt(body, 'mediaId')), name: textAt(body, 'fileName') } };
    case APPROVAL_TYPE:
      return { kind: 'card', card: { ...STILL, json: approvalView(world, message), updates: message.version } };
    default:
      return isActionCard(type)
        ? { kind: 'card', card: actionCardView(message) }
        : { kind: 'other', type, raw: JSON.stringify(body) };
  }
}

/** People who are called in a webhook's text, by what stands there for them. */
function mentionsOf({ accounts }: DingtalkWorld, { mentions, from }: DingtalkMessage): SimMention[] {
  if (from.kind !== 'bot') return [];
  return mentions.flatMap((person) => {
    if (person === 'all') return [];
    const { userId, person: whole } = accounts.of(person);
    return [{ key: `@${userId ?? ''}`, name: whole.name, who: { kind: 'person', person } } as const];
  });
}

function nodeView(piece: Json, file: (key: string) => SimResource): PostNode {
  const key = textAt(piece, 'resource');
  return key === '' ? { tag: 'text', text: textAt(piece, 'text') } : { tag: 'img', image: file(key) };
}

function isActionCard(type: string): boolean {
  return type === 'actionCard' || type.startsWith('sampleActionCard');
}

const STILL = { streaming: false, print: { everyMs: 0, step: 0, strategy: 'fast' }, elements: {}, images: {} } as const;

/** A card's template, variables, state and buttons, under names of ours; what a template looks like is known to the vendor only. */
function cardView(world: DingtalkWorld, card: DingtalkCard, message: DingtalkMessage): SimCard {
  const params = Object.fromEntries(card.params);
  const { buttons } = new RecordedDingtalkAnswer(message);
  const [streamKey] = templateOf(world, card).streamKeys;
  const json = { template: card.template, state: card.state, text: textOf(message), streamKey, params, buttons };
  return { ...STILL, json, cardId: card.track, streaming: card.state === 'input', updates: message.updates };
}

function actionCardView(message: DingtalkMessage): SimCard {
  const inside = message.type === 'actionCard' ? objectAt(message.body, 'actionCard') : message.body;
  const { buttons } = new RecordedDingtalkAnswer(message);
  const json = { template: 'actionCard', title: textAt(inside, 'title'), text: textOf(message), buttons };
  return { ...STILL, json, updates: 0 };
}

export function chatView(chat: DingtalkChat): SimChat {
  const last = chat.messages.at(-1);
  return {
    platform: 'dingtalk',
    id: chat.id,
    kind: chat.kind,
    topics: false,
    name: chat.name,
    people: [...chat.people],
    bots: [...chat.bots],
    activeAt: chat.activeAt,
    ...(last !== undefined && { summary: textOf(last).slice(0, 60) || `[${last.type}]` }),
  };
}

function groupRobotView({ id, name, avatar, secret }: GroupRobot): SimApp {
  return {
    platform: 'dingtalk',
    surface: 'robot',
    id,
    name,
    avatar,
    botId: id,
    mode: 'webhook',
    connections: 0,
    menu: [],
    scopes: [],
    credentials: { access_token: id, ...(secret !== undefined && { secret }) },
    env: {},
  };
}

export function appView(world: DingtalkWorld, app: DingtalkApp): SimApp {
  return {
    platform: 'dingtalk',
    id: app.id,
    name: app.name,
    avatar: app.avatar,
    botId: app.botId,
    mode: app.mode === 'stream' ? 'socket' : 'webhook',
    ...(app.webhookUrl !== undefined && { webhookUrl: app.webhookUrl }),
    connections: world.hub.count(app.id),
    menu: [],
    scopes: [...app.scopes],
    credentials: { client_id: app.id, client_secret: app.secret, agent_id: String(app.agentId), corp_id: world.corpId },
    env: {
      DINGTALK_CLIENT_ID: app.id,
      DINGTALK_CLIENT_SECRET: app.secret,
      DINGTALK_MODE: app.mode,
      DINGTALK_BASE_URL: world.baseUrl,
      DINGTALK_OAPI_BASE_URL: world.baseUrl,
    },
  };
}
