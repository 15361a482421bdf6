import { GatewayError } from '../../core/errors.ts';
import type { Delivery } from '../../core/event.ts';
import { type Json, parseObject, textAt } from '../../lib/read.ts';
import type { DingtalkConfig } from './config.ts';
import { cardSignature, robotSignature, verifySignature } from './crypto.ts';
import { openEvent, sealAnswer } from './event-crypto.ts';
import { MAX_BODY_BYTES, SIGNATURE_WINDOW_MS } from './limits.ts';

/** The topics of the long connection that we ask for. */
export const TOPIC_ROBOT = '/v1.0/im/bot/messages/get';
export const TOPIC_CARD = '/v1.0/card/instances/callback';
export const TOPIC_EVENTS = '*';

/** A delivery that has proved where it comes from. */
export type Entered =
  | { readonly kind: 'message' | 'press'; readonly payload: Json }
  /** Over HTTP the answer is sealed too. */
  | { readonly kind: 'event'; readonly type: string; readonly payload: Json; readonly seal?: (word: string) => string }
  | { readonly kind: 'unknown'; readonly topic: string };

type Secrets = Pick<DingtalkConfig, 'mode' | 'clientId' | 'clientSecret' | 'cardSecret' | 'eventToken' | 'eventAesKey'>;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Lets in only what the vendor sent to this app. What comes over the long connection was authenticated when that was opened;
 * an HTTP request proves itself by a signature over its time. The body is not covered, so the window is all there is against
 * somebody who has seen one.
 *
 * @throws {GatewayError} one of the refusals.
 */
export function enter(delivery: Delivery, secrets: Secrets, now: number): Entered {
  if (delivery.body.length > MAX_BODY_BYTES) throw new GatewayError('body_too_large', 'a body is over 1 MiB');
  if (delivery.via === 'socket') return enterSocket(delivery);
  // Events have a way of their own, whichever the robot's messages come by.
  if (delivery.query['msg_signature'] !== undefined || delivery.query['signature'] !== undefined)
    return enterEvent(delivery, secrets, now);
  if (secrets.mode !== 'webhook') {
    const why = 'this app receives by the long connection (mode stream), so nothing is taken over HTTP';
    throw new GatewayError('channel_unconfigured', why);
  }
  if (delivery.headers['x-ddpaas-signature'] !== undefined) return enterPress(delivery, secrets, now);
  const { timestamp = '', sign = '' } = delivery.headers;
  checkSignature(timestamp, sign, (time) => robotSignature(time, secrets.clientSecret), now);
  return { kind: 'message', payload: parsed(delivery.body) };
}

function enterEvent(delivery: Delivery, { clientId, eventToken, eventAesKey }: Secrets, now: number): Entered {
  if (eventToken === undefined || eventAesKey === undefined) {
    throw new GatewayError(
      'channel_unconfigured',
      'an event came over HTTP and no eventToken is set to know the vendor by',
    );
  }
  const keys = { eventToken, eventAesKey, owner: clientId };
  const payload = parsed(Buffer.from(openEvent(delivery.query, parsed(delivery.body), keys, now)));
  const type = textAt(payload, 'EventType');
  return { kind: 'event', type, payload, seal: (word) => sealAnswer(word, delivery.query, keys) };
}

function enterPress(delivery: Delivery, { cardSecret }: Secrets, now: number): Entered {
  if (cardSecret === undefined) {
    throw new GatewayError('channel_unconfigured', 'a card was pressed and no cardSecret is set to know the vendor by');
  }
  const timestamp = delivery.headers['x-ddpaas-signature-timestamp'] ?? '';
  const sign = delivery.headers['x-ddpaas-signature'] ?? '';
  checkSignature(timestamp, sign, (time) => cardSignature(time, cardSecret), now);
  return { kind: 'press', payload: parsed(delivery.body) };
}

function checkSignature(timestamp: string, sign: string, expected: (timestamp: string) => Buffer, now: number): void {
  if (timestamp === '' || sign === '') {
    throw new GatewayError('signature_missing', 'a delivery lacks its timestamp or its signature');
  }
  if (!verifySignature(sign, expected(timestamp))) {
    throw new GatewayError('signature_invalid', 'a delivery’s signature does not fit its timestamp');
  }
  if (!(Math.abs(now - Number(timestamp)) < SIGNATURE_WINDOW_MS)) {
    throw new GatewayError('timestamp_stale', 'a delivery’s timestamp is an hour off or more: check the clock');
  }
}

function enterSocket(delivery: Delivery): Entered {
  const { type = '', topic = '' } = delivery.headers;
  if (type === 'EVENT') {
    return { kind: 'event', type: delivery.headers['event-type'] ?? '', payload: parsed(delivery.body) };
  }
  if (topic === TOPIC_ROBOT) return { kind: 'message', payload: parsed(delivery.body) };
  if (topic === TOPIC_CARD) return { kind: 'press', payload: parsed(delivery.body) };
  return { kind: 'unknown', topic };
}

function parsed(body: Uint8Array): Json {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch (cause) {
    throw new GatewayError('body_malformed', 'a body is not UTF-8', { cause });
  }
  const payload = parseObject(text);
  if (!payload) throw new GatewayError('body_malformed', 'a body is not a JSON object');
  return payload;
}
