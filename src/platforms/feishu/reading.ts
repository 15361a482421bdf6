import { toGatewayError } from '../../core/errors.ts';
import type { FilePart } from '../../core/event.ts';
import { type EventKey, id, type MessageId } from '../../core/ids.ts';
import type { EarlierMessage } from '../../core/platform.ts';
import { textAt } from '../../lib/read.ts';
import type { FeishuApi, StoredMessage } from './api.ts';
import { contentOf, parseParts, plainText } from './parts.ts';

/** Forwarded messages that are read; what lies behind them is left out and said so. */
const MAX_FORWARDED = 100;
const MAX_CHARS = 20_000;

/** Reads a quoted message, or the messages forwarded in one. Undefined when it is gone, hidden or says nothing. */
export async function readMessage(
  api: FeishuApi,
  message: MessageId,
  signal: AbortSignal,
): Promise<EarlierMessage | undefined> {
  const items = await api.getMessage(message, { priority: 'update', signal }).catch((error: unknown) => {
    const { code } = toGatewayError(error);
    if (code === 'platform_target_gone' || code === 'platform_forbidden' || code === 'platform_rejected') return [];
    throw error;
  });
  const first = items[0];
  if (!first || first.deleted) return undefined;
  const text = first.type === 'merge_forward' ? forwardedText(items.slice(1)) : textOf(first);
  if (text === '') return undefined;
  const fromBot = textAt(first.sender, 'sender_type') === 'app';
  const files = fromBot ? [] : filesOf(first);
  return {
    text: text.slice(0, MAX_CHARS),
    fromBot,
    ...authorOf(first),
    ...(files.length > 0 && { files }),
    ...answeredBy(first),
  };
}

/** Of a message of ours the one that it answers: its id is the key of its event. */
function answeredBy({ message, sender }: StoredMessage): { answers?: EventKey } {
  const parent = textAt(message, 'parent_id');
  return parent === '' || textAt(sender, 'sender_type') !== 'app' ? {} : { answers: id(parent) };
}

/**
 * What of a message the vendor hands out: nothing of cards and of forwarded messages (234043).
 *
 * @see https://open.feishu.cn/document/server-docs/im-v1/message/get-2 (message resources)
 */
function filesOf({ message, type, content }: StoredMessage): readonly FilePart[] {
  if (type === 'interactive' || type === 'merge_forward') return [];
  return parseParts(contentOf(message, type, content), () => false).filter((part) => 'file' in part);
}

function textOf(item: StoredMessage): string {
  return item.deleted ? '' : plainText(contentOf(item.message, item.type, item.content));
}

/** One line or block a message; the vendor tells ids of people here, not names, so authors are numbered. */
function forwardedText(items: readonly StoredMessage[]): string {
  const numbers = new Map<string, number>();
  const lines = items.slice(0, MAX_FORWARDED).flatMap((item) => {
    const text = textOf(item);
    if (text === '') return [];
    const author = textAt(item.sender, 'id');
    if (!numbers.has(author)) numbers.set(author, numbers.size + 1);
    return [`[${numbers.get(author) ?? 0}] ${text}`];
  });
  return (items.length > MAX_FORWARDED ? [...lines, '…'] : lines).join('\n');
}

function authorOf(item: StoredMessage): { author?: string } {
  const name = textAt(item.sender, 'sender_name');
  return name === '' ? {} : { author: name };
}
