import { createHmac } from 'node:crypto';
import { textAt } from '../../../lib/read.ts';
import { type Call, type Endpoint, flat, jsonBody, type Reply } from '../call.ts';
import { checkCard, record } from '../card-check.ts';
import { FeishuRefusal } from '../errors.ts';
import type { NewMessage } from '../messages.ts';
import type { FeishuWorld } from '../world.ts';
import type { HookBot } from './hooks.ts';

/** Bots of groups (client-docs/bot-v3/add-custom-bot). */
export const HOOK_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: '/open-apis/bot/v2/hook/:token', token: false, run: send },
];

const HOUR_S = 3_600;
const MINUTE_MS = 60_000;

function send(call: Call): Reply {
  const { world, path } = call;
  const hook = world.hooks.get(path[0] ?? '');
  const chat = hook && world.chats.find(hook.chat);
  if (!hook || !chat) throw new FeishuRefusal(19001);
  const body = jsonBody(call);
  checkSign(world, hook, body);
  if (call.body.length > world.limits.hookBytes) throw new FeishuRefusal(19036);
  const said = readMessage(body, world);
  if (hook.keywords.length > 0 && !hook.keywords.some((word) => said.content.includes(word)))
    throw new FeishuRefusal(19024);
  takeTurn(world, hook);
  world.messages.add({ chat, from: { kind: 'app', app: hook.speaker }, ...said });
  return flat({ code: 0, msg: 'success', data: {}, StatusCode: 0, StatusMessage: 'success' });
}

/** The key is the time and the secret, and nothing is signed with it. */
function checkSign({ clock }: FeishuWorld, { secret }: HookBot, body: Record<string, unknown>): void {
  if (secret === undefined) return;
  const time = textAt(body, 'timestamp');
  const isNow = time !== '' && Math.abs(clock.now() / 1000 - Number(time)) < HOUR_S;
  const sign = createHmac('sha256', `${time}\n${secret}`).digest('base64');
  if (!isNow || body['sign'] !== sign) throw new FeishuRefusal(19021);
}

function readMessage(body: Record<string, unknown>, world: FeishuWorld): Pick<NewMessage, 'type' | 'content' | 'card'> {
  const type = textAt(body, 'msg_type');
  const content = record(body['content']);
  switch (type) {
    case 'interactive': {
      const card = record(body['card']);
      if (!card) throw new FeishuRefusal(19002, 'card');
      // People and pictures are those of the tenant, not of an app.
      if (card['schema'] === '2.0')
        checkCard(card, { limits: world.limits, hasImage: () => false, hasUser: () => true });
      return { type, content: JSON.stringify(card), card };
    }
    case 'text':
      if (typeof content?.['text'] !== 'string' || content['text'] === '')
        throw new FeishuRefusal(19002, 'content.text');
      return { type, content: JSON.stringify(content) };
    case 'post': {
      const post = record(content?.['post']);
      const whole = record(post?.['zh_cn'] ?? post?.['en_us']);
      if (!Array.isArray(whole?.['content'])) throw new FeishuRefusal(19002, 'content.post');
      return { type, content: JSON.stringify(whole) };
    }
    case 'image':
    case 'share_chat': {
      const key = type === 'image' ? 'image_key' : 'share_chat_id';
      if (typeof content?.[key] !== 'string') throw new FeishuRefusal(19002, key);
      return { type, content: JSON.stringify(content) };
    }
    default:
      throw new FeishuRefusal(19002, 'msg_type');
  }
}

function takeTurn({ clock, limits, rates }: FeishuWorld, { times }: HookBot): void {
  if (!rates.on) return;
  const now = clock.now();
  while ((times[0] ?? now) <= now - MINUTE_MS) times.shift();
  const inSecond = times.filter((time) => time > now - 1_000).length;
  if (times.length >= limits.hookPerMinute || inSecond >= limits.hookPerSecond) throw new FeishuRefusal(11232);
  times.push(now);
}
