import type { Rating } from '../../../core/agent.ts';
import { GatewayError } from '../../../core/errors.ts';
import type {
  CardActionEvent,
  IgnoredEvent,
  InboundEvent,
  MessageEvent,
  RatedReason,
  RatedWhy,
  ReplyAddress,
  Sender,
} from '../../../core/event.ts';
import { type ChannelName, type EventKey, id, type MessageId, type TurnId } from '../../../core/ids.ts';
import { turnIdOf } from '../../../core/keys.ts';
import { asObject, type Json, listAt, numberAt, objectAt, parseObject, textAt } from '../../../lib/read.ts';
import { parseParts, withoutMention } from './parts.ts';
import { streamName } from './streams.ts';

export interface EventContext {
  readonly channel: ChannelName;
  /** The bot's own name in groups, where the operator has set it. */
  readonly botName: string | undefined;
  /** When it came, in epoch milliseconds: the beginning of every time that we may take. */
  readonly at: number;
  /** Of the long connection: what every answer to it repeats. Absent for a callback. */
  readonly reqId: string | undefined;
}

/** What the vendor tells, with what it wants to know beside. */
export type Told =
  | { readonly kind: 'event'; readonly event: InboundEvent }
  /** The next frame of this stream. */
  | { readonly kind: 'poll'; readonly stream: string };

/**
 * Reads one payload.
 *
 * @throws {GatewayError} `body_malformed` when it says not who, where or which.
 * @see https://developer.work.weixin.qq.com/document/path/100719 (messages), path/101027 (events)
 */
export function parsePayload(payload: Json, context: EventContext): Told {
  const type = required(payload, 'msgtype');
  if (type === 'stream') return { kind: 'poll', stream: required(objectAt(payload, 'stream'), 'id') };
  return { kind: 'event', event: type === 'event' ? parseEvent(payload, context) : parseMessage(payload, context) };
}

function parseMessage(payload: Json, context: EventContext): InboundEvent {
  const from = senderOf(payload);
  if (from.account === textAt(payload, 'aibotid')) return ignored('own-message', textAt(payload, 'msgtype'));
  const key = id<EventKey>(required(payload, 'msgid'));
  const at = timeOf(payload, context);
  const place = placeOf(payload, from, context);
  const message = id<MessageId>(key);
  const parts = parseParts(payload);
  const quote = parseQuote(payload);
  const to: ReplyAddress = { ...place, message, handle: handleFor(payload, { key, to: place }, context) };
  const event: MessageEvent = {
    kind: 'message',
    key,
    at,
    from,
    to,
    message,
    // Only messages that are meant for the bot are told, also in groups.
    addressed: true,
    parts: place.kind === 'group' ? withoutMention(parts, context.botName) : parts,
    ...(quote.length > 0 && { quote }),
  };
  return event;
}

function parseQuote(payload: Json): MessageEvent['parts'] {
  const quote = objectAt(payload, 'quote');
  return textAt(quote, 'msgtype') === '' ? [] : parseParts(quote);
}

/** What is needed to answer: over the long connection the id of its request, else the stream that is opened and the address for later. */
function handleFor(
  payload: Json,
  event: { readonly key: EventKey; readonly to: ReplyAddress },
  { reqId, at }: EventContext,
): NonNullable<ReplyAddress['handle']> {
  const url = textAt(payload, 'response_url');
  if (reqId !== undefined) return { req: reqId, at: String(at) };
  return { stream: streamName({ turn: turnIdOf(event), since: at }), at: String(at), ...(url !== '' && { url }) };
}

function parseEvent(payload: Json, context: EventContext): InboundEvent {
  const event = objectAt(payload, 'event');
  const type = required(event, 'eventtype');
  switch (type) {
    case 'enter_chat':
      return parseEntered(payload, context);
    case 'template_card_event':
      return parsePress(payload, objectAt(event, type), context);
    case 'feedback_event':
      return parseFeedback(payload, objectAt(event, type), context);
    // Of the vendor's own plugin, documented nowhere.
    case 'disconnected_event':
    case 'enter_check_update':
    case 'auth_change_event':
      return ignored('not-subscribed', type);
    default:
      return ignored('unknown-type', type.slice(0, 60));
  }
}

function parseEntered(payload: Json, context: EventContext): InboundEvent {
  const base = common(payload, context);
  const { key } = base;
  const at = String(context.at);
  const handle = context.reqId === undefined ? { greet: key, at } : { greet: context.reqId, at };
  return { ...base, kind: 'entered', to: { ...base.to, handle } };
}

function parsePress(payload: Json, press: Json, context: EventContext): CardActionEvent {
  const base = common(payload, context);
  const url = textAt(payload, 'response_url');
  const handle = context.reqId === undefined && url !== '' ? { url, at: String(context.at) } : undefined;
  const message = id<MessageId>(required(press, 'task_id'));
  const form = chosenIn(press);
  return {
    ...base,
    kind: 'card-action',
    message,
    value: parseObject(textAt(press, 'event_key')) ?? textAt(press, 'event_key'),
    to: { ...base.to, message, ...(handle && { handle }) },
    ...(form && { form }),
  };
}

/** What was chosen on the card, by the question's name. */
function chosenIn(press: Json): CardActionEvent['form'] {
  const items = listAt(objectAt(press, 'selected_items'), 'selected_item').map((item) => asObject(item) ?? {});
  if (items.length === 0) return undefined;
  return Object.fromEntries(
    items.map((item) => [
      textAt(item, 'question_key'),
      listAt(objectAt(item, 'option_ids'), 'option_id').filter((option) => typeof option === 'string'),
    ]),
  );
}

const RATINGS: Readonly<Record<number, Rating>> = { 1: 'up', 2: 'down', 3: 'none' };

/** The id of a feedback is the turn that was answered. */
function parseFeedback(payload: Json, feedback: Json, context: EventContext): InboundEvent {
  const rating = RATINGS[numberAt(feedback, 'type') ?? 0];
  const turn = textAt(feedback, 'id');
  if (rating === undefined || turn === '' || turn.length > 64) return ignored('unknown-type', 'feedback_event');
  const why = whyOf(feedback);
  return { ...common(payload, context), kind: 'rated', turn: id<TurnId>(turn), rating, ...(why && { why }) };
}

/** What a person ticks below a thumb that points down (D:101027). */
const REASONS: Readonly<Record<number, RatedReason>> = {
  1: 'irrelevant',
  2: 'incomplete',
  3: 'wrong',
  4: 'misread-data',
};

function whyOf(feedback: Json): RatedWhy | undefined {
  const words = textAt(feedback, 'content').trim();
  const told = listAt(feedback, 'inaccurate_reason_list').map((one) => REASONS[Number(one)]);
  const reasons = [...new Set(told.filter((one) => one !== undefined))];
  if (words === '' && reasons.length === 0) return undefined;
  return { reasons, ...(words !== '' && { words }) };
}

interface Common {
  readonly key: EventKey;
  readonly at: number;
  readonly from: Sender;
  readonly to: ReplyAddress;
}

function common(payload: Json, context: EventContext): Common {
  const from = senderOf(payload);
  return {
    key: id(required(payload, 'msgid')),
    at: timeOf(payload, context),
    from,
    to: placeOf(payload, from, context),
  };
}

/** Ids of groups keep their case: the vendor tells `wrA` from `wra`. */
function placeOf(payload: Json, from: Sender, { channel }: EventContext): ReplyAddress {
  if (textAt(payload, 'chattype') !== 'group') return { channel, kind: 'direct', chat: id(from.account) };
  return { channel, kind: 'group', chat: id(required(payload, 'chatid')) };
}

function senderOf(payload: Json): Sender {
  const from = objectAt(payload, 'from');
  const userId = required(from, 'userid');
  const corpId = textAt(from, 'corpid');
  if (corpId === '') return { account: id(userId), ids: { userid: userId } };
  const everywhere = `wecom:${corpId}:${userId.toLowerCase()}`;
  return { account: id(userId), ids: { userid: userId, corpid: corpId }, everywhere };
}

/** The vendor tells the time of events, and of messages only sometimes. */
function timeOf(payload: Json, { at }: EventContext): number {
  const seconds = numberAt(payload, 'create_time');
  return seconds === undefined || seconds <= 0 ? at : Math.round(seconds * 1000);
}

function ignored(why: IgnoredEvent['why'], what: string): IgnoredEvent {
  return { kind: 'ignored', why, what };
}

function required(from: Json, name: string): string {
  const value = textAt(from, name);
  if (value === '') throw new GatewayError('body_malformed', `a payload has no ${name}`);
  return value;
}
