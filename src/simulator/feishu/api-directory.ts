import { SCOPE } from './apps.ts';
import { type Call, data, type Endpoint, type Reply } from './call.ts';
import { FeishuRefusal } from './errors.ts';
import type { FeishuChat } from './model.ts';
import { userData } from './user-data.ts';

const CHAT_RIGHTS = [SCOPE.chat, SCOPE.send];

/** People and chats. */
export const DIRECTORY_ENDPOINTS: readonly Endpoint[] = [
  { method: 'GET', path: '/open-apis/contact/v3/users/:id', scopes: [SCOPE.contact, SCOPE.name], run: getUser },
  { method: 'GET', path: '/open-apis/im/v1/chats', scopes: CHAT_RIGHTS, run: listChats },
  { method: 'GET', path: '/open-apis/im/v1/chats/:id', scopes: CHAT_RIGHTS, run: getChat },
  { method: 'GET', path: '/open-apis/im/v1/chats/:id/members', scopes: CHAT_RIGHTS, run: listMembers },
];

function getUser({ world, app, path, query }: Call): Reply {
  const kind = query.get('user_id_type') ?? 'open_id';
  if (kind !== 'open_id' && kind !== 'union_id' && kind !== 'user_id')
    throw new FeishuRefusal(99992402, 'user_id_type');
  const person = world.accounts.find(path[0] ?? '', kind, app);
  if (person === 'foreign') throw new FeishuRefusal(99992361);
  // Nobody is told anything of somebody who has left.
  if (person === undefined || world.staff.of(person.id).status === 'left') throw new FeishuRefusal(99992351);
  return data({ user: userData(world, person, app) });
}

function findChat({ world, app, path }: Call): FeishuChat {
  const chat = world.chats.find(path[0] ?? '');
  if (chat === undefined) throw new FeishuRefusal(230034);
  if (!chat.bots.has(app.id)) throw new FeishuRefusal(230002);
  return chat;
}

function chatData({ world, app }: Call, chat: FeishuChat): Record<string, unknown> {
  const owner = chat.owner === undefined ? {} : { owner_id: world.accounts.ids(chat.owner, app).open_id };
  return {
    avatar: '',
    name: chat.name.zh,
    description: '',
    ...owner,
    owner_id_type: 'open_id',
    chat_mode: chat.kind === 'direct' ? 'p2p' : 'group',
    chat_type: 'private',
    group_message_type: chat.topics ? 'thread' : 'chat',
    external: false,
    tenant_key: app.tenantKey,
    user_count: String(chat.people.size),
    bot_count: String(chat.bots.size),
    chat_status: 'normal',
  };
}

function getChat(call: Call): Reply {
  return data(chatData(call, findChat(call)));
}

function listChats(call: Call): Reply {
  const mine = [...call.world.chats.all.values()].filter(({ kind, bots }) => kind === 'group' && bots.has(call.app.id));
  return data({ ...page(call, mine, 100, (chat) => ({ chat_id: chat.id, ...chatData(call, chat) })) });
}

/** Bots are not listed among the members. */
function listMembers(call: Call): Reply {
  const { world, app, query } = call;
  const chat = findChat(call);
  const kind = query.get('member_id_type') ?? 'open_id';
  if (kind !== 'open_id' && kind !== 'union_id' && kind !== 'user_id')
    throw new FeishuRefusal(230001, 'member_id_type');
  const members = page(call, [...chat.people], 100, (person) => ({
    member_id_type: kind,
    member_id: world.accounts.ids(person, app)[kind],
    name: world.shared.people.all.get(person)?.name ?? '',
    tenant_key: app.tenantKey,
  }));
  return data({ ...members, member_total: chat.people.size });
}

function page<T>({ query }: Call, all: readonly T[], max: number, view: (item: T) => object): Record<string, unknown> {
  const size = Math.min(Number(query.get('page_size') ?? 20), max);
  const start = Number(query.get('page_token') ?? 0);
  const end = start + size;
  const hasMore = end < all.length;
  return { items: all.slice(start, end).map(view), has_more: hasMore, page_token: hasMore ? String(end) : '' };
}
