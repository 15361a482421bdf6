import type { Json } from '../../lib/read.ts';
import { asObject, listAt, textAt } from '../../lib/read.ts';
import type { DingtalkApp } from './apps.ts';
import type { DingtalkMessage } from './model.ts';
import { SESSION_PATH } from './sessions.ts';
import type { DingtalkWorld } from './world.ts';

/** What an app is told about a message. (robot-message-type) */
export function robotPayload(world: DingtalkWorld, app: DingtalkApp, message: DingtalkMessage): Json {
  const { chat } = message;
  const isGroup = chat.kind === 'group';
  const { session, until } = world.sessions.open(app, message);
  const content = world.quota.takePush() ? contentOf(world, app, message) : USED_UP;
  return {
    conversationId: chat.id,
    conversationType: isGroup ? '2' : '1',
    ...(isGroup && { conversationTitle: chat.name.zh }),
    msgId: message.id,
    msgtype: message.type,
    ...content,
    chatbotCorpId: world.corpId,
    chatbotUserId: app.botId,
    ...senderOf(world, message),
    ...(isGroup && { isInAtList: message.mentions.includes(app.id), atUsers: atUsers(world, app, message) }),
    sessionWebhook: `${world.baseUrl}${SESSION_PATH}?session=${session}`,
    sessionWebhookExpiredTime: until,
    createAt: message.createdAt,
    robotCode: app.robotCode,
    senderPlatform: 'Mac',
    openThreadId: chat.id,
  };
}

/** The month's pushes are used up: the message still comes, without what was said. */
const USED_UP: Json = { errorCode: '20001', errorMessage: 'the pushes of this month are used up' };

function senderOf({ accounts, corpId }: DingtalkWorld, { from }: DingtalkMessage): Json {
  if (from.kind !== 'person') return {};
  const { senderId, person, userId } = accounts.of(from.person);
  const known = { senderId, senderNick: person.name };
  return userId === undefined ? known : { ...known, senderStaffId: userId, senderCorpId: corpId, isAdmin: false };
}

function atUsers({ accounts }: DingtalkWorld, app: DingtalkApp, { mentions }: DingtalkMessage): Json[] {
  const people = mentions.flatMap((person) => {
    if (person === 'all' || person === app.id) return [];
    const { senderId, userId } = accounts.of(person);
    return [{ dingtalkId: senderId, ...(userId !== undefined && { staffId: userId }) }];
  });
  return mentions.includes(app.id) ? [{ dingtalkId: app.botId }, ...people] : people;
}

function contentOf(world: DingtalkWorld, app: DingtalkApp, message: DingtalkMessage): Json {
  const { quoted, type } = message;
  const quote = quoted === undefined ? {} : { isReplyMsg: true, repliedMsg: repliedMsg(world, app, quoted) };
  const origin = quoted === undefined ? {} : { originalMsgId: quoted.id, ...keyOf(quoted) };
  const inside = { ...insideOf(world, app, message), ...quote };
  return { [type === 'text' ? 'text' : 'content']: inside, ...origin };
}

/** Known of what a robot sent by the API. */
function keyOf({ queryKey }: DingtalkMessage): Json {
  return queryKey === undefined ? {} : { originalProcessQueryKey: queryKey };
}

/** As two connectors read it; the vendor's pages do not have it. */
function repliedMsg(world: DingtalkWorld, app: DingtalkApp, quoted: DingtalkMessage): Json {
  const { from } = quoted;
  const senderId = from.kind === 'person' ? world.accounts.of(from.person).senderId : app.botId;
  const isOurs = from.kind === 'bot';
  return {
    msgType: quoted.card === undefined ? quoted.type : 'interactiveCard',
    msgId: quoted.id,
    senderId,
    createdAt: quoted.createdAt,
    // What a card or a template of a robot says is not told again.
    ...(isOurs && quoted.type !== 'text' ? {} : { content: quotedContent(insideOf(world, app, quoted)) }),
  };
}

/** The pieces of a rich text have other names where it is quoted. */
function quotedContent(content: Json): Json {
  if (!Array.isArray(content['richText'])) return content;
  const pieces = listAt(content, 'richText').map((piece) => {
    const { type = 'text', text, ...others } = asObject(piece) ?? {};
    return { msgType: type, ...(text !== undefined && { content: text }), ...others };
  });
  return { ...content, richText: pieces };
}

function insideOf(world: DingtalkWorld, app: DingtalkApp, { body, type, from }: DingtalkMessage): Json {
  const codeOf = (piece: Json): Json => {
    const { resource, ...others } = piece;
    const found = typeof resource === 'string' ? world.shared.resources.find(resource) : undefined;
    return found === undefined ? piece : { ...others, downloadCode: world.files.code(app.id, found) };
  };
  if (from.kind === 'bot') return asObject(body[type]) ?? body;
  switch (type) {
    case 'text':
      return { content: textAt(body, 'content') };
    case 'richText':
      return { richText: listAt(body, 'richText').map((piece) => pictured(codeOf(asObject(piece) ?? {}))) };
    case 'picture':
      return pictured(codeOf(body));
    default:
      return codeOf(body);
  }
}

/** Pictures have their code under two names. */
function pictured(piece: Json): Json {
  const { downloadCode } = piece;
  return downloadCode === undefined ? piece : { ...piece, pictureDownloadCode: downloadCode };
}
