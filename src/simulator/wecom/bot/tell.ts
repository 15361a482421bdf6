import { type Json, parseObject } from '../../../lib/read.ts';
import { DEFAULT_LATE_MS } from '../../deliveries.ts';
import { randomHex } from '../../ids.ts';
import type { WecomBot } from '../apps.ts';
import type { CallbackOutcome } from '../deliver.ts';
import { isStreaming } from '../messages.ts';
import type { WecomChat, WecomMessage } from '../model.ts';
import type { WecomWorld } from '../world.ts';
import type { Interaction, InteractionKind } from './bot-world.ts';
import { eventBody, messageBody } from './inbound.ts';
import { pollStreams } from './poll.ts';
import { applyReply } from './replies.ts';

/** Whom a callback of a bot is about. */
export interface BotPlace {
  readonly bot: WecomBot;
  readonly chat: WecomChat;
  readonly person: string;
}

/** Tells a bot of a person's message. */
export function tellMessage(world: WecomWorld, place: BotPlace, message: WecomMessage): Promise<CallbackOutcome> {
  if (isBusy(world, place)) return Promise.resolve({ ok: false, attempts: 0, status: 0, ackMs: 0 });
  const interaction = open(world, place, 'message', message);
  return bring(world, interaction, message.type, messageBody(world, interaction, message));
}

/** Tells a bot of an event; `message` is the card that was pressed. */
export function tellEvent(
  world: WecomWorld,
  place: BotPlace,
  event: Exclude<InteractionKind, 'message'>,
  details: Json,
  message?: WecomMessage,
): Promise<CallbackOutcome> {
  const interaction = open(world, place, event, message);
  return bring(world, interaction, `event ${event}`, eventBody(world, interaction, event, details));
}

/** Whether a bot works on as many of this person's messages as the vendor allows at once. */
export function isBusy(world: WecomWorld, { bot, person }: BotPlace): boolean {
  if (!world.rates.on) return false;
  const key = `${bot.id} ${person}`;
  const { streaming, waiting } = world.bot;
  const streams = streaming.get(key);
  for (const one of streams ?? []) if (!isStreaming(one, world.clock.now())) streams?.delete(one);
  if (streams?.size === 0) streaming.delete(key);
  return (waiting.get(key) ?? 0) + (streams?.size ?? 0) >= world.limits.interactions;
}

function open(
  world: WecomWorld,
  place: BotPlace,
  kind: InteractionKind,
  message: WecomMessage | undefined,
): Interaction {
  const { interactions } = world.bot;
  const at = world.clock.now();
  for (const [id, old] of interactions) {
    if (at - old.at < world.limits.answerMs && interactions.size < MOST_INTERACTIONS) break;
    interactions.delete(id);
  }
  const interaction: Interaction = {
    ...place,
    kind,
    message,
    at,
    reqId: randomHex(),
    streams: new Map(),
    hasCard: false,
    isAnswered: false,
  };
  interactions.set(interaction.reqId, interaction);
  return interaction;
}

/** Above this many the oldest are forgotten, so that a day of load fits into memory. */
const MOST_INTERACTIONS = 200_000;

function bring(world: WecomWorld, interaction: Interaction, event: string, body: Json): Promise<CallbackOutcome> {
  return interaction.bot.mode === 'socket'
    ? push(world, interaction, event, body)
    : post(world, interaction, event, body);
}

/** Over the long connection nothing is acknowledged: what goes out counts as brought. */
async function push(world: WecomWorld, interaction: Interaction, event: string, body: Json): Promise<CallbackOutcome> {
  const { bot, reqId, kind, message } = interaction;
  const fault = world.shared.faults.strike(['duplicate', 'late'], { side: 'wecom', app: bot.id, path: event });
  if (fault?.kind === 'late') await world.waits.pause(fault.delayMs ?? DEFAULT_LATE_MS);
  const cmd = kind === 'message' ? 'aibot_msg_callback' : 'aibot_event_callback';
  const frame = { cmd, headers: { req_id: reqId }, body };
  const ok = world.bot.hub.push(bot, frame, event, message?.id);
  if (fault?.kind === 'duplicate') world.bot.hub.push(bot, frame, event, message?.id);
  world.recorder.delivered({
    receiver: bot.id,
    via: 'socket',
    event,
    ...(message === undefined ? {} : { messageId: message.id, chatId: message.chat.id }),
    attempt: 1,
    sentAt: world.clock.now(),
    ackMs: 0,
    status: ok ? 200 : 0,
    ok,
    ...(ok ? {} : { failed: 'no-connection' }),
  });
  if (message !== undefined && kind === 'message') {
    message.delivery = [{ app: bot.id, state: ok ? 'acknowledged' : 'given-up', attempts: 1 }];
    world.messages.changed(message);
  }
  return { ok, attempts: 1, status: ok ? 200 : 0, ackMs: 0 };
}

async function post(world: WecomWorld, interaction: Interaction, event: string, body: Json): Promise<CallbackOutcome> {
  const { bot, person, kind, message } = interaction;
  const key = `${bot.id} ${person}`;
  const { waiting } = world.bot;
  waiting.set(key, (waiting.get(key) ?? 0) + 1);
  try {
    return await world.deliverer.deliver({
      receiver: bot,
      event,
      plain: JSON.stringify(body),
      packing: { as: 'json' },
      ...(message === undefined ? {} : { message, marks: kind === 'message' }),
      // An event is told once; a message up to three times, as an app's is (assumed).
      ...(kind === 'message' ? {} : { tries: 1 }),
      answered: (reply) => readAnswer(world, interaction, reply),
    });
  } finally {
    const left = (waiting.get(key) ?? 1) - 1;
    if (left > 0) waiting.set(key, left);
    else waiting.delete(key);
  }
}

/** Carries out what a bot answered in the response, and asks on while its stream goes on. */
export function readAnswer(world: WecomWorld, interaction: Interaction, reply: string | undefined): void {
  if (reply === undefined) return;
  try {
    const body = parseObject(reply);
    if (body === undefined) throw new Error('the answer is not the JSON of an object');
    applyReply(world, interaction, body, 'response');
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable';
    world.recorder.badReply({ receiver: interaction.bot.id, why });
    return;
  }
  pollStreams(world, interaction);
}
