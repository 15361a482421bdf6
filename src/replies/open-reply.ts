import type { Sent } from '../core/reply.ts';
import type { GrowingReply, ReplyParts } from './growing-reply.ts';
import { LiveReply } from './live-reply.ts';
import { PolledReply } from './polled-reply.ts';

/**
 * The way a reply grows at this address, by what the platform can.
 *
 * @param before - What an earlier process did: the message it had on the screen, or that it may have sent one and died before it noted it.
 */
export function openReply(
  parts: ReplyParts,
  before: { readonly part: number; readonly sent: Sent } | 'perhaps' | undefined,
): GrowingReply {
  const { platform, to } = parts;
  const asked = platform.can.reply === 'polled' && platform.grows?.(to) !== false;
  return asked ? new PolledReply(parts) : new LiveReply(parts, before);
}
