import { asObject } from '../../../lib/read.ts';
import { randomHex } from '../../ids.ts';
import { appOfCall, type Call, type Endpoint, json, jsonBody, type Reply } from '../call.ts';
import { WecomRefusal } from '../errors.ts';
import { list, text } from '../json.ts';
import type { WecomWorld } from '../world.ts';

/** Customers whom a member has added: they can be greeted, and no more. */
export const CONTACT_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: 'externalcontact/send_welcome_msg', token: 'app', run: welcome },
  { method: 'GET', path: 'externalcontact/get', token: 'app', run: getContact },
];

function welcome(call: Call): Reply {
  const { world } = call;
  const app = appOfCall(call);
  const body = jsonBody(call);
  const content = text(asObject(body['text'])?.['content']);
  const attachments = list(body['attachments']);
  if (content === '' && attachments.length === 0) throw new WecomRefusal(40058, 'text or attachments');
  if (Buffer.byteLength(content) > world.limits.contactTextBytes) throw new WecomRefusal(45002);
  if (attachments.length > world.limits.contactAttachments) throw new WecomRefusal(40058, 'attachments');
  const code = world.contactCodes.take(text(body['welcome_code']));
  if (code === undefined) throw new WecomRefusal(41050);
  const chat = contactChat(world, code.customer, code.member);
  const parts = [
    ...(content === '' ? [] : [{ type: 'text', body: { content } }]),
    ...attachments.map((attachment) => {
      const type = text(asObject(attachment)?.['msgtype']);
      return { type, body: asObject(asObject(attachment)?.[type]) ?? {} };
    }),
  ];
  for (const part of parts) {
    world.messages.add({ chat, from: { kind: 'bot', bot: app.id }, ...part, id: `msg_${randomHex()}` });
  }
  return json();
}

/** The customer's chat with the member. */
export function contactChat(world: WecomWorld, customer: string, member: string) {
  return world.chats.direct('kf', `contact:${member}`, customer, world.shared.people.get(member).name);
}

function getContact({ world, query }: Call): Reply {
  const person = world.accounts.customer(query.get('external_userid') ?? '');
  if (person === undefined) throw new WecomRefusal(40096);
  const chats = [...world.chats.all.values()].filter(
    ({ id }) => id.startsWith('contact:') && id.endsWith(`:${person.id}`),
  );
  if (chats.length === 0) throw new WecomRefusal(84061);
  return json({
    external_contact: {
      external_userid: query.get('external_userid'),
      name: person.name,
      avatar: '',
      type: 1,
      gender: 0,
    },
    follow_user: chats.map(({ id, activeAt }) => ({
      userid: world.accounts.userId(id.split(':')[1] ?? ''),
      remark: person.name,
      description: '',
      createtime: Math.floor(activeAt / 1000),
      tags: [],
      add_way: 1,
    })),
  });
}
