import { GatewayError } from '../../core/errors.ts';
import type { CardActionEvent, InboundEvent, Sender } from '../../core/event.ts';
import { type ChannelName, type ChatId, id, type MessageId } from '../../core/ids.ts';
import { asObject, type Json, listAt, numberAt, objectAt, parseObject, textAt } from '../../lib/read.ts';
import { addressOf } from './addresses.ts';
import { readButton } from './buttons.ts';
import { parseParts, quoteIn } from './parts.ts';

export interface EventContext {
  readonly channel: ChannelName;
  /** By which codes our robot is called; a message for another one is refused. */
  readonly robotCodes: readonly string[];
  /** Whether an address for answering is the vendor's. */
  readonly isOurs: (url: string) => boolean;
  /** Stands in for an event's time where it has none; epoch milliseconds. */
  readonly now: number;
}

/** Robots of groups that are no app's carry this instead of a code. */
const NO_APP = 'normal';

/**
 * What somebody wrote to the robot.
 *
 * @throws {GatewayError} `body_malformed` without the ids that tell one message and one person from another, `app_mismatch`.
 * @see https://open.dingtalk.com/document/development/robot-message-type
 */
export function parseMessage(payload: Json, context: EventContext): InboundEvent {
  const message = id<MessageId>(required(payload, 'msgId'));
  const robot = textAt(payload, 'robotCode');
  if (robot !== '' && robot !== NO_APP && !context.robotCodes.includes(robot)) {
    throw new GatewayError('app_mismatch', 'a message is for another robot than the one configured (robotCode)');
  }
  required(payload, 'conversationId');
  const self = textAt(payload, 'chatbotUserId');
  if (self !== '' && textAt(payload, 'senderId') === self) {
    return { kind: 'ignored', why: 'own-message', what: textAt(payload, 'msgtype') };
  }
  const from = senderOf(payload);
  const who = { staff: from.ids['staff_id'] ?? '', nick: from.name ?? '' };
  const to = addressOf(context.channel, payload, who, message, context.isOurs);
  const quote = quoteIn(payload);
  return {
    kind: 'message',
    // A redelivery may come in another frame; the message keeps its own id.
    key: id(message),
    at: numberAt(payload, 'createAt') ?? context.now,
    from,
    to,
    message,
    parts: parseParts(payload),
    // Groups deliver only what mentions the robot; where the vendor says that it does not, it is so.
    addressed: to.kind === 'direct' || payload['isInAtList'] !== false,
    ...(quote && { quote }),
  };
}

/**
 * People of the company are known by their staff id. Who has none, or has one of another company, is from outside and known by
 * the vendor's sealed id only.
 */
function senderOf(payload: Json): Sender {
  const [corp, own] = [textAt(payload, 'senderCorpId'), textAt(payload, 'chatbotCorpId')];
  const isMember = corp === '' || own === '' || corp === own;
  const staff = isMember ? textAt(payload, 'senderStaffId') : '';
  const account = staff || required(payload, 'senderId');
  const ids = {
    sender_id: textAt(payload, 'senderId'),
    staff_id: staff,
    union_id: textAt(payload, 'senderUnionId'),
    corp_id: corp || own,
  };
  const name = textAt(payload, 'senderNick');
  const known = Object.fromEntries(Object.entries(ids).filter(([, value]) => value !== ''));
  const everywhere = staff !== '' && corp !== '' ? `dingtalk:${corp}:${staff}` : undefined;
  return {
    account: id(account),
    ids: known,
    ...(name !== '' && { name }),
    ...(everywhere !== undefined && { everywhere }),
  };
}

/**
 * A pressed button. The vendor tells who pressed on which card; the card's own name and the button's id are ours. It does not
 * promise to name a direct chat, so the button says which kind of chat it stands in, and of a direct one the person is the name:
 * whoever changes that names another chat than the turn's.
 *
 * @param delivery - Tells two presses of one button apart where the payload does not.
 * @see https://open.dingtalk.com/document/development/event-callback-card
 */
export function parsePress(payload: Json, delivery: string, context: EventContext): CardActionEvent {
  const card = required(payload, 'outTrackId');
  const person = required(payload, 'userId');
  const content = parseObject(textAt(payload, 'content') || textAt(payload, 'value')) ?? {};
  const pressed = objectAt(content, 'cardPrivateData');
  const params = asObject(pressed['params']) ?? {};
  const { value, place } = readButton(listAt(pressed, 'actionIds'), params);
  const space = textAt(payload, 'spaceId').replace(/^(?:dtv1\.card\/\/)?IM_\w+\./i, '');
  const direct = place === 'direct' || (place === undefined && !space.startsWith('cid'));
  const handle = direct ? undefined : { asker: person, nick: '' };
  const corp = textAt(payload, 'corpId');
  return {
    kind: 'card-action',
    key: id(keyOf(card, person, value, delivery)),
    at: context.now,
    from: { account: id(person), ids: { staff_id: person, ...(corp !== '' && { corp_id: corp }) } },
    to: {
      channel: context.channel,
      kind: direct ? 'direct' : 'group',
      chat: id<ChatId>(direct ? person : space),
      message: id(card),
      ...(handle && { handle }),
    },
    message: id(card),
    value,
  };
}

/**
 * A message was taken back. The page names it by the key of the robot's own messages; where that is the id of what somebody wrote,
 * its answer ends.
 *
 * @see https://open.dingtalk.com/document/development/bot-message-withdrawal-event
 */
export function parseRecall(payload: Json, context: EventContext): InboundEvent {
  const message = id<MessageId>(required(payload, 'processQueryKey'));
  const account = textAt(payload, 'userId');
  return {
    kind: 'recalled',
    key: id(`recall:${message}`),
    at: numberAt(payload, 'operatTime') ?? context.now,
    from: { account: id(account), ids: { staff_id: account } },
    to: { channel: context.channel, kind: 'group', chat: id(textAt(payload, 'openConversationId')) },
    message,
  };
}

/** Presses have no id of their own. What is done once only is known by the button; a rating, which a second press takes back, by its delivery. */
function keyOf(card: string, person: string, value: unknown, delivery: string): string {
  const { act, index } = asObject(value) ?? {};
  const once = act === 'regenerate' || act === 'ask' || act === 'stop';
  return once ? `press:${card}:${person}:${act}:${typeof index === 'number' ? index : ''}` : `press:${delivery}`;
}

function required(from: Json, name: string): string {
  const value = textAt(from, name);
  if (value === '') throw new GatewayError('body_malformed', `a payload has no ${name}`);
  return value;
}
