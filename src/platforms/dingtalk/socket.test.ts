import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fixture } from '../../../test/fixtures/dingtalk/load.ts';
import { APP, DingtalkVendor, vendorConfig, vendorDeps } from '../../../test/support/dingtalk-vendor.ts';
import { GatewayError } from '../../core/errors.ts';
import type { Delivery } from '../../core/event.ts';
import type { Ack } from '../../core/platform.ts';
import { DingtalkPlatform } from './adapter.ts';

const OK: Ack = { status: 200, contentType: 'application/json', body: '' };

let vendor: DingtalkVendor;
let platform: DingtalkPlatform;
let ending: AbortController;
let accepted: Delivery[];
let running: Promise<void> | undefined;

beforeEach(async () => {
  vendor = await DingtalkVendor.start();
  platform = new DingtalkPlatform(vendorConfig(vendor.url), vendorDeps());
  ending = new AbortController();
  accepted = [];
});
afterEach(async () => {
  ending.abort();
  await running;
  await platform.close();
  await vendor.close();
});

async function listen(accept: (delivery: Delivery) => Promise<Ack> = () => Promise.resolve(OK)): Promise<void> {
  running = platform.listen?.((delivery) => {
    accepted.push(delivery);
    return accept(delivery);
  }, ending.signal);
  await vi.waitFor(() => expect(vendor.sockets).toHaveLength(1));
}

function frame(topic: string, data: unknown, messageId = 'f1', headers: object = {}) {
  const type = topic === '*' ? 'EVENT' : topic.startsWith('/') ? 'CALLBACK' : 'SYSTEM';
  return {
    specVersion: '1.0',
    type,
    headers: { topic, messageId, contentType: 'application/json', time: '1767225600123', ...headers },
    data: typeof data === 'string' ? data : JSON.stringify(data),
  };
}

const ROBOT = '/v1.0/im/bot/messages/get';
const CARD = '/v1.0/card/instances/callback';
const answered = async (count: number): Promise<void> => {
  await vi.waitFor(() => expect(vendor.answers).toHaveLength(count));
};

describe('the long connection', () => {
  it('is asked for with the secret and all topics, and opened with its ticket as it stands', async () => {
    await listen();
    expect(vendor.to(/connections\/open/)[0]?.body).toMatchObject({
      clientId: APP.clientId,
      clientSecret: APP.clientSecret,
      subscriptions: [
        { type: 'EVENT', topic: '*' },
        { type: 'CALLBACK', topic: ROBOT },
        { type: 'CALLBACK', topic: CARD },
      ],
    });
    await vi.waitFor(() => expect(platform.connection?.()).toMatchObject({ state: 'open', attempts: 1 }));
  });

  it('gives a ping its data back', async () => {
    await listen();
    vendor.push(frame('ping', { opaque: 'o-1' }, 'p1'));
    await answered(1);
    expect(vendor.answers[0]).toMatchObject({ code: 200, headers: { messageId: 'p1' }, data: '{"opaque":"o-1"}' });
  });

  it('answers a message only when it has been taken', async () => {
    let stored: (ack: Ack) => void = () => undefined;
    await listen(() => new Promise((resolve) => (stored = resolve)));
    vendor.push(frame(ROBOT, fixture('message-direct-text')));
    await vi.waitFor(() => expect(accepted).toHaveLength(1));
    expect(vendor.answers).toEqual([]);
    stored(OK);
    await answered(1);
    expect(vendor.answers[0]).toEqual({
      code: 200,
      headers: { messageId: 'f1', contentType: 'application/json' },
      message: 'OK',
      data: '{"response":null}',
    });
  });

  it('leaves a message unanswered that could not be stored, so that it comes again', async () => {
    await listen(() => Promise.reject(new GatewayError('store_unavailable', 'no disk')));
    vendor.push(frame(ROBOT, fixture('message-direct-text')));
    vendor.push(frame('*', {}, 'e1', { eventType: 'x' }));
    await answered(1);
    expect(vendor.answers[0]).toMatchObject({
      headers: { messageId: 'e1' },
      data: expect.stringContaining('LATER') as string,
    });
  });

  it('refuses what will never be taken', async () => {
    await listen(() => Promise.reject(new GatewayError('body_malformed', 'no msgId')));
    vendor.push(frame(ROBOT, {}));
    await answered(1);
    expect(vendor.answers[0]).toMatchObject({ code: 400 });
  });

  it('answers a pressed card with what to show', async () => {
    const body = JSON.stringify({ cardData: { cardParamMap: { a: '1' } } });
    await listen(() => Promise.resolve({ ...OK, body }));
    vendor.push(frame(CARD, fixture('card-pressed')));
    await answered(1);
    expect(JSON.parse(String(vendor.answers[0]?.['data']))).toEqual({
      response: { cardData: { cardParamMap: { a: '1' } } },
    });
  });

  it('says of a topic that nobody asked for that there is no handler', async () => {
    await listen((delivery) => {
      const receipt = platform.receive(delivery, Date.now());
      return Promise.resolve(receipt.kind === 'ignored' ? receipt.ack : OK);
    });
    vendor.push(frame('/v1.0/something/new', {}));
    await answered(1);
    expect(vendor.answers[0]).toMatchObject({ code: 404 });
  });

  it('survives whatever is no frame', async () => {
    await listen();
    for (const junk of ['hello', '[]', '{"type":"CALLBACK"}', '{"type":"X","headers":{"messageId":"m"}}', ''])
      vendor.push(junk);
    vendor.push(frame('ping', '{}', 'p2'));
    await answered(1);
    expect(platform.connection?.().state).toBe('open');
  });

  it('opens the next connection before it leaves one that is about to end', async () => {
    await listen();
    vendor.push(frame('disconnect', { reason: 'connection is expired' }));
    await vi.waitFor(() => expect(vendor.sockets).toHaveLength(2));
    expect(vendor.mostOpen).toBe(2);
    vendor.push(frame(ROBOT, fixture('message-direct-text')));
    await answered(1);
    expect(vendor.to(/connections\/open/)).toHaveLength(2);
  });

  it('asks for a new ticket for every try, and never for more than a few in a short time', async () => {
    await listen();
    const storm = setInterval(() => vendor.push(frame('disconnect', {})), 5);
    await new Promise((resolve) => setTimeout(resolve, 600));
    clearInterval(storm);
    expect(vendor.to(/connections\/open/).length).toBeLessThanOrEqual(6);
    expect(vendor.sockets).toHaveLength(vendor.to(/connections\/open/).length);
  });

  it('comes back when it was cut', async () => {
    await listen();
    vendor.sockets[0]?.terminate();
    await vi.waitFor(() => expect(vendor.sockets).toHaveLength(2), { timeout: 4_000 });
  });

  it('tries a refused secret again, but slowly', async () => {
    vendor.refuse(/connections\/open/, 'authFailed', 401);
    running = platform.listen?.(() => Promise.resolve(OK), ending.signal);
    await vi.waitFor(() => expect(vendor.to(/connections\/open/)).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(vendor.to(/connections\/open/)).toHaveLength(1);
    expect(platform.connection?.()).toMatchObject({ state: 'connecting', attempts: 1 });
  });
});
