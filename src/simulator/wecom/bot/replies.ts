import { createHash } from 'node:crypto';
import { asObject, type Json } from '../../../lib/read.ts';
import { after } from '../../clock.ts';
import { randomHex } from '../../ids.ts';
import { applyCardChange } from '../app/api-cards.ts';
import { type CardRules, checkCard } from '../card-check.ts';
import { WecomRefusal } from '../errors.ts';
import { list, text } from '../json.ts';
import { imageType, type MediaType } from '../media.ts';
import type { WecomMessage } from '../model.ts';
import { perHour, perMinute } from '../rates.ts';
import type { WecomWorld } from '../world.ts';
import type { Interaction } from './bot-world.ts';

/** How an answer comes: in the response to the callback, to a poll, over the long connection, or by response_url. */
export type Via = 'response' | 'socket' | 'url' | { readonly poll: WecomMessage };

const BY_RESPONSE = new Set(['stream', 'template_card', 'stream_with_template_card']);
const BY_SOCKET = new Set([...BY_RESPONSE, 'markdown', 'file', 'image', 'voice', 'video']);
const MEDIA = new Set(['file', 'image', 'voice', 'video']);
const WELCOME = new Set(['text', 'template_card']);
const BY_URL = new Set(['markdown', 'template_card']);

/**
 * Carries out one answer of a bot.
 * @throws {WecomRefusal}
 */
export function applyReply(world: WecomWorld, interaction: Interaction, body: Json, via: Via): void {
  if (interaction.kind === 'feedback_event') throw new WecomRefusal(846605, 'only an empty answer is allowed');
  if (interaction.kind === 'template_card_event' && via !== 'url') updateCard(world, interaction, body);
  else answer(world, interaction, body, via);
  interaction.isAnswered = true;
  if (interaction.message !== undefined && interaction.kind === 'message') world.recorder.taken(interaction.message.id);
}

function answer(world: WecomWorld, interaction: Interaction, body: Json, via: Via): void {
  const type = text(body['msgtype']);
  if (!allowed(interaction, via).has(type)) throw new WecomRefusal(40008, type);
  switch (type) {
    case 'stream':
      return stream(world, interaction, body, via);
    case 'stream_with_template_card':
      if (body['template_card'] !== undefined && interaction.hasCard)
        throw new WecomRefusal(40058, 'one card a message');
      stream(world, interaction, body, via);
      if (body['template_card'] === undefined) return;
      interaction.hasCard = true;
      return sendCard(world, interaction, body, via, false);
    case 'template_card':
      return sendCard(world, interaction, body, via, true);
    default:
      return plain(world, interaction, type, body, via);
  }
}

function allowed({ kind }: Interaction, via: Via): ReadonlySet<string> {
  if (typeof via === 'object') return new Set(['stream', 'stream_with_template_card']);
  if (via === 'url') return BY_URL;
  if (kind === 'enter_chat') return WELCOME;
  return via === 'socket' ? BY_SOCKET : BY_RESPONSE;
}

/** One frame: the whole text so far. */
function stream(world: WecomWorld, interaction: Interaction, body: Json, via: Via): void {
  const frame = asObject(body['stream']) ?? {};
  const id = text(frame['id']);
  if (id === '' || typeof frame['content'] !== 'string') throw new WecomRefusal(40058, 'stream.id or stream.content');
  if (Buffer.byteLength(frame['content']) > world.limits.botContentBytes) throw new WecomRefusal(45002);
  const finished = frame['finish'] === true;
  const content = { content: frame['content'], ...pictures(world, interaction, frame, finished) };
  const known = interaction.streams.get(id);
  if (typeof via === 'object' && known !== via.poll) throw new WecomRefusal(40058, 'another stream was asked for');
  if (known === undefined)
    begin(world, interaction, { id, finished, content, feedback: feedbackId(world, frame) }, via);
  else goOn(world, known, content, finished);
}

interface FirstFrame {
  readonly id: string;
  readonly finished: boolean;
  readonly content: Json;
  readonly feedback: string | undefined;
}

function begin(world: WecomWorld, interaction: Interaction, frame: FirstFrame, via: Via): void {
  const { clock, limits } = world;
  const now = clock.now();
  if (now >= interaction.at + limits.streamWindowMs) throw new WecomRefusal(846608);
  if (via === 'socket') takeRate(world, interaction.bot.id, interaction.chat.id);
  // In the response the clock runs from the person's message, on the long connection from the first frame.
  const until = (via === 'socket' ? now : interaction.at) + limits.streamWindowMs;
  const message = world.messages.add({
    ...answerTo(interaction),
    type: 'stream',
    body: frame.content,
    stream: { id: frame.id, startedAt: now, until, finished: frame.finished, frames: 1 },
    feedbackId: frame.feedback,
  });
  interaction.streams.set(frame.id, message);
  if (frame.finished) return;
  const { timers, streaming } = world.bot;
  const key = `${interaction.bot.id} ${interaction.person}`;
  streaming.set(key, (streaming.get(key) ?? new Set()).add(message));
  // A poll that finds the time over says so itself.
  if (via !== 'socket') return;
  const cancel = after(clock, until - now, () => {
    timers.delete(message);
    expire(world, message);
  });
  timers.set(message, cancel);
}

function goOn(world: WecomWorld, message: WecomMessage, content: Json, finished: boolean): void {
  const state = message.stream;
  if (state === undefined || state.finished || world.clock.now() >= state.until) throw new WecomRefusal(846608);
  message.body = content;
  state.frames += 1;
  state.finished = finished;
  if (finished) {
    world.bot.timers.get(message)?.();
    world.bot.timers.delete(message);
  }
  world.messages.updated(message, { kind: 'stream', content: text(content['content']) });
}

/** The time of a stream is over: it turns for ever. */
export function expire(world: WecomWorld, message: WecomMessage): void {
  world.messages.updated(message, { kind: 'expired' });
}

function feedbackId(world: WecomWorld, holder: Json): string | undefined {
  const id = text(asObject(holder['feedback'])?.['id']);
  if (Buffer.byteLength(id) > world.limits.feedbackIdBytes) throw new WecomRefusal(40058, 'feedback.id');
  return id === '' ? undefined : id;
}

/** Pictures at the end of a stream. */
function pictures(world: WecomWorld, { bot }: Interaction, frame: Json, finished: boolean): Json {
  const items = list(frame['msg_item']);
  if (items.length === 0) return {};
  if (!finished || items.length > world.limits.msgItems) throw new WecomRefusal(40058, 'msg_item');
  const resources = items.map((item) => {
    const image = asObject(asObject(item)?.['image']) ?? {};
    const content = Buffer.from(text(image['base64']), 'base64');
    if (content.length > world.limits.msgItemBytes) throw new WecomRefusal(45001);
    if (imageType(content) === undefined) throw new WecomRefusal(40123);
    if (createHash('md5').update(content).digest('hex') !== image['md5']) throw new WecomRefusal(301019);
    const wanted = { type: 'image', name: 'image', mime: 'image/png', content } as const;
    return world.media.upload({ ...wanted, owner: `bot ${bot.id}` }).resource.key;
  });
  return { pictures: resources };
}

function cardRules(world: WecomWorld, { bot }: Interaction | { readonly bot: Interaction['bot'] }): CardRules {
  return {
    limits: world.limits,
    surface: 'bot',
    hasCallback: bot.mode === 'socket' || bot.webhookUrl !== undefined,
    isTaskUsed: (taskId) => world.sent.isTaskUsed(bot.id, taskId),
  };
}

function sendCard(world: WecomWorld, interaction: Interaction, body: Json, via: Via, counts: boolean): void {
  if (via === 'url' && interaction.chat.kind === 'group') throw new WecomRefusal(40008, 'cards in single chats only');
  const card = asObject(body['template_card']);
  if (card === undefined) throw new WecomRefusal(40058, 'template_card');
  checkCard(card, cardRules(world, interaction));
  if (via === 'socket' && counts) takeRate(world, interaction.bot.id, interaction.chat.id);
  const taskId = text(card['task_id']);
  if (taskId !== '') world.sent.useTask(interaction.bot.id, taskId);
  world.messages.add({
    ...answerTo(interaction),
    type: 'template_card',
    body: card,
    card: { json: card, replaced: undefined },
    feedbackId: feedbackId(world, card),
  });
}

/** Everything that is sent once and whole. */
function plain(world: WecomWorld, interaction: Interaction, type: string, body: Json, via: Via): void {
  const content = asObject(body[type]) ?? {};
  const checked = checkPlain(world, interaction.bot.id, type, content);
  if (via === 'socket') takeRate(world, interaction.bot.id, interaction.chat.id);
  world.messages.add({ ...answerTo(interaction), type, body: checked, feedbackId: feedbackId(world, content) });
}

/** @throws {WecomRefusal} */
export function checkPlain(world: WecomWorld, bot: string, type: string, content: Json): Json {
  if (MEDIA.has(type)) {
    const media = world.media.get(text(content['media_id']), `bot ${bot}`);
    if (media.type !== (type as MediaType)) throw new WecomRefusal(40007, `it is a ${media.type}`);
    return { ...content, resource: media.resource.key };
  }
  const words = text(content['content']);
  if (words === '') throw new WecomRefusal(44004);
  if (Buffer.byteLength(words) > world.limits.botContentBytes) throw new WecomRefusal(45002);
  return content;
}

/** @throws {WecomRefusal} 45009 over 30 a minute or 1000 an hour to one chat. */
export function takeRate(world: WecomWorld, bot: string, chat: string): void {
  const { botPerMinute, botPerHour } = world.limits;
  if (!world.rates.take(`bot ${bot} ${chat}`, [perMinute(botPerMinute), perHour(botPerHour)])) {
    throw new WecomRefusal(45009);
  }
}

function answerTo({ bot, chat, message, kind }: Interaction) {
  return {
    chat,
    from: { kind: 'bot', bot: bot.id } as const,
    id: `bot_${randomHex()}`,
    parentId: kind === 'message' ? message?.id : undefined,
  };
}

/** The only answer to a press: the same card, changed. */
function updateCard(world: WecomWorld, interaction: Interaction, body: Json): void {
  const { message } = interaction;
  if (body['response_type'] !== 'update_template_card') throw new WecomRefusal(40008, 'update_template_card');
  const card = asObject(body['template_card']);
  if (card === undefined || message?.card === undefined) throw new WecomRefusal(40058, 'template_card');
  const own = text(message.card.json['task_id']);
  if (text(card['task_id']) !== own) throw new WecomRefusal(42016);
  checkCard(card, { ...cardRules(world, interaction), isTaskUsed: () => false });
  applyCardChange(world, message, { card, replaceName: text(card['replace_text']) || undefined });
}

/** Checks and sends a card that answers nothing. */
export function pushCard(
  world: WecomWorld,
  bot: Interaction['bot'],
  chat: Interaction['chat'],
  card: Json | undefined,
): void {
  if (card === undefined) throw new WecomRefusal(40058, 'template_card');
  checkCard(card, cardRules(world, { bot }));
  const taskId = text(card['task_id']);
  if (taskId !== '') world.sent.useTask(bot.id, taskId);
  world.messages.add({
    chat,
    from: { kind: 'bot', bot: bot.id },
    id: `bot_${randomHex()}`,
    type: 'template_card',
    body: card,
    card: { json: card, replaced: undefined },
    feedbackId: feedbackId(world, card),
  });
}
