import { GatewayError } from '../../core/errors.ts';
import type { Delivery } from '../../core/event.ts';
import { type Json, parseObject, textAt } from '../../lib/read.ts';
import type { FeishuConfig } from './config.ts';
import { decrypt, decryptionKey, secretTest, verifySignature } from './crypto.ts';
import { type Envelope, openEnvelope } from './events.ts';
import { MAX_BODY_BYTES, SIGNATURE_WINDOW_MS } from './limits.ts';

/** A delivery that has proved where it comes from. */
export type Entered =
  | { readonly kind: 'challenge'; readonly challenge: string }
  | { readonly kind: 'event'; readonly envelope: Envelope };

export interface Ingress {
  /** @throws {GatewayError} one of the refusals; see the steps in the code. */
  enter(delivery: Delivery, now: number): Entered;
}

type Secrets = Pick<FeishuConfig, 'appId' | 'encryptKey' | 'verificationToken'>;

const utf8 = new TextDecoder('utf-8', { fatal: true });
// A timestamp may be off by one window in either direction, so a nonce has to be known for two.
const NONCE_LIFE_MS = 2 * SIGNATURE_WINDOW_MS;
const MAX_NONCES = 200_000;

/**
 * Lets in only what the vendor sent to this app.
 *
 * The order matters: the vendor's first call (`url_verification`) carries no signature, so a body is opened before its
 * signature is asked for; and the signature covers the bytes as they came, so it is checked over those.
 */
export function createIngress(secrets: Secrets): Ingress {
  const key = secrets.encryptKey === undefined ? undefined : decryptionKey(secrets.encryptKey);
  const isToken = secrets.verificationToken === undefined ? undefined : secretTest(secrets.verificationToken);
  const nonces = new NonceMemory();

  function enterWebhook(delivery: Delivery, now: number): Entered {
    if (key === undefined && secrets.verificationToken === undefined) {
      throw new GatewayError(
        'channel_unconfigured',
        'neither an Encrypt Key nor a Verification Token is set: no delivery can be trusted',
      );
    }
    const payload = open(delivery);
    if (textAt(payload, 'type') === 'url_verification') {
      compareToken(textAt(payload, 'token'));
      return { kind: 'challenge', challenge: textAt(payload, 'challenge') };
    }
    if (secrets.encryptKey !== undefined) checkSignature(delivery, secrets.encryptKey, now);
    const envelope = openEnvelope(payload);
    compareToken(envelope.token);
    compareApp(envelope);
    return { kind: 'event', envelope };
  }

  function open(delivery: Delivery): Json {
    const outer = parseBody(delivery.body);
    if (key === undefined) {
      if ('encrypt' in outer) throw new GatewayError('decrypt_failed', 'a body is encrypted and no Encrypt Key is set');
      return outer;
    }
    const encrypted = textAt(outer, 'encrypt');
    if (encrypted === '')
      throw new GatewayError('decrypt_failed', 'a body is not encrypted though an Encrypt Key is set');
    return parsed(decrypt(encrypted, key));
  }

  function checkSignature(delivery: Delivery, encryptKey: string, now: number): void {
    const timestamp = delivery.headers['x-lark-request-timestamp'] ?? '';
    const nonce = delivery.headers['x-lark-request-nonce'] ?? '';
    const given = delivery.headers['x-lark-signature'] ?? '';
    if (timestamp === '' || nonce === '' || given === '') {
      throw new GatewayError('signature_missing', 'a delivery lacks a timestamp, a nonce or a signature');
    }
    if (!verifySignature(given, { timestamp, nonce, encryptKey, body: delivery.body })) {
      throw new GatewayError('signature_invalid', 'a delivery’s signature does not fit its body');
    }
    const age = Math.abs(now - Number(timestamp) * 1000);
    if (!(age <= SIGNATURE_WINDOW_MS)) {
      throw new GatewayError(
        'timestamp_stale',
        'a delivery’s timestamp is more than five minutes off: check the clock',
      );
    }
    // The very same bytes again are a redelivery, and the inbox knows them; the same nonce over other bytes is a forgery.
    if (!nonces.admit(nonce, given, now))
      throw new GatewayError('nonce_replayed', 'a nonce came with another signature');
  }

  function compareToken(given: string): void {
    if (isToken?.(given) !== false) return;
    throw new GatewayError('token_mismatch', 'a delivery carries another Verification Token');
  }

  function compareApp(envelope: Envelope): void {
    if (envelope.appId === secrets.appId) return;
    throw new GatewayError('app_mismatch', 'an event belongs to another app than the one configured');
  }

  return {
    enter(delivery, now) {
      if (delivery.body.length > MAX_BODY_BYTES) throw new GatewayError('body_too_large', 'a body is over 1 MiB');
      if (delivery.via === 'webhook') return enterWebhook(delivery, now);
      // The connection was opened with the app's secret, and its payloads are neither signed nor encrypted.
      const envelope = openEnvelope(parseBody(delivery.body));
      compareApp(envelope);
      return { kind: 'event', envelope };
    },
  };
}

/** Which signature came with a nonce, in two generations, so that forgetting costs nothing. */
class NonceMemory {
  #young = new Map<string, string>();
  #old = new Map<string, string>();
  #turnAt = 0;

  admit(nonce: string, signature: string, now: number): boolean {
    if (now >= this.#turnAt || this.#young.size >= MAX_NONCES) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#turnAt = now + NONCE_LIFE_MS;
    }
    const before = this.#young.get(nonce) ?? this.#old.get(nonce);
    if (before !== undefined && before !== signature) return false;
    this.#young.set(nonce, signature);
    return true;
  }
}

function parseBody(body: Uint8Array): Json {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch (cause) {
    throw new GatewayError('body_malformed', 'a body is not UTF-8', { cause });
  }
  return parsed(text);
}

function parsed(text: string): Json {
  const payload = parseObject(text);
  if (!payload) throw new GatewayError('body_malformed', 'a body is not a JSON object');
  return payload;
}
