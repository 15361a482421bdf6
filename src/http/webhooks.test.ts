import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type ChannelName, id } from '../core/ids.ts';
import { noLog } from '../core/log.ts';
import type { Ack } from '../core/platform.ts';
import { createMetrics } from './metrics.ts';
import { createWebhooks, MAX_HELD_DELIVERIES } from './webhooks.ts';

/** A whole request that has come in, and the answer it gets; no line between, for there are thousands of them. */
function request(): { readonly incoming: IncomingMessage; readonly response: ServerResponse; bytes(): void } {
  const incoming = new IncomingMessage(new Socket());
  Object.assign(incoming, { method: 'POST', url: '/webhook/feishu' });
  return {
    incoming,
    response: new ServerResponse(incoming),
    bytes() {
      incoming.push('{}');
      incoming.push(null);
    },
  };
}

describe('deliveries that are held at once', () => {
  it('are bounded in number, however short they are; the next one is turned away until there is room', async () => {
    let taken = 0;
    const deliver = (): Promise<Ack> => {
      taken += 1;
      return new Promise<Ack>(() => undefined);
    };
    const channels = new Map([['feishu', [id<ChannelName>('feishu')]]]);
    const webhooks = createWebhooks({ channels, deliver, metrics: createMetrics(), log: noLog });
    const arrive = () => {
      const one = request();
      webhooks.handle(one.incoming, one.response);
      one.bytes();
      return one.response;
    };
    const first = Array.from({ length: MAX_HELD_DELIVERIES }, arrive);
    await expect.poll(() => taken, { timeout: 30_000 }).toBe(MAX_HELD_DELIVERIES);

    const refused = arrive();
    expect(refused.statusCode).toBe(503);
    // Also what has only begun to come in holds memory.
    first[0]?.emit('close');
    const slow = request();
    webhooks.handle(slow.incoming, slow.response);
    expect(arrive().statusCode).toBe(503);
    slow.bytes();
    await expect.poll(() => taken).toBe(MAX_HELD_DELIVERIES + 1);

    first[1]?.emit('close');
    expect(arrive().statusCode).toBe(200);
    await expect.poll(() => taken).toBe(MAX_HELD_DELIVERIES + 2);
  });
});
