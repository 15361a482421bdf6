import { randomHex } from '../ids.ts';
import { SCOPE } from './apps.ts';
import { type Call, data, type Endpoint, jsonBody, type Reply } from './call.ts';
import { FeishuRefusal } from './errors.ts';
import { visibleMessage } from './lookups.ts';
import { type CardContent, messageData } from './message-data.ts';
import type { FeishuMessage } from './model.ts';

const READING = [SCOPE.send, SCOPE.read];
const MESSAGES = '/open-apis/im/v1/messages';
const MAX_PAGE = 50;

/** Reading messages, and reactions. */
export const READING_ENDPOINTS: readonly Endpoint[] = [
  { method: 'GET', path: MESSAGES, scopes: READING, run: list },
  { method: 'GET', path: `${MESSAGES}/:id`, scopes: READING, run: get },
  { method: 'POST', path: `${MESSAGES}/:id/reactions`, scopes: [SCOPE.send, SCOPE.reactions], run: addReaction },
  { method: 'GET', path: `${MESSAGES}/:id/reactions`, scopes: READING, run: listReactions },
  {
    method: 'DELETE',
    path: `${MESSAGES}/:id/reactions/:reaction`,
    scopes: [SCOPE.send, SCOPE.reactions],
    run: removeReaction,
  },
];

function get({ world, app, path, query }: Call): Reply {
  const message = visibleMessage(world, app, path[0]);
  const parts = message.type === 'merge_forward' ? forwardedIn(message) : [];
  return data({ items: [message, ...parts].map((one) => messageData(one, app, world.accounts, cardsIn(query))) });
}

function cardsIn(query: URLSearchParams): CardContent {
  return query.get('card_msg_content_type') === 'user_card_content' ? 'written' : 'rendered';
}

/** The messages that were forwarded in this one. */
function forwardedIn(message: FeishuMessage): FeishuMessage[] {
  return message.chat.messages.filter(({ upperId }) => upperId === message.id);
}

function list({ world, app, query }: Call): Reply {
  const kind = query.get('container_id_type');
  const id = query.get('container_id') ?? '';
  if (kind !== 'chat' && kind !== 'thread') throw new FeishuRefusal(230001, 'container_id_type');
  const from = Number(query.get('start_time') ?? 0) * 1000;
  const until = query.has('end_time') ? Number(query.get('end_time')) * 1000 + 999 : Number.POSITIVE_INFINITY;
  const all = kind === 'chat' ? world.chats.find(id)?.messages : [...world.messages.all.values()].filter(inThread(id));
  if (all === undefined) throw new FeishuRefusal(230001, 'container_id');
  const first = all[0];
  if (first !== undefined && !first.chat.bots.has(app.id)) throw new FeishuRefusal(230002);
  const found = all.filter((one) => one.upperId === undefined && one.createdAt >= from && one.createdAt <= until);
  if (query.get('sort_type') === 'ByCreateTimeDesc') found.reverse();
  const size = Math.min(Number(query.get('page_size') ?? 20), MAX_PAGE);
  const start = Number(query.get('page_token') ?? 0);
  const end = start + size;
  return data({
    has_more: end < found.length,
    page_token: end < found.length ? String(end) : '',
    items: found.slice(start, end).map((one) => messageData(one, app, world.accounts, cardsIn(query))),
  });
}

function inThread(id: string): (message: FeishuMessage) => boolean {
  return (message) => message.threadId === id;
}

function addReaction(call: Call): Reply {
  const { world, app, path } = call;
  const message = visibleMessage(world, app, path[0]);
  const emoji = emojiOf(jsonBody(call)['reaction_type']);
  if (emoji === undefined) throw new FeishuRefusal(230001, 'reaction_type');
  const id = randomHex();
  const at = world.clock.now();
  message.reactions.set(id, { emoji, by: { kind: 'app', app }, at });
  world.messages.changed(message);
  return data(reactionData(id, emoji, app.id, at));
}

function emojiOf(type: unknown): string | undefined {
  if (typeof type !== 'object' || type === null || !('emoji_type' in type)) return undefined;
  return typeof type.emoji_type === 'string' && type.emoji_type !== '' ? type.emoji_type : undefined;
}

function reactionData(id: string, emoji: string, operator: string, at: number): Record<string, unknown> {
  return {
    reaction_id: id,
    operator: { operator_id: operator, operator_type: operator.startsWith('cli_') ? 'app' : 'user' },
    action_time: String(at),
    reaction_type: { emoji_type: emoji },
  };
}

function listReactions({ world, app, path, query }: Call): Reply {
  const message = visibleMessage(world, app, path[0]);
  const only = query.get('reaction_type');
  const items = [...message.reactions]
    .filter(([, { emoji }]) => only === null || emoji === only)
    .map(([id, { emoji, by, at }]) => {
      const operator =
        by.kind === 'app' ? by.app.id : by.kind === 'person' ? world.accounts.ids(by.person, app).open_id : '';
      return reactionData(id, emoji, operator, at);
    });
  return data({ items, has_more: false, page_token: '' });
}

function removeReaction({ world, app, path }: Call): Reply {
  const message = visibleMessage(world, app, path[0]);
  const id = path[1] ?? '';
  const found = message.reactions.get(id);
  if (found === undefined) throw new FeishuRefusal(231003, 'reaction');
  if (found.by.kind !== 'app' || found.by.app !== app) throw new FeishuRefusal(230027);
  message.reactions.delete(id);
  world.messages.changed(message);
  return data(reactionData(id, found.emoji, app.id, found.at));
}
