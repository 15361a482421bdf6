import { randomHex } from '../../ids.ts';
import { uploadForm } from '../app/api-media.ts';
import type { WecomRobot } from '../apps.ts';
import { type Call, type Endpoint, json, jsonBody, type Reply } from '../call.ts';
import { checkContent } from '../content.ts';
import { WecomRefusal } from '../errors.ts';
import { list, text } from '../json.ts';
import type { WecomChat } from '../model.ts';
import { perMinute } from '../rates.ts';

/** The robots that stand in groups; whoever has the key may write. */
export const ROBOT_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: 'webhook/send', token: 'none', run: send },
  { method: 'POST', path: 'webhook/upload_media', token: 'none', run: upload },
];

const TYPES = new Set(['text', 'markdown', 'markdown_v2', 'image', 'news', 'file', 'voice', 'template_card']);

function robotOf({ world, query }: Call): { robot: WecomRobot; chat: WecomChat } {
  const robot = world.robots.get(query.get('key') ?? '');
  if (robot === undefined) throw new WecomRefusal(93000);
  const chat = robot.chat === undefined ? undefined : world.chats.find(robot.chat);
  if (chat === undefined) throw new WecomRefusal(93000);
  return { robot, chat };
}

function send(call: Call): Reply {
  const { world } = call;
  const { robot, chat } = robotOf(call);
  const body = jsonBody(call);
  if (!world.rates.take(`robot ${robot.id}`, [perMinute(world.limits.robotPerMinute)])) throw new WecomRefusal(45009);
  const content = checkContent(body, {
    limits: world.limits,
    types: TYPES,
    textBytes: world.limits.textBytes,
    longText: 'refuse',
    markdownBytes: world.limits.robotMarkdownBytes,
    media: world.media,
    mediaOwner: `robot ${robot.id}`,
    card: { limits: world.limits, surface: 'robot', hasCallback: false, isTaskUsed: () => false },
  });
  for (const name of ['mentioned_list', 'mentioned_mobile_list']) {
    if (list(content.body[name]).some((one) => text(one) === '')) throw new WecomRefusal(40058, name);
  }
  world.messages.add({
    chat,
    from: { kind: 'bot', bot: robot.id },
    type: content.type,
    body: content.body,
    id: `msg_${randomHex()}`,
    truncated: content.truncated,
    ...(content.type === 'template_card' ? { card: { json: content.body, replaced: undefined } } : {}),
  });
  return json();
}

function upload(call: Call): Reply {
  return uploadForm(call, ['file', 'voice'], `robot ${robotOf(call).robot.id}`);
}
