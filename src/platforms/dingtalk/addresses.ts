import type { ReplyAddress } from '../../core/event.ts';
import { type ChannelName, type ChatId, id, type MessageId } from '../../core/ids.ts';
import { type Json, numberAt, textAt } from '../../lib/read.ts';
import { WEBHOOK_MARGIN_MS } from './limits.ts';

/**
 * Where a message came from.
 *
 * A direct chat is named by its person (the staff id): all that the vendor sends into such a chat, it addresses to her, and a
 * pressed card tells her and not the conversation. People from outside the company have no staff id and can only be answered
 * by the address that came with their message; their chat is the conversation's own id. A group is its conversation, in full.
 */
export function addressOf(
  channel: ChannelName,
  payload: Json,
  who: { readonly staff: string; readonly nick: string },
  message: MessageId,
  isOurs: (url: string) => boolean,
): ReplyAddress {
  const group = textAt(payload, 'conversationType') !== '1';
  const conversation = textAt(payload, 'conversationId');
  const webhook = textAt(payload, 'sessionWebhook');
  const until = numberAt(payload, 'sessionWebhookExpiredTime') ?? 0;
  const handle = {
    ...(isOurs(webhook) && { webhook, until: String(until) }),
    ...(group && who.staff !== '' && { asker: who.staff, nick: who.nick }),
  };
  return {
    channel,
    kind: group ? 'group' : 'direct',
    chat: id<ChatId>(group || who.staff === '' ? conversation : who.staff),
    message,
    ...(Object.keys(handle).length > 0 && { handle }),
  };
}

/** The address for answering just this, while it lives. */
export function webhookOf(to: ReplyAddress, now: number): string | undefined {
  const { webhook, until } = to.handle ?? {};
  return webhook !== undefined && now < Number(until) - WEBHOOK_MARGIN_MS ? webhook : undefined;
}

/** Who is called by an answer in a group. */
export function askerOf(to: ReplyAddress): { readonly staff: string; readonly nick: string } | undefined {
  const { asker, nick = '' } = to.handle ?? {};
  return to.kind === 'group' && asker !== undefined && asker !== '' ? { staff: asker, nick } : undefined;
}

/** Whether the robot can write here without an address given for it. Conversations of the vendor's look like `cid…=`, staff ids never do. */
export function isReachable(to: ReplyAddress): boolean {
  return to.kind === 'group' || !/^cid.+=$/.test(to.chat);
}

/**
 * Whether an address for answering is the vendor's. A robot's HTTP deliveries are signed by their time only, so whoever has
 * seen one could put any address into another.
 */
export function isVendorUrl(url: string, bases: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, protocol, hostname, username } = new URL(url);
  if (username !== '') return false;
  if (bases.some((base) => new URL(base).origin === origin)) return true;
  return protocol === 'https:' && /(?:^|\.)dingtalk\.(?:com|io)$/.test(hostname);
}
