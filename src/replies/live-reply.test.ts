import { describe, expect, it } from 'vitest';
import { GatewayError } from '../core/errors.ts';
import { id } from '../core/ids.ts';
import type { Platform } from '../core/platform.ts';
import type { Frame, OutboundMessage, Sent } from '../core/reply.ts';
import { manualClock } from '../simulator/clock.ts';
import { FrameGate } from './frame-gate.ts';
import { LiveReply } from './live-reply.ts';

const FRAME = { state: 'answering' } as Frame;
const TO: OutboundMessage['to'] = { channel: id('paper'), kind: 'direct', chat: id('lin') };

const cardIn = (sent: Sent | undefined) => sent?.handle['card'] as string | undefined;

/** A vendor whose cards are made first and shown then, as Feishu's, and what happened, in order. */
function bed(
  options: { readonly failedSaves?: number; readonly before?: 'perhaps'; readonly isOurs?: () => boolean } = {},
) {
  const happened: string[] = [];
  let failures = options.failedSaves ?? 0;
  let cards = 0;
  const clock = manualClock();
  const platform = {
    can: { reply: 'stream' },
    async send(message: OutboundMessage, { prior, save, mayBeShown }: Parameters<Platform['send']>[1]) {
      const card = cardIn(prior) ?? `card ${(cards += 1)}`;
      const sent: Sent = { handle: { card }, minUpdateIntervalMs: 0 };
      if (prior === undefined) await save(sent);
      happened.push(`shown ${card}${mayBeShown === true ? ', if nothing was' : ''}`);
      return { ...sent, message: id<NonNullable<Sent['message']>>(message.key) };
    },
    update: async (sent: Sent) => sent,
  } as unknown as Platform;
  const reply = new LiveReply(
    {
      platform,
      to: TO,
      clock,
      signal: new AbortController().signal,
      isOurs: options.isOurs ?? (() => true),
      gate: new FrameGate(8),
      keyOf: () => id('key'),
      async save(_, sent) {
        failures -= 1;
        if (failures >= 0) throw new GatewayError('store_unavailable', 'the store is away');
        happened.push(`noted ${cardIn(sent)}`);
      },
      shown: () => undefined,
      gaveUp: (error) => void happened.push(`gave up: ${error.code}`),
    },
    options.before,
  );
  return { reply, clock, happened };
}

describe('an answer that grows', () => {
  it('is not shown before it is noted, also when the store was away at the first try', async () => {
    const { reply, clock, happened } = bed({ failedSaves: 1 });
    reply.offer(() => FRAME);
    await clock.advance(2_000);
    await expect.poll(() => happened).toEqual(['noted card 2', 'shown card 2', 'noted card 2']);
    expect(reply.sent?.handle).toEqual({ card: 'card 2' });
  });

  it('tells the platform when an earlier process may have shown it without a note', async () => {
    const { reply, happened } = bed({ before: 'perhaps' });
    reply.offer(() => FRAME);
    await expect.poll(() => happened).toContain('shown card 1, if nothing was');
  });

  it('is left alone by a process that was stopped for longer than its lease, until the store says whose it is', async () => {
    let isOurs = false;
    const { reply, clock, happened } = bed({ isOurs: () => isOurs });
    reply.offer(() => FRAME);
    await clock.advance(2_000);
    expect(happened).toEqual([]);
    isOurs = true;
    await clock.advance(500);
    await expect.poll(() => happened).toContain('shown card 1');
  });
});
