import { type FeishuApp, SCOPE } from './apps.ts';
import { type Call, data, type Endpoint, jsonBody, type Reply } from './call.ts';
import { checkCard } from './card-check.ts';
import { parseCard } from './card-entity.ts';
import { readContent } from './content.ts';
import { cardRefusal, FeishuRefusal } from './errors.ts';
import { findReceiver, ownMessage, visibleMessage } from './lookups.ts';
import { messageData } from './message-data.ts';
import { newThreadId } from './messages.ts';
import type { FeishuChat, FeishuMessage } from './model.ts';
import type { FeishuWorld } from './world.ts';

const SENDING = [SCOPE.send, SCOPE.sendAsBot];
const MESSAGES = '/open-apis/im/v1/messages';

/** Sending and changing messages. */
export const MESSAGE_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: MESSAGES, scopes: SENDING, run: send },
  { method: 'POST', path: `${MESSAGES}/:id/reply`, scopes: SENDING, run: reply },
  { method: 'PUT', path: `${MESSAGES}/:id`, scopes: [SCOPE.send, SCOPE.update], run: edit },
  { method: 'PATCH', path: `${MESSAGES}/:id`, scopes: [SCOPE.send, SCOPE.sendAsBot, SCOPE.update], run: patchCard },
  { method: 'DELETE', path: `${MESSAGES}/:id`, scopes: [SCOPE.send, SCOPE.recall], run: recall },
  { method: 'POST', path: `${MESSAGES}/:id/push_follow_up`, scopes: SENDING, run: pushFollowUp },
];

function send(call: Call): Reply {
  const { world, app } = call;
  const body = jsonBody(call);
  const chat = findReceiver(world, app, call.query.get('receive_id_type') ?? '', body['receive_id']);
  return answer(app, post(world, app, chat, body, undefined, undefined));
}

function reply(call: Call): Reply {
  const { world, app } = call;
  const body = jsonBody(call);
  const parent = visibleMessage(world, app, call.path[0]);
  if (parent.recalledAt !== undefined) throw new FeishuRefusal(230011);
  return answer(app, post(world, app, parent.chat, body, parent, threadFor(parent, body['reply_in_thread'] === true)));
}

/** A reply stays in the topic of what it answers; in a group of topics there is nothing outside of one. */
function threadFor(parent: FeishuMessage, opensThread: boolean): string | undefined {
  if (parent.threadId !== undefined || !(opensThread || parent.chat.topics)) return parent.threadId;
  parent.threadId = newThreadId();
  return parent.threadId;
}

function post(
  world: FeishuWorld,
  app: FeishuApp,
  chat: FeishuChat,
  body: Record<string, unknown>,
  parent: FeishuMessage | undefined,
  threadId: string | undefined,
): FeishuMessage {
  const uuid = readUuid(body['uuid']);
  const before = uuid === undefined ? undefined : world.messages.find(world.sentKeys.find(app.id, uuid) ?? '');
  if (before !== undefined) return before;
  if (!chat.bots.has(app.id)) throw new FeishuRefusal(230002);
  if (body['msg_type'] === 'system' && chat.kind !== 'direct')
    throw new FeishuRefusal(230001, 'system is for p2p chats');
  const content = readContent(app, body['msg_type'], body['content'], world.contentRules);
  world.rates.takeChat(chat.id);
  const opensTopic = chat.topics && parent === undefined;
  const message = world.messages.add({
    chat,
    from: { kind: 'app', app },
    type: String(body['msg_type']),
    parent,
    threadId: opensTopic ? newThreadId() : threadId,
    uuid,
    ...content,
  });
  if (content.entity !== undefined) content.entity.sentAs = message;
  if (uuid !== undefined) world.sentKeys.remember(app.id, uuid, message.id);
  return message;
}

function answer(app: FeishuApp, message: FeishuMessage): Reply {
  return data(messageData(message, app), message.id);
}

function readUuid(uuid: unknown): string | undefined {
  if (uuid === undefined || uuid === '') return undefined;
  if (typeof uuid !== 'string' || uuid.length > 50) throw new FeishuRefusal(230001, 'uuid is longer than 50');
  return uuid;
}

function edit(call: Call): Reply {
  const { world, app } = call;
  const body = jsonBody(call);
  const message = ownMessage(world, app, call.path[0], 230071);
  if (message.type !== 'text' && message.type !== 'post') throw new FeishuRefusal(230073);
  if (body['msg_type'] !== 'text' && body['msg_type'] !== 'post') throw new FeishuRefusal(230001, 'msg_type');
  if (message.edits >= world.limits.edits) throw new FeishuRefusal(230072);
  const content = readContent(app, body['msg_type'], body['content'], world.contentRules);
  world.rates.takeMessage(message.id);
  message.edits += 1;
  message.content = content.content;
  message.mentions = content.mentions ?? [];
  world.messages.updated(message, { kind: 'edit', content: content.content });
  return answer(app, message);
}

/** The card of a message made anew. Cards of CardKit are changed there: what PATCH does to them is not documented. */
function patchCard(call: Call): Reply {
  const { world, app } = call;
  const { content } = jsonBody(call);
  const message = ownMessage(world, app, call.path[0], 230027);
  if (message.type !== 'interactive') throw new FeishuRefusal(230001, 'not a card');
  if (message.entity !== undefined) throw new FeishuRefusal(230001, 'a card entity is updated by cardkit');
  if (world.clock.now() > message.createdAt + world.limits.cardLifeMs) throw new FeishuRefusal(230031);
  if (typeof content !== 'string') throw new FeishuRefusal(230001, 'content must be a JSON string');
  if (Buffer.byteLength(content) > world.limits.cardBytes) throw new FeishuRefusal(230025);
  world.rates.takeMessage(message.id);
  message.card = readPatch(world, app, message, content);
  message.content = content;
  world.messages.updated(message, { kind: 'patch', content });
  return data({}, message.id);
}

function readPatch(
  world: FeishuWorld,
  app: FeishuApp,
  message: FeishuMessage,
  content: string,
): Record<string, unknown> {
  try {
    const card = parseCard(content);
    const isNew = card['schema'] === '2.0';
    if (isNew !== (message.card?.['schema'] === '2.0')) throw new FeishuRefusal(200830);
    if (isNew) checkCard(card, world.rulesFor(app));
    else if (!isShared(card) || !isShared(message.card)) throw new FeishuRefusal(230001, 'update_multi must be true');
    return card;
  } catch (error) {
    if (error instanceof FeishuRefusal && error.code !== 230001) throw cardRefusal(error.code, error.message);
    throw error;
  }
}

function isShared(card: Record<string, unknown> | undefined): boolean {
  const config = card?.['config'];
  return typeof config === 'object' && config !== null && 'update_multi' in config && config.update_multi === true;
}

function recall(call: Call): Reply {
  const { world, app } = call;
  const message = ownMessage(world, app, call.path[0], 230026);
  if (world.clock.now() > message.createdAt + world.limits.recallMs) throw new FeishuRefusal(230009);
  message.recalledAt = world.clock.now();
  world.messages.updated(message, { kind: 'recall' });
  return data({}, message.id);
}

function pushFollowUp(call: Call): Reply {
  const { world, app } = call;
  const { follow_ups: list } = jsonBody(call);
  const message = ownMessage(world, app, call.path[0], 230071);
  if (message.chat.kind !== 'direct') throw new FeishuRefusal(230001, 'only in p2p chats');
  if (world.clock.now() > message.createdAt + world.limits.followUpMs)
    throw new FeishuRefusal(230001, 'the message is too old');
  const latest = message.chat.messages.findLast(({ from }) => from.kind === 'app');
  if (latest !== message) throw new FeishuRefusal(230001, 'not the latest message of the bot');
  if (!Array.isArray(list) || list.length === 0) throw new FeishuRefusal(230001, 'follow_ups');
  message.followUps = list.map((item: unknown) => {
    const content = typeof item === 'object' && item !== null && 'content' in item ? item.content : undefined;
    if (typeof content !== 'string' || content === '') throw new FeishuRefusal(230001, 'follow_ups');
    return content;
  });
  world.messages.updated(message, { kind: 'follow-ups', content: message.followUps.join('\n') });
  return data({}, message.id);
}
