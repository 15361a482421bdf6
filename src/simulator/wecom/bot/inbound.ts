import { randomBytes } from 'node:crypto';
import { asObject, type Json } from '../../../lib/read.ts';
import type { WecomBot } from '../apps.ts';
import { newMsgId } from '../chats.ts';
import { list, pick, text } from '../json.ts';
import type { WecomMessage } from '../model.ts';
import { textOf } from '../recorded-answer.ts';
import type { WecomWorld } from '../world.ts';
import type { Interaction } from './bot-world.ts';

/** What a bot is told of a message. */
export function messageBody(world: WecomWorld, interaction: Interaction, message: WecomMessage): Json {
  return {
    ...common(world, interaction, message.id),
    response_url: responseUrl(world, interaction),
    ...content(world, interaction.bot, message),
    ...pick('quote', message.quoted === undefined ? undefined : content(world, interaction.bot, message.quoted)),
  };
}

/** What a bot is told of an event; `details` stand under the event's own name. */
export function eventBody(world: WecomWorld, interaction: Interaction, event: string, details: Json): Json {
  return {
    ...common(world, interaction, newMsgId()),
    create_time: Math.floor(interaction.at / 1000),
    ...(event === 'template_card_event' ? { response_url: responseUrl(world, interaction) } : {}),
    msgtype: 'event',
    event: { eventtype: event, [event]: details },
  };
}

/** The question for the next frame of a stream. */
export function pollBody(world: WecomWorld, interaction: Interaction, streamId: string): Json {
  return { ...common(world, interaction, newMsgId()), msgtype: 'stream', stream: { id: streamId } };
}

function common(world: WecomWorld, { bot, chat, person }: Interaction, msgId: string): Json {
  return {
    msgid: msgId,
    aibotid: bot.id,
    ...(chat.kind === 'group' ? { chatid: chat.id } : {}),
    chattype: chat.kind === 'group' ? 'group' : 'single',
    from: { userid: world.accounts.userId(person) },
  };
}

function responseUrl(world: WecomWorld, interaction: Interaction): string {
  const code = world.bot.responseUrls.issue(interaction, world.limits.responseUrlMs);
  return `${world.baseUrl}/cgi-bin/aibot/response?response_code=${code}`;
}

/** `msgtype` and what stands under its name. */
function content(world: WecomWorld, bot: WecomBot, message: WecomMessage): Json {
  const { body } = message;
  switch (message.type) {
    case 'image':
    case 'file':
    case 'video':
      return { msgtype: message.type, [message.type]: file(world, bot, text(body['resource'])) };
    case 'voice':
      return { msgtype: 'voice', voice: { content: text(body['recognized']) } };
    case 'mixed': {
      const items = list(body['items']).map((value) => {
        const item = asObject(value) ?? {};
        const isImage = item['resource'] !== undefined;
        return isImage
          ? { msgtype: 'image', image: file(world, bot, text(item['resource'])) }
          : { msgtype: 'text', text: { content: text(item['content']) } };
      });
      return { msgtype: 'mixed', mixed: { msg_item: items } };
    }
    default:
      return { msgtype: 'text', text: { content: textOf(message) } };
  }
}

/** An address of the encrypted file. On the long connection each has its own key, else it is the receiver's. */
function file(world: WecomWorld, bot: WecomBot, key: string): Json {
  const resource = world.shared.resources.find(key);
  if (resource === undefined) throw new Error(`there is no file ${key}`);
  const own = bot.mode === 'socket' ? randomBytes(32) : undefined;
  const url = world.baseUrl + world.bot.mediaUrls.issue(resource, own ?? bot.aesKey);
  return { url, ...pick('aeskey', own?.toString('base64')) };
}
