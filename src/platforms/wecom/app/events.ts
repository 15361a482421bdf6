import { GatewayError } from '../../../core/errors.ts';
import type { CardActionEvent, IgnoredEvent, InboundEvent, ReplyAddress, Sender } from '../../../core/event.ts';
import { type ChannelName, type EventKey, id, type MessageId } from '../../../core/ids.ts';
import { asObject, type Json, numberAt, objectAt, textAt } from '../../../lib/read.ts';
import { childrenAt } from '../../../lib/xml.ts';
import { readKey } from './cards.ts';
import { parseParts } from './parts.ts';

export interface EventContext {
  readonly channel: ChannelName;
  readonly corpId: string;
  readonly agentId: number;
  /** Stands in for an event's time where it has none; epoch milliseconds. */
  readonly now: number;
}

/**
 * What happened, in our words. Everything that we know and do not want, or do not know, is `ignored`; a message of a kind
 * that we do not know is answered with what can be sent instead.
 *
 * @throws {GatewayError} `body_malformed` without what every callback has, `app_mismatch` for another app's message.
 * @see https://developer.work.weixin.qq.com/document/path/90240
 */
export function parseEvent(event: Json, context: EventContext): InboundEvent {
  const type = textAt(event, 'MsgType');
  const name = type === 'event' ? textAt(event, 'Event') : type;
  if (name === '') throw new GatewayError('body_malformed', 'a callback has neither a type nor an event');
  const from = textAt(event, 'FromUserName');
  if (type === 'event' && CONTACT_EVENTS.has(name)) return parseContact(event, name, context);
  // Nobody did it: the vendor tells of itself or of what happens elsewhere.
  if (from === '' || from.toLowerCase() === 'sys') return ignored('own-message', name);
  if (type === 'event') return parseHappening(event, name, context);
  checkAgent(event, context);
  return parseMessage(event, context);
}

/** Approvals and the like carry the number of the vendor's own app, so only what is for us is compared. */
function checkAgent(event: Json, { agentId }: EventContext): void {
  if (numberAt(event, 'AgentID') === agentId) return;
  throw new GatewayError('app_mismatch', 'a callback is for another app than the one configured: check the AgentId');
}

function parseHappening(event: Json, name: string, context: EventContext): InboundEvent {
  if (!WANTED.has(name)) return ignored(KNOWN_UNWANTED.has(name) ? 'not-subscribed' : 'unknown-type', name);
  checkAgent(event, context);
  switch (name) {
    case 'subscribe':
    case 'enter_agent':
      return { ...common(event, context), kind: 'entered' };
    case 'click':
      return { ...common(event, context), kind: 'menu', item: textAt(event, 'EventKey') };
    case 'scancode_waitmsg':
      return parseScan(event, context);
    default:
      return parsePress(event, context);
  }
}

const WANTED = new Set([
  'subscribe',
  'enter_agent',
  'click',
  'scancode_waitmsg',
  'template_card_event',
  'template_card_menu_event',
]);

/** What follows from these comes as a message of its own, happens on a page, or belongs to another program. */
const KNOWN_UNWANTED = new Set([
  'unsubscribe',
  'LOCATION',
  'view',
  'view_miniprogram',
  'scancode_push',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
  'taskcard_click',
  'batch_job_result',
  'upload_media_job_finish',
  'share_agent_change',
  'share_chain_change',
  'inactive_alert',
  'low_active_alert',
  'close_inactive_agent',
  'reopen_inactive_agent',
  'low_active',
  'active_restored',
  'kf_msg_or_event',
  'kf_account_auth_change',
  'change_external_chat',
  'change_external_tag',
]);

function ignored(why: IgnoredEvent['why'], what: string): IgnoredEvent {
  return { kind: 'ignored', why, what: what.slice(0, 60) };
}

function parseMessage(event: Json, context: EventContext): InboundEvent {
  const message: MessageId = id(required(event, 'MsgId'));
  const base = common(event, context);
  return {
    ...base,
    kind: 'message',
    key: id(message),
    to: { ...base.to, message },
    message,
    parts: parseParts(event),
    addressed: true,
  };
}

/** What was scanned is a question, asked by an entry of the menu. */
function parseScan(event: Json, context: EventContext): InboundEvent {
  const base = common(event, context);
  const scanned = textAt(objectAt(event, 'ScanCodeInfo'), 'ScanResult').trim();
  return {
    ...base,
    kind: 'message',
    message: id(base.key),
    parts: scanned === '' ? [] : [{ kind: 'text', text: scanned }],
    addressed: true,
    pressed: true,
  };
}

/** A pressed button. Its effect on the card is told by a call of our own, with the code that came along. */
function parsePress(event: Json, context: EventContext): CardActionEvent {
  const base = common(event, context);
  const code = textAt(event, 'ResponseCode');
  const form = selected(event);
  return {
    ...base,
    kind: 'card-action',
    to: code === '' ? base.to : { ...base.to, handle: { code } },
    message: id(textAt(event, 'TaskId')),
    value: readKey(textAt(event, 'EventKey')),
    ...(form && { form }),
  };
}

/** One choice and many come in different shapes. */
function selected(event: Json): Readonly<Record<string, readonly string[]>> | undefined {
  const items = childrenAt(objectAt(event, 'SelectedItems'), 'SelectedItem').map((item) => asObject(item) ?? {});
  if (items.length === 0) return undefined;
  const entries = items.map((item) => {
    const options = childrenAt(objectAt(item, 'OptionIds'), 'OptionId').filter((option) => typeof option === 'string');
    return [textAt(item, 'QuestionKey'), options] as const;
  });
  return Object.fromEntries(entries);
}

const CONTACT_EVENTS = new Set(['change_external_contact']);
const NEW_CONTACTS = new Set(['add_external_contact', 'add_half_external_contact']);

/**
 * A customer added a member: greeted once, within 20 s, by the code that came along. Without one the member's own greeting
 * is shown, or the two know each other already.
 *
 * @see https://developer.work.weixin.qq.com/document/path/92130
 */
function parseContact(event: Json, name: string, context: EventContext): InboundEvent {
  const [customer, welcome] = [textAt(event, 'ExternalUserID'), textAt(event, 'WelcomeCode')];
  const isNew = NEW_CONTACTS.has(textAt(event, 'ChangeType'));
  if (!isNew || customer === '' || welcome === '') return ignored('not-subscribed', name);
  const ids = { external_userid: customer, corp_id: context.corpId, userid: textAt(event, 'UserID') };
  // A customer may add several members, and each of them greets.
  const pair = `${customer}@${ids.userid}`;
  return {
    ...common(event, context),
    kind: 'entered',
    from: { account: id(pair), ids },
    to: { channel: context.channel, kind: 'direct', chat: id(pair), handle: { welcome } },
  };
}

interface CommonFields {
  readonly key: EventKey;
  readonly at: number;
  readonly from: Sender;
  readonly to: ReplyAddress;
}

function common(event: Json, { channel, corpId, now }: EventContext): CommonFields {
  const userId = textAt(event, 'FromUserName');
  // The vendor compares userids without regard to case and writes them one way here, another there.
  const account = userId.toLowerCase();
  const seconds = numberAt(event, 'CreateTime');
  return {
    key: eventKey(event),
    at: seconds === undefined ? now : seconds * 1000,
    from: { account: id(account), ids: { userid: userId, corp_id: corpId }, everywhere: `wecom:${corpId}:${account}` },
    to: { channel, kind: 'direct', chat: id(account) },
  };
}

/** What tells two events of one second apart, besides who and when (the vendor names only these two). */
const KEY_FIELDS = [
  'FromUserName',
  'CreateTime',
  'AgentID',
  'Event',
  'EventKey',
  'ChangeType',
  'TaskId',
  // Each press has one of its own, so that pressing twice within a second is pressing twice.
  'ResponseCode',
  'UserID',
  'ExternalUserID',
];

function eventKey(event: Json): EventKey {
  required(event, 'CreateTime');
  return id(JSON.stringify(KEY_FIELDS.map((name) => textAt(event, name))));
}

function required(from: Json, name: string): string {
  const value = textAt(from, name);
  if (value === '') throw new GatewayError('body_malformed', `a callback has no ${name}`);
  return value;
}
