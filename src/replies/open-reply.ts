import type { Sent } from '../core/reply.ts';
import type { GrowingReply, ReplyParts } from './growing-reply.ts';
import { LiveReply } from './live-reply.ts';
import { PolledReply } from './polled-reply.ts';

/**
 * The way a reply grows at this address, by what the platform can.
 *
 * @param begun - The message that an earlier process had on the screen.
 */
export function openReply(
  parts: ReplyParts,
  begun: { readonly part: number; readonly sent: Sent } | undefined,
): GrowingReply {
  const { platform, to } = parts;
  const asked = platform.can.reply === 'polled' && platform.grows?.(to) !== false;
  return asked ? new PolledReply(parts) : new LiveReply(parts, begun);
}
