import { asObject, type Json, listAt, numberAt, objectAt, textAt } from '../../lib/read.ts';
import type {
  PostNode,
  SimAccount,
  SimApp,
  SimApprovalForm,
  SimChat,
  SimContent,
  SimMention,
  SimMessage,
  SimQuota,
  SimResource,
} from '../contract.ts';
import type { PlatformSide } from '../platform-side.ts';
import { resourceView, unknownResource } from '../resources.ts';
import { formViews } from './approvals/on-page.ts';
import type { DingtalkApp } from './apps.ts';
import type { GroupRobot } from './group-robot/robots.ts';
import type { DingtalkChat, DingtalkMessage } from './model.ts';
import { cardView, imagesIn } from './page-cards.ts';
import { textOf } from './recorded-answer.ts';
import type { DingtalkWorld } from './world.ts';

type Views = Pick<PlatformSide, 'account' | 'appViews' | 'chatViews' | 'messageViews'> & {
  quotaView(): SimQuota | undefined;
  approvalForms(): readonly SimApprovalForm[];
};

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
    approvalForms: () => (world.apps.size === 0 ? [] : formViews(world.approvals)),
    quotaView: () => (world.apps.size === 0 ? undefined : quotaView(world)),
    chatViews: () => [...world.chats.all.values()].map(chatView),
    messageViews(chatId, limit, before) {
      const all = world.chats.find(chatId)?.messages ?? [];
      const at = before === undefined ? -1 : all.findIndex(({ id }) => id === before);
      return (at < 0 ? all : all.slice(0, at)).slice(-limit).map((message) => messageView(world, message));
    },
  };
}

export function quotaView({ quota }: DingtalkWorld): SimQuota {
  return { platform: 'dingtalk', ...quota.state };
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
  const { body, type } = message;
  const file = (key: string): SimResource => {
    const found = world.shared.resources.find(key);
    return found === undefined ? unknownResource(key) : resourceView(found);
  };
  const card = cardView(world, message);
  if (card !== undefined) return { kind: 'card', card };
  switch (type) {
    case 'text':
    case 'sampleText':
      return { kind: 'text', text: textAt(body, 'shown') || textOf(message), mentions: mentionsOf(world, message) };
    case 'markdown':
    case 'sampleMarkdown':
      return { kind: 'markdown', text: textOf(message), streaming: false, images: imagesIn(world, textOf(message)) };
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
      return { kind: 'file', file: file(textAt(body, 'resource') || mediaAt(message)) };
    case 'sampleFile':
      return { kind: 'file', file: { ...file(textAt(body, 'mediaId')), name: textAt(body, 'fileName') } };
    case 'image':
      return { kind: 'image', image: file(mediaAt(message)) };
    case 'voice':
    case 'sampleAudio':
      return { kind: 'audio', audio: file(mediaAt(message)), durationMs: durationOf(message) };
    case 'sampleVideo':
      return { kind: 'video', video: file(textAt(body, 'videoMediaId')), durationMs: durationOf(message) };
    default:
      return { kind: 'other', type, raw: JSON.stringify(body) };
  }
}

/** The media of a work notification stands inside its type, a robot's in the body. */
function mediaAt({ body, type }: DingtalkMessage): string {
  return textAt(objectAt(body, type), 'media_id') || textAt(body, 'mediaId');
}

/** Robots count audio in milliseconds; work notifications, and videos, in seconds. */
function durationOf({ body, type }: DingtalkMessage): number {
  if (type === 'sampleAudio') return numberAt(body, 'duration') ?? 0;
  return 1_000 * (numberAt(objectAt(body, type), 'duration') ?? numberAt(body, 'duration') ?? 0);
}

/** Who is called by a text, by what stands there for them: names in a person's, user ids in a robot's. */
function mentionsOf({ accounts, apps }: DingtalkWorld, { mentions, from, chat }: DingtalkMessage): SimMention[] {
  if (chat.kind === 'direct') return [];
  return mentions.flatMap((called): SimMention[] => {
    const app = apps.get(called);
    if (app !== undefined) return [{ key: `@${app.name}`, name: app.name, who: { kind: 'bot', app: app.id } }];
    if (called === 'all') return [{ key: '@所有人', name: '所有人' }];
    const { userId, person } = accounts.of(called);
    const key = from.kind === 'person' ? person.name : (userId ?? '');
    return [{ key: `@${key}`, name: person.name, who: { kind: 'person', person: called } }];
  });
}

function nodeView(piece: Json, file: (key: string) => SimResource): PostNode {
  const key = textAt(piece, 'resource');
  return key === '' ? { tag: 'text', text: textAt(piece, 'text') } : { tag: 'img', image: file(key) };
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
    ...(chat.purpose !== undefined && { purpose: chat.purpose }),
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
    menu: app.shortcuts,
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
