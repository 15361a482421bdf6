import { type Json } from '../../../lib/read.ts';
import { randomHex } from '../../ids.ts';
import { appOfCall, type Call, type Endpoint, json, jsonBody, type Reply, stringList } from '../call.ts';
import { checkContent } from '../content.ts';
import { WecomRefusal } from '../errors.ts';
import { text } from '../json.ts';
import type { WecomChat } from '../model.ts';
import { contentRules } from './api-send.ts';

/** Groups that an app made for itself; it writes there and reads nothing. */
export const CHAT_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: 'appchat/create', token: 'app', run: create },
  { method: 'POST', path: 'appchat/update', token: 'app', run: update },
  { method: 'GET', path: 'appchat/get', token: 'app', run: get },
  { method: 'POST', path: 'appchat/send', token: 'app', run: send },
];

const CHAT_ID = /^[0-9a-zA-Z]{1,32}$/;
const MAX_PEOPLE = 2000;

function people(call: Call, value: unknown): string[] {
  const { accounts } = call.world;
  return stringList(value, MAX_PEOPLE, 40031).map((userId) => {
    const person = accounts.member(userId);
    if (person === undefined) throw new WecomRefusal(40003, userId);
    return person.id;
  });
}

function create(call: Call): Reply {
  const { world } = call;
  const app = appOfCall(call);
  const body = jsonBody(call);
  const members = people(call, body['userlist']);
  if (members.length < 2) throw new WecomRefusal(40058, 'userlist');
  const id = text(body['chatid']) || randomHex();
  if (!CHAT_ID.test(id) || world.chats.find(id) !== undefined) throw new WecomRefusal(86001);
  const chat = world.chats.addGroup({ name: text(body['name']) || '群聊', people: members, bots: [app.id], id });
  return json({ chatid: chat.id });
}

function own(call: Call, id: string): WecomChat {
  const chat = call.world.chats.find(id);
  if (chat === undefined || chat.kind !== 'group') throw new WecomRefusal(86003);
  if (!chat.bots.has(appOfCall(call).id)) throw new WecomRefusal(86008);
  return chat;
}

function update(call: Call): Reply {
  const body = jsonBody(call);
  const chat = own(call, text(body['chatid']));
  for (const person of people(call, body['add_user_list'])) chat.people.add(person);
  for (const person of people(call, body['del_user_list'])) chat.people.delete(person);
  call.world.teller.chatChanged(chat);
  return json();
}

function get(call: Call): Reply {
  const chat = own(call, call.query.get('chatid') ?? '');
  const users = [...chat.people].map((person) => call.world.accounts.userId(person));
  return json({ chat_info: { chatid: chat.id, name: chat.name.zh, owner: users[0] ?? '', userlist: users } });
}

function send(call: Call): Reply {
  const { world } = call;
  const app = appOfCall(call);
  const body: Json = jsonBody(call);
  const chat = own(call, text(body['chatid']));
  if (body['msgtype'] === 'template_card') throw new WecomRefusal(40008);
  const { type, body: content, truncated } = checkContent(body, contentRules(world, app));
  world.messages.add({
    chat,
    from: { kind: 'bot', bot: app.id },
    type,
    body: content,
    id: `msg_${randomHex()}`,
    truncated,
  });
  return json();
}
