import { CHAT_MODES } from './apps.ts';
import { type Call, optionalUser, requireFound, type World } from './call.ts';
import { isUuid } from './chance.ts';
import type { Checked } from './checked.ts';
import { seconds } from './clock.ts';
import { shortened } from './demo-answers.ts';
import { invalidParam } from './refusals.ts';
import type { StoredConversation } from './rows.ts';

/** The model needs this long to name a new conversation. */
const NAMED_AFTER_MS = 1000;

/** Under a first name, until the model has written a better one. */
export function newConversation({ world, app }: Call, checked: Checked): StoredConversation {
  const now = world.clock.now();
  const conversation: StoredConversation = {
    id: world.chance.uuid(),
    app,
    user: checked.user,
    name: checked.autoName ? 'New conversation' : `${checked.query.slice(0, 20)}…`,
    inputs: checked.inputs,
    createdAt: now,
    updatedAt: now,
    messages: [],
  };
  if (checked.autoName) conversation.autoName = { at: now + NAMED_AFTER_MS, query: checked.query };
  world.store.conversations.set(conversation.id, conversation);
  return conversation;
}

/** `GET /conversations` */
export function listConversations(call: Call): void {
  call.requireMode(CHAT_MODES, 'not_chat_app');
  const { world, app, query } = call;
  const user = optionalUser(query.get('user'));
  const limit = call.limit(100, 20);
  const sorted = sort(ownConversations(world, app.id, user), query.get('sort_by') ?? '-updated_at');
  const last = query.get('last_id');
  const from = last === null ? 0 : sorted.findIndex(({ id }) => id === last) + 1;
  requireFound(last !== null && from === 0 ? undefined : true, 'Last Conversation Not Exists.');
  const shown = sorted.slice(from, from + limit);
  const data = shown.map((conversation) => itemOf(world, conversation));
  call.send(200, { limit, has_more: sorted.length > from + limit, data });
}

function ownConversations(world: World, appId: string, user: string): StoredConversation[] {
  return [...world.store.conversations.values()].filter((one) => one.app.id === appId && one.user === user);
}

function sort(list: StoredConversation[], by: string): StoredConversation[] {
  const field = by.replace(/^-/, '');
  if (field !== 'created_at' && field !== 'updated_at') throw invalidParam('Invalid sort_by', 'sort_by');
  const time = (one: StoredConversation): number => (field === 'created_at' ? one.createdAt : one.updatedAt);
  const direction = by.startsWith('-') ? -1 : 1;
  return list.toSorted((a, b) => direction * (time(a) - time(b)));
}

function itemOf(world: World, conversation: StoredConversation): object {
  const { id, inputs, app, createdAt, updatedAt } = conversation;
  const times = { created_at: seconds(createdAt), updated_at: seconds(updatedAt) };
  return { id, name: nameOf(world, conversation), inputs, status: 'normal', introduction: app.opening, ...times };
}

function nameOf(world: World, { name, autoName }: StoredConversation): string {
  return autoName !== undefined && world.clock.now() >= autoName.at ? shortened(autoName.query, 16) : name;
}

/** `POST /conversations/{id}/name` */
export function renameConversation(call: Call): void {
  call.requireMode(CHAT_MODES, 'not_chat_app');
  const body = call.json();
  const conversation = ownConversation(call, body.user);
  if (typeof body.name === 'string' && body.name.trim() !== '') {
    conversation.name = body.name;
    delete conversation.autoName;
  } else if (body.auto_generate === true) {
    const [first] = conversation.messages;
    conversation.autoName = { at: call.world.clock.now(), query: first?.query ?? conversation.name };
  } else {
    throw invalidParam('name is required when auto_generate is false', 'name');
  }
  call.send(200, itemOf(call.world, conversation));
}

/** `DELETE /conversations/{id}`, with a body. */
export function deleteConversation(call: Call): void {
  call.requireMode(CHAT_MODES, 'not_chat_app');
  call.world.store.removeConversation(ownConversation(call, call.json().user));
  call.sendEmpty();
}

/** `GET /conversations/{id}/variables`: one, enough to see the shape. */
export function listVariables(call: Call): void {
  call.requireMode(CHAT_MODES, 'not_chat_app');
  const { id, createdAt, updatedAt, messages } = ownConversation(call, call.query.get('user'));
  const turns = {
    id: `${id.slice(0, -4)}0001`,
    name: 'turns',
    value_type: 'number',
    value: String(messages.length),
    description: '',
  };
  const times = { created_at: seconds(createdAt), updated_at: seconds(updatedAt) };
  call.send(200, { limit: call.limit(100, 20), has_more: false, data: [{ ...turns, ...times }] });
}

function ownConversation({ world, app, params }: Call, user: unknown): StoredConversation {
  const [id = ''] = params;
  return requireFound(world.store.conversation(id, app, optionalUser(user)), 'Conversation Not Exists.');
}

/** The conversation named in the query string. */
export function queriedConversation({ world, app, query }: Call): StoredConversation {
  const id = query.get('conversation_id');
  if (id === null || !isUuid(id)) throw invalidParam('conversation_id must be a valid UUID', 'conversation_id');
  return requireFound(world.store.conversation(id, app, optionalUser(query.get('user'))), 'Conversation Not Exists.');
}
