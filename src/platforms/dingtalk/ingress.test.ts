import { describe, expect, it } from 'vitest';
import { fixture } from '../../../test/fixtures/dingtalk/load.ts';
import { APP, signedDelivery, socketDelivery } from '../../../test/support/dingtalk-vendor.ts';
import type { Delivery } from '../../core/event.ts';
import { cardSignature } from './crypto.ts';
import { enter, TOPIC_CARD, TOPIC_ROBOT } from './ingress.ts';

const NOW = 1_767_225_600_000;
const HOUR = 3_600_000;
const CARD_SECRET = 'sim-card-api-secret';
const WEBHOOK = { mode: 'webhook', ...APP } as const;
const message = fixture('message-direct-text');

const refused = (code: string) => expect.objectContaining({ code }) as Error;

function press(timestamp: string, sign: string): Delivery {
  const headers = { 'x-ddpaas-signature-timestamp': timestamp, 'x-ddpaas-signature': sign };
  return { ...signedDelivery(fixture('card-pressed'), NOW), headers };
}

describe('an HTTP delivery', () => {
  it('that is signed for its time is let in', () => {
    expect(enter(signedDelivery(message, NOW), WEBHOOK, NOW)).toMatchObject({ kind: 'message', payload: message });
  });

  it('without a signature or with a forged one is refused', () => {
    const delivery = signedDelivery(message, NOW);
    expect(() => enter({ ...delivery, headers: {} }, WEBHOOK, NOW)).toThrow(refused('signature_missing'));
    const forged = signedDelivery(message, NOW, 'another-secret');
    expect(() => enter(forged, WEBHOOK, NOW)).toThrow(refused('signature_invalid'));
    const shifted = { ...delivery, headers: { ...delivery.headers, timestamp: String(NOW + 1) } };
    expect(() => enter(shifted, WEBHOOK, NOW)).toThrow(refused('signature_invalid'));
  });

  it('is refused an hour before its time and an hour after it', () => {
    for (const now of [NOW - HOUR, NOW + HOUR]) {
      expect(() => enter(signedDelivery(message, NOW), WEBHOOK, now)).toThrow(refused('timestamp_stale'));
    }
    expect(enter(signedDelivery(message, NOW), WEBHOOK, NOW + HOUR - 1).kind).toBe('message');
    expect(() => enter(signedDelivery(message, Number.NaN), WEBHOOK, NOW)).toThrow(refused('timestamp_stale'));
  });

  it('that is no JSON object or no UTF-8 is refused', () => {
    for (const body of ['', '[]', 'null', '{"a":']) {
      expect(() => enter(signedDelivery(body, NOW), WEBHOOK, NOW)).toThrow(refused('body_malformed'));
    }
    const broken = { ...signedDelivery('', NOW), body: Buffer.from([0x7b, 0xff]) };
    expect(() => enter(broken, WEBHOOK, NOW)).toThrow(refused('body_malformed'));
  });

  it('is refused altogether where messages come by the long connection', () => {
    const stream = { ...WEBHOOK, mode: 'stream' } as const;
    expect(() => enter(signedDelivery(message, NOW), stream, NOW)).toThrow(refused('channel_unconfigured'));
  });
});

describe('a pressed card over HTTP', () => {
  const secrets = { ...WEBHOOK, cardSecret: CARD_SECRET };
  const sign = cardSignature(String(NOW), CARD_SECRET).toString('base64');

  it('is let in by the secret of its registration', () => {
    expect(enter(press(String(NOW), sign), secrets, NOW).kind).toBe('press');
  });

  it('is refused when it is forged, stale, or nobody knows that secret', () => {
    const forged = cardSignature(String(NOW), 'guessed').toString('base64');
    expect(() => enter(press(String(NOW), forged), secrets, NOW)).toThrow(refused('signature_invalid'));
    expect(() => enter(press(String(NOW), sign), secrets, NOW + HOUR)).toThrow(refused('timestamp_stale'));
    expect(() => enter(press(String(NOW), sign), WEBHOOK, NOW)).toThrow(refused('channel_unconfigured'));
  });
});

describe('a delivery of the long connection', () => {
  const stream = { mode: 'stream', ...APP } as const;

  it('is told apart by its topic', () => {
    expect(enter(socketDelivery(TOPIC_ROBOT, message), stream, NOW).kind).toBe('message');
    expect(enter(socketDelivery(TOPIC_CARD, fixture('card-pressed')), stream, NOW).kind).toBe('press');
    const event = socketDelivery('*', {}, { 'event-type': 'robot_msg_read' });
    expect(enter(event, stream, NOW)).toEqual({ kind: 'event', type: 'robot_msg_read', payload: {} });
    expect(enter(socketDelivery('/v9/new', {}), stream, NOW)).toEqual({ kind: 'unknown', topic: '/v9/new' });
  });

  it('is refused when its data is no JSON object', () => {
    expect(() => enter(socketDelivery(TOPIC_ROBOT, 'hello'), stream, NOW)).toThrow(refused('body_malformed'));
  });

  it('is refused when it is too long', () => {
    const long = socketDelivery(TOPIC_ROBOT, ' '.repeat(1024 * 1024 + 1));
    expect(() => enter(long, stream, NOW)).toThrow(refused('body_too_large'));
  });
});
