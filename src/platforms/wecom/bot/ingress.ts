import { createHmac } from 'node:crypto';
import { GatewayError } from '../../../core/errors.ts';
import type { Delivery } from '../../../core/event.ts';
import type { Ack } from '../../../core/platform.ts';
import { type Json, parseObject, textAt } from '../../../lib/read.ts';
import { bodyText, type Callbacks, createCallbacks, echoIn, NOTHING_TO_SAY } from '../callback.ts';
import { writeJson } from '../client.ts';
import { aesKeyOf, encrypt, signature } from '../crypto.ts';
import { RANDOM_BYTES } from '../limits.ts';
import type { WecomBotConfig } from './config.ts';
import { parseFrame } from './frames.ts';

/** A delivery that has proved where it comes from. */
export type Entered =
  | { readonly kind: 'echo'; readonly text: string }
  | {
      readonly kind: 'payload';
      readonly payload: Json;
      /** Of the long connection. */
      readonly reqId: string | undefined;
      /** When it came, by our own clock: what may last minutes must not depend on how two clocks differ. */
      readonly at: number;
      /** Puts an answer into the form that this way wants; nothing to say is an empty answer. */
      readonly answer: (body: Json | undefined) => Ack;
    };

export interface Ingress {
  /** @throws {GatewayError} one of the refusals. */
  enter(delivery: Delivery, now: number): Entered;
}

type Settings = Pick<WecomBotConfig, 'botId' | 'token' | 'encodingAesKey'>;

/** Lets in only what the vendor sent to this bot: signed and encrypted callbacks, or frames of the connection we opened with its secret. */
export function createIngress({ botId, token = '', encodingAesKey = '' }: Settings): Ingress {
  // Behind each message stands the receiver's id, which for a bot of one's own company is empty.
  const callbacks = createCallbacks({ token, encodingAesKey, receiveId: '' });
  const sealer = new Sealer(token, encodingAesKey);

  function check(payload: Json): Json {
    const bot = textAt(payload, 'aibotid');
    if (botId === undefined || bot === '' || bot === botId) return payload;
    throw new GatewayError('app_mismatch', 'a payload belongs to another bot than the one configured');
  }

  return {
    enter(delivery, now) {
      const text = bodyText(delivery.body);
      if (delivery.via === 'socket') return enterFrame(delivery, now, check);
      if (delivery.method === 'GET')
        return { kind: 'echo', text: callbacks.open(delivery.query, echoIn(delivery.query), now) };
      const opened = openCallback(callbacks, delivery.query, text, now);
      const { nonce = '', timestamp = '' } = delivery.query;
      return {
        kind: 'payload',
        payload: check(opened),
        reqId: undefined,
        at: now,
        answer: (body) => (body ? sealer.seal(writeJson(body), nonce, timestamp) : NOTHING_TO_SAY),
      };
    },
  };
}

function openCallback(callbacks: Callbacks, query: Delivery['query'], text: string, now: number): Json {
  const encrypted = textAt(parseObject(text) ?? {}, 'encrypt');
  // Asked before the body is judged: without a key nobody is told what a body should be.
  const opened = callbacks.open(query, encrypted, now);
  const payload = parseObject(opened);
  if (!payload) throw new GatewayError('body_malformed', 'a callback holds no JSON object');
  return payload;
}

function enterFrame(delivery: Delivery, now: number, check: (payload: Json) => Json): Entered {
  const frame = parseFrame(delivery.body);
  if (!frame) throw new GatewayError('body_malformed', 'a frame is no JSON object with an id');
  return {
    kind: 'payload',
    payload: check(frame.body),
    reqId: frame.reqId,
    at: now,
    answer: (body) => (body ? { ...NOTHING_TO_SAY, body: writeJson(body) } : NOTHING_TO_SAY),
  };
}

/** Closes answers; the same callback is closed the same way however often it is asked about. */
class Sealer {
  readonly #token: string;
  readonly #key: Buffer;

  constructor(token: string, encodingAesKey: string) {
    this.#token = token;
    this.#key = aesKeyOf(encodingAesKey);
  }

  /** The vendor wants its own nonce back (D:101033). */
  seal(text: string, nonce: string, timestamp: string): Ack {
    // Where random bytes are wanted stands what nobody can guess without the key, and differs for every callback and answer.
    const random = createHmac('sha256', this.#key)
      .update(JSON.stringify([timestamp, nonce, text]))
      .digest();
    const encrypted = encrypt(text, this.#key, '', random.subarray(0, RANDOM_BYTES));
    const signed = signature({ token: this.#token, timestamp, nonce, encrypted });
    const body = { encrypt: encrypted, msgsignature: signed, timestamp: Number(timestamp), nonce };
    return { status: 200, contentType: 'application/json', body: JSON.stringify(body) };
  }
}
