import type { IgnoredEvent, InboundEvent, MessagePart, ReplyAddress, Sender } from '../../../core/event.ts';
import { type ChannelName, type ChatId, type EventKey, id } from '../../../core/ids.ts';
import { asObject, type Json, listAt, numberAt, objectAt, textAt } from '../../../lib/read.ts';
import type { Customer } from './api.ts';
import { WELCOME_MS } from './limits.ts';
import { readMenuId } from './menus.ts';

export interface PageContext {
  readonly channel: ChannelName;
  readonly corpId: string;
  readonly account: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** At the first pull of an account most of a page is history. */
  readonly isFirst: boolean;
  /** What is older is history then, in milliseconds. */
  readonly historyMs: number;
  /** Messages (msgid) that a person answers. */
  readonly served: ReadonlySet<string>;
}

/** Who did something. */
const CUSTOMER = 3;
const SYSTEM = 4;

/**
 * What happened at an account, in our words. Only what customers do is ours; servicers' messages and what the vendor tells of
 * itself are `ignored`, and so is what a person answers.
 *
 * @see https://developer.work.weixin.qq.com/document/path/94670
 */
export function parsePage(page: Json, context: PageContext): readonly InboundEvent[] {
  return itemsOf(page).map((item) => parseItem(item, context));
}

export function itemsOf(page: Json): readonly Json[] {
  return listAt(page, 'msg_list').map((item) => asObject(item) ?? {});
}

function parseItem(item: Json, context: PageContext): InboundEvent {
  const type = textAt(item, 'msgtype');
  const origin = numberAt(item, 'origin');
  if (textAt(item, 'msgid') === '') return ignored('unknown-type', type);
  if (origin === SYSTEM && type === 'event') return parseHappening(item, context);
  if (origin !== CUSTOMER) return ignored('own-message', type);
  if (isHistory(item, context) || context.served.has(textAt(item, 'msgid'))) return ignored('not-subscribed', type);
  return parseMessage(item, context);
}

/** Written before the gateway had anything to do with the account. */
export function isHistory(
  item: Json,
  { isFirst, historyMs, now }: Pick<PageContext, 'isFirst' | 'historyMs' | 'now'>,
): boolean {
  return isFirst && now - timeOf(item) > historyMs;
}

/** Whether a customer wrote it. */
export function isCustomers(item: Json): boolean {
  return numberAt(item, 'origin') === CUSTOMER && textAt(item, 'external_userid') !== '';
}

export function timeOf(item: Json): number {
  return (numberAt(item, 'send_time') ?? 0) * 1000;
}

/** The chat of a customer with an account; ids of accounts have no `:`. */
export function chatOf({ account, id: customer }: Customer): ChatId {
  return id(`${account}:${customer}`);
}

export function customerIn(chat: ChatId): Customer {
  const at = chat.indexOf(':');
  return { account: chat.slice(0, at), id: chat.slice(at + 1) };
}

function parseMessage(item: Json, context: PageContext): InboundEvent {
  const base = common(item, textAt(item, 'external_userid'), context);
  const message = id<NonNullable<ReplyAddress['message']>>(base.key);
  const said = { ...base, to: { ...base.to, message }, message } as const;
  const pressed =
    textAt(item, 'msgtype') === 'text' ? readMenuId(textAt(objectAt(item, 'text'), 'menu_id')) : undefined;
  if (pressed !== undefined) return { ...said, kind: 'card-action', value: pressed };
  return { ...said, kind: 'message', parts: parseParts(item), addressed: true };
}

function parseHappening(item: Json, context: PageContext): InboundEvent {
  const event = objectAt(item, 'event');
  const name = textAt(event, 'event_type');
  const customer = textAt(event, 'external_userid');
  const base = () => common(item, customer, context);
  switch (name) {
    case 'enter_session': {
      const welcome = textAt(event, 'welcome_code');
      // Without a code she was greeted before, or is in the middle of a talk; a late one is worth nothing.
      if (welcome === '' || context.now - timeOf(item) > WELCOME_MS) return ignored('not-subscribed', name);
      return { ...base(), kind: 'entered', to: { ...base().to, handle: { welcome } } };
    }
    case 'user_recall_msg':
      return { ...base(), kind: 'recalled', message: id(textAt(event, 'recall_msgid')) };
    default:
      return ignored(KNOWN_UNWANTED.has(name) ? 'not-subscribed' : 'unknown-type', name);
  }
}

const KNOWN_UNWANTED = new Set([
  'msg_send_fail',
  'session_status_change',
  'servicer_status_change',
  'servicer_recall_msg',
  'reject_customer_msg_switch_change',
]);

function ignored(why: IgnoredEvent['why'], what: string): IgnoredEvent {
  return { kind: 'ignored', why, what: what.slice(0, 60) };
}

interface CommonFields {
  readonly key: EventKey;
  readonly at: number;
  readonly from: Sender;
  readonly to: ReplyAddress;
}

function common(item: Json, customer: string, { channel, corpId, account }: PageContext): CommonFields {
  const at = timeOf(item);
  const chat = chatOf({ account, id: customer });
  return {
    key: id(textAt(item, 'msgid')),
    at,
    // The same customer at two accounts is two dialogues.
    from: { account: id(chat), ids: { external_userid: customer, open_kfid: account, corp_id: corpId } },
    // From her message on, answers may be sent for two days.
    to: { channel, kind: 'direct', chat, handle: { wrote: String(at) } },
  };
}

/** Reads what a customer sent. Never empty for a message we know nothing about: that is `unsupported`. */
function parseParts(item: Json): readonly MessagePart[] {
  const type = textAt(item, 'msgtype');
  const inside = objectAt(item, type);
  switch (type) {
    case 'text':
      return textParts(textAt(inside, 'content'));
    case 'image':
      return [media(inside, 'image', 'image.jpg')];
    case 'voice':
      return [media(inside, 'audio', 'voice.amr')];
    case 'video':
      return [media(inside, 'video', 'video.mp4')];
    case 'file':
      return [media(inside, 'file', 'file')];
    case 'location':
      return textParts(
        `📍 ${joined(inside, ' ', 'name', 'address')} (${joined(inside, ', ', 'latitude', 'longitude')})`,
      );
    case 'link':
      return textParts(joined(inside, '\n', 'title', 'desc', 'url'));
    case 'miniprogram':
      return textParts(joined(inside, '\n', 'title', 'pagepath'));
    default:
      return [{ kind: 'unsupported', what: type === '' ? 'unknown' : type.slice(0, 40) }];
  }
}

function textParts(text: string): readonly MessagePart[] {
  const words = text.trim();
  return words === '' ? [] : [{ kind: 'text', text: words }];
}

function media(inside: Json, kind: 'image' | 'audio' | 'video' | 'file', name: string): MessagePart {
  return { kind, file: { media: textAt(inside, 'media_id') }, name };
}

function joined(inside: Json, between: string, ...names: readonly string[]): string {
  const values = names
    .map((name) => inside[name])
    .filter((value) => typeof value === 'string' || typeof value === 'number');
  return [...new Set(values.map(String))].filter((text) => text !== '').join(between);
}
