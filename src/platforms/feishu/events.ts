import { GatewayError } from '../../core/errors.ts';
import type { CardActionEvent, IgnoredEvent, InboundEvent, ReplyAddress, Sender } from '../../core/event.ts';
import { type ChannelName, type ChatId, type EventKey, id, type MessageId } from '../../core/ids.ts';
import { type Json, numberAt, objectAt, textAt } from '../../lib/read.ts';
import { contentOf, type IsSelf, type Mention, parseParts } from './parts.ts';

/** What is known about the bot itself; the open_id only after the platform has told it. */
export interface Self {
  readonly openId?: string | undefined;
  readonly name?: string | undefined;
}

/** A payload with its envelope taken off; v1 and v2 alike. */
export interface Envelope {
  readonly type: string;
  /** The delivery's own id: v2 `event_id`, v1 `uuid`. */
  readonly eventId: string;
  readonly token: string;
  readonly appId: string;
  readonly tenantKey: string;
  /** Epoch milliseconds. */
  readonly at: number | undefined;
  readonly event: Json;
}

/**
 * Takes the envelope off.
 *
 * @throws {GatewayError} `body_malformed` when it is neither a v1 nor a v2 event.
 * @see https://open.feishu.cn/document/server-docs/event-subscription-guide/event-list
 */
export function openEnvelope(payload: Json): Envelope {
  const event = objectAt(payload, 'event');
  if (textAt(payload, 'schema') === '2.0') {
    const header = objectAt(payload, 'header');
    return {
      type: required(header, 'event_type'),
      eventId: required(header, 'event_id'),
      token: textAt(header, 'token'),
      appId: textAt(header, 'app_id'),
      tenantKey: textAt(header, 'tenant_key'),
      at: milliseconds(numberAt(header, 'create_time')),
      event,
    };
  }
  if (textAt(payload, 'type') !== 'event_callback')
    throw new GatewayError('body_malformed', 'a body is no known envelope');
  const seconds = numberAt(payload, 'ts');
  return {
    type: required(event, 'type'),
    eventId: required(payload, 'uuid'),
    token: textAt(payload, 'token'),
    appId: textAt(event, 'app_id'),
    tenantKey: textAt(event, 'tenant_key'),
    at: seconds === undefined ? undefined : Math.round(seconds * 1000),
    event,
  };
}

// Events are stamped in milliseconds, pressed cards in microseconds.
function milliseconds(time: number | undefined): number | undefined {
  return time !== undefined && time > 1e14 ? Math.round(time / 1000) : time;
}

function required(from: Json, name: string): string {
  const value = textAt(from, name);
  if (value === '') throw new GatewayError('body_malformed', `an event has no ${name}`);
  return value;
}

export interface EventContext {
  readonly channel: ChannelName;
  readonly self: Self;
  /** Stands in for an event's time where it has none; epoch milliseconds. */
  readonly now: number;
  /** Whether 👍 and 👎 on a message rate it; they do when absent. */
  readonly reactionsRate?: boolean;
}

/** What happened, in our words. Everything that we know and do not want, or do not know, is `ignored`. */
export function parseEvent(envelope: Envelope, context: EventContext): InboundEvent {
  const { type, event } = envelope;
  switch (type) {
    case 'im.message.receive_v1':
      return parseMessage(envelope, context);
    case 'card.action.trigger':
      return parseCardAction(envelope, context);
    case 'im.message.recalled_v1':
      return { ...common(envelope, context, event, 'group'), kind: 'recalled', message: messageId(event) };
    case 'im.message.reaction.created_v1':
    case 'im.message.reaction.deleted_v1':
      return parseReaction(envelope, context);
    case 'im.chat.member.bot.added_v1':
      return { ...common(envelope, context, objectAt(event, 'operator_id'), 'group'), kind: 'bot-added' };
    case 'im.chat.member.bot.deleted_v1':
      return { ...common(envelope, context, objectAt(event, 'operator_id'), 'group'), kind: 'bot-removed' };
    case 'im.chat.access_event.bot_p2p_chat_entered_v1':
      return { ...common(envelope, context, objectAt(event, 'operator_id'), 'direct'), kind: 'entered' };
    case 'application.bot.menu_v6':
      return parseMenu(envelope, context);
    case 'im.message.message_read_v1':
      return ignored('read-receipt', type);
    default:
      return ignored(KNOWN_UNWANTED.has(type) ? 'not-subscribed' : 'unknown-type', type);
  }
}

const KNOWN_UNWANTED = new Set([
  'im.chat.member.user.added_v1',
  'im.chat.member.user.deleted_v1',
  'im.chat.member.user.withdrawn_v1',
  'im.chat.updated_v1',
  'im.chat.disbanded_v1',
  'contact.scope.updated_v3',
  'auth.user_access_token.revoked_v4',
  'drive.notice.comment_add_v1',
]);

function ignored(why: IgnoredEvent['why'], what: string): IgnoredEvent {
  return { kind: 'ignored', why, what };
}

function parseMessage(envelope: Envelope, context: EventContext): InboundEvent {
  const message = objectAt(envelope.event, 'message');
  const sender = objectAt(envelope.event, 'sender');
  if (textAt(sender, 'sender_type') !== 'user') return ignored('own-message', envelope.type);
  const from = personOf(objectAt(sender, 'sender_id'), envelope);
  if (from.account === context.self.openId) return ignored('own-message', envelope.type);

  const content = contentOf(message, textAt(message, 'message_type'), textAt(message, 'content'));
  const isSelf = selfTest(context.self, content.mentions);
  const direct = textAt(message, 'chat_type') === 'p2p';
  const quoted = textAt(message, 'parent_id');
  return {
    kind: 'message',
    // The same message may come under several event ids (vendor's page of this event), so its own id is the key.
    key: id(required(message, 'message_id')),
    at: numberAt(message, 'create_time') ?? envelope.at ?? context.now,
    from,
    to: addressOf(context.channel, message, direct ? 'direct' : 'group'),
    message: content.message,
    parts: parseParts(content, isSelf),
    addressed: direct || content.mentions.some(isSelf),
    ...(quoted !== '' && { quoted: id<MessageId>(quoted) }),
  };
}

/** Until the bot's own id is known, a mentioned bot of our name, or else any mentioned bot, is taken to be this one. */
function selfTest(self: Self, mentions: readonly Mention[]): IsSelf {
  if (self.openId !== undefined) return (mention) => mention.openId === self.openId;
  const named = self.name !== undefined && mentions.some((mention) => mention.name === self.name);
  return (mention) => (named ? mention.name === self.name : mention.isBot);
}

/** By the vendor's word in small letters: its lists write them in capitals, and mixed. */
const RATINGS: Readonly<Record<string, 'up' | 'down'>> = { thumbsup: 'up', thumbsdown: 'down' };

function parseReaction(envelope: Envelope, context: EventContext): InboundEvent {
  const { event, type } = envelope;
  if (textAt(event, 'operator_type') === 'app') return ignored('own-message', type);
  const rating = RATINGS[textAt(objectAt(event, 'reaction_type'), 'emoji_type').toLowerCase()];
  if (rating === undefined || context.reactionsRate === false) return ignored('not-subscribed', type);
  return {
    ...common(envelope, context, objectAt(event, 'user_id'), 'group'),
    kind: 'reaction',
    message: messageId(event),
    rating,
    added: type === 'im.message.reaction.created_v1',
  };
}

function parseMenu(envelope: Envelope, context: EventContext): InboundEvent {
  const operator = objectAt(envelope.event, 'operator');
  const ids = objectAt(operator, 'operator_id');
  const base = { ...common(envelope, context, ids, 'direct'), from: personOf(ids, envelope) };
  const name = textAt(operator, 'operator_name');
  return {
    ...base,
    kind: 'menu',
    item: textAt(envelope.event, 'event_key'),
    from: name === '' ? base.from : { ...base.from, name },
    // A menu belongs to the direct chat but does not tell its id; the person's own id reaches the same chat.
    to: { ...base.to, chat: id<ChatId>(base.from.account) },
  };
}

/** A pressed button or a sent form. */
export function parseCardAction(envelope: Envelope, context: EventContext): CardActionEvent {
  const { event } = envelope;
  const action = objectAt(event, 'action');
  const place = objectAt(event, 'context');
  const form = action['form_value'];
  return {
    kind: 'card-action',
    key: id(envelope.eventId),
    at: envelope.at ?? context.now,
    from: personOf(objectAt(event, 'operator'), envelope),
    // The vendor does not say what kind of chat it is; the turn that the button names knows.
    to: {
      channel: context.channel,
      kind: 'group',
      chat: id(textAt(place, 'open_chat_id')),
      message: id(textAt(place, 'open_message_id')),
    },
    message: id(textAt(place, 'open_message_id')),
    value: action['value'],
    ...(typeof form === 'object' && form !== null && { form: form as Readonly<Record<string, unknown>> }),
  };
}

type Kind = ReplyAddress['kind'];

function common(envelope: Envelope, context: EventContext, who: Json, kind: Kind): CommonFields {
  return {
    key: id(envelope.eventId),
    at: envelope.at ?? context.now,
    from: senderOf(who, envelope),
    to: addressOf(context.channel, envelope.event, kind),
  };
}

interface CommonFields {
  readonly key: EventKey;
  readonly at: number;
  readonly from: Sender;
  readonly to: ReplyAddress;
}

function addressOf(channel: ChannelName, from: Json, kind: Kind): ReplyAddress {
  const thread = textAt(from, 'thread_id');
  const message = textAt(from, 'message_id');
  return {
    channel,
    kind,
    chat: id(textAt(from, 'chat_id')),
    ...(thread !== '' && { thread: id(thread) }),
    ...(message !== '' && { message: id(message) }),
  };
}

function messageId(event: Json): MessageId {
  return id(required(event, 'message_id'));
}

/** Without an id two strangers would be one person, so such an event is refused. */
function personOf(ids: Json, envelope: Envelope): Sender {
  required(ids, 'open_id');
  return senderOf(ids, envelope);
}

/** Nobody is told for a recalled message: the account is then empty. */
export function senderOf(ids: Json, envelope: Envelope): Sender {
  const wider: Record<string, string> = {};
  for (const name of ['union_id', 'user_id']) {
    const value = textAt(ids, name);
    if (value !== '') wider[name] = value;
  }
  if (envelope.tenantKey !== '') wider['tenant_key'] = envelope.tenantKey;
  const { union_id: union } = wider;
  return {
    account: id(textAt(ids, 'open_id')),
    ids: wider,
    ...(union !== undefined && { everywhere: `feishu:${union}` }),
  };
}
