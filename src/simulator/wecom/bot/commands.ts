import { asObject, type Json } from '../../../lib/read.ts';
import type { FaultKind } from '../../contract.ts';
import { faultsOfCalls } from '../../faults.ts';
import { randomHex } from '../../ids.ts';
import type { WecomBot } from '../apps.ts';
import { refusalOf, WecomRefusal } from '../errors.ts';
import { text } from '../json.ts';
import type { WecomChat } from '../model.ts';
import { perHour, perMinute } from '../rates.ts';
import type { WecomWorld } from '../world.ts';
import type { InteractionKind } from './bot-world.ts';
import { applyReply, checkPlain, pushCard, takeRate } from './replies.ts';
import type { Connection, Handled, Handler } from './socket-hub.ts';

const FAULTS: readonly FaultKind[] = [...faultsOfCalls, 'refuse'];
/** What each way to answer answers. */
const ANSWERS: Readonly<Record<string, InteractionKind>> = {
  aibot_respond_msg: 'message',
  aibot_respond_welcome_msg: 'enter_chat',
  aibot_respond_update_msg: 'template_card_event',
};
const SENDABLE = new Set(['markdown', 'template_card', 'file', 'image', 'voice', 'video']);

/** What a bot may ask for on its long connection. */
export function createCommands(world: () => WecomWorld): Handler {
  const run = (bot: WecomBot, cmd: string, reqId: string, body: Json): Handled => {
    const kind = ANSWERS[cmd];
    if (kind !== undefined) return respond(world(), bot, kind, reqId, body);
    const { uploads } = world().bot;
    switch (cmd) {
      case 'ping':
        return {};
      case 'aibot_send_msg':
        return sendMessage(world(), bot, body);
      case 'aibot_upload_media_init':
        takeUpload(world(), bot);
        return { body: { upload_id: uploads.init(bot.id, body) } };
      case 'aibot_upload_media_chunk':
        uploads.chunk(bot.id, body);
        return {};
      case 'aibot_upload_media_finish': {
        const { id, type, createdAt } = uploads.finish(bot.id, body);
        return { body: { type, media_id: id, created_at: String(Math.floor(createdAt / 1000)) } };
      }
      default:
        throw new WecomRefusal(40058, `unknown cmd ${cmd}`);
    }
  };
  return (connection, cmd, reqId, body) => {
    const { bot } = connection;
    const fault = world().shared.faults.strike(FAULTS, { side: 'wecom', app: bot?.id, path: cmd });
    if (fault !== undefined && fault.afterEffect !== true) return fail(connection, fault.kind, fault.code);
    const handled = cmd === 'aibot_subscribe' ? subscribe(world(), connection, body) : undefined;
    if (handled === undefined && bot === undefined) throw new WecomRefusal(846609);
    const result = handled ?? run(bot as WecomBot, cmd, reqId, body);
    return fault === undefined ? result : fail(connection, fault.kind, fault.code);
  };
}

function fail(connection: Connection, kind: FaultKind, code: number | undefined): Handled {
  switch (kind) {
    case 'hang':
      return 'silence';
    case 'drop':
      return 'cut';
    case 'throttle':
      throw new WecomRefusal(45009);
    case 'expired-token':
      connection.bot = undefined;
      throw new WecomRefusal(846609);
    case 'refuse':
      throw refusalOf(code ?? -1);
    default:
      throw new WecomRefusal(-1);
  }
}

function subscribe(world: WecomWorld, connection: Connection, body: Json): Handled {
  const bot = world.bots.get(text(body['bot_id']));
  if (bot === undefined) throw new WecomRefusal(93019);
  if (bot.mode !== 'socket') throw new WecomRefusal(93019, 'the bot is set to a callback URL');
  if (!world.rates.take(`subscribe ${bot.id}`, [perMinute(world.limits.subscribesPerMinute)])) {
    throw new WecomRefusal(45009);
  }
  if (body['secret'] !== bot.secret) throw new WecomRefusal(853000);
  world.bot.hub.bind(connection, bot);
  return {};
}

function respond(world: WecomWorld, bot: WecomBot, kind: InteractionKind, reqId: string, body: Json): Handled {
  const interaction = world.bot.interactions.get(reqId);
  if (interaction === undefined || interaction.bot !== bot || interaction.kind !== kind) throw new WecomRefusal(846605);
  const age = world.clock.now() - interaction.at;
  // Welcome and update are good for five seconds and once, answers to messages for a day.
  const isLate = age > (kind === 'message' ? world.limits.answerMs : world.limits.botEventMs);
  if (isLate || (kind !== 'message' && interaction.isAnswered)) throw new WecomRefusal(846605);
  applyReply(world, interaction, body, 'socket');
  return {};
}

/** A message nobody asked for, to a chat in which somebody wrote to the bot before. */
function sendMessage(world: WecomWorld, bot: WecomBot, body: Json): Handled {
  const chat = chatOf(world, bot, text(body['chatid']), body['chat_type']);
  const type = text(body['msgtype']);
  if (!SENDABLE.has(type)) throw new WecomRefusal(40008, type);
  const content = asObject(body[type]);
  if (content === undefined) throw new WecomRefusal(40058, `${type} missing`);
  const checked = type === 'template_card' ? content : checkPlain(world, bot.id, type, content);
  takeRate(world, bot.id, chat.id);
  if (type === 'template_card') pushCard(world, bot, chat, content);
  else {
    const feedbackId = text(asObject(content['feedback'])?.['id']) || undefined;
    const from = { kind: 'bot', bot: bot.id } as const;
    world.messages.add({ chat, from, type, body: checked, feedbackId, id: `bot_${randomHex()}` });
  }
  return {};
}

/** Ids of groups keep their case. */
function chatOf(world: WecomWorld, bot: WecomBot, chatId: string, chatType: unknown): WecomChat {
  const group = chatType === 1 ? undefined : world.chats.find(chatId);
  const person = chatType === 2 ? undefined : world.accounts.member(chatId);
  const chat =
    group?.kind === 'group' && group.bots.has(bot.id)
      ? group
      : person === undefined
        ? undefined
        : world.chats.find(`${bot.id}:${person.id}`);
  if (chat === undefined || !wasWrittenTo(chat)) throw new WecomRefusal(93006);
  return chat;
}

function wasWrittenTo(chat: WecomChat): boolean {
  return chat.messages.some(({ from }) => from.kind === 'person');
}

function takeUpload(world: WecomWorld, bot: WecomBot): void {
  const { uploadsPerMinute, uploadsPerHour } = world.limits;
  if (!world.rates.take(`upload ${bot.id}`, [perMinute(uploadsPerMinute), perHour(uploadsPerHour)])) {
    throw new WecomRefusal(45009);
  }
}
