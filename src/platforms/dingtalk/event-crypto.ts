import { createHash, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../../core/errors.ts';
import type { Delivery } from '../../core/event.ts';
import { type Json, textAt } from '../../lib/read.ts';
import { BrokenSeal, type OpenedSeal, openSeal, seal, sealKeyOf, sealSignature } from '../../lib/sealed-callback.ts';
import { SIGNATURE_WINDOW_MS } from './limits.ts';

/** What an address for events is set up with in the console. */
export interface EventSecrets {
  readonly eventToken: string;
  readonly eventAesKey: string;
  /** Stands behind each message: the Client ID of an app of one's own. */
  readonly owner: string;
}

/**
 * Proves that an event over HTTP is the vendor's, and opens it. The signature covers every byte that is read.
 *
 * @returns The event as JSON text.
 * @throws {GatewayError} `signature_missing`, `signature_invalid`, `timestamp_stale`, `decrypt_failed`, `app_mismatch`.
 * @see https://open.dingtalk.com/document/development/configure-event-subcription
 */
export function openEvent(query: Delivery['query'], body: Json, secrets: EventSecrets, now: number): string {
  const { timestamp = '', nonce = '' } = query;
  const given = query['msg_signature'] ?? query['signature'] ?? '';
  const encrypted = textAt(body, 'encrypt');
  if (given === '' || timestamp === '' || nonce === '') {
    throw new GatewayError('signature_missing', 'an event lacks a timestamp, a nonce or a signature');
  }
  if (!equal(given, sealSignature(secrets.eventToken, timestamp, nonce, encrypted))) {
    throw new GatewayError('signature_invalid', 'an event’s signature does not fit: check the event token');
  }
  if (!(Math.abs(now - milliseconds(timestamp)) < SIGNATURE_WINDOW_MS)) {
    throw new GatewayError('timestamp_stale', 'an event’s timestamp is an hour off or more: check the clock');
  }
  const { text, owner } = decryptEvent(encrypted, secrets.eventAesKey);
  if (owner !== secrets.owner)
    throw new GatewayError('app_mismatch', 'an event is for another app than the one configured');
  return text;
}

/** The answer to an event: a word, closed and signed as the event was. The same event is answered with the same bytes. */
export function sealAnswer(word: string, query: Delivery['query'], secrets: EventSecrets): string {
  const { timestamp = '', nonce = '' } = query;
  const random = createHash('sha256').update(`${secrets.eventAesKey}\n${timestamp}\n${nonce}`).digest();
  const encrypt = encryptEvent(word, secrets, random);
  const signed = sealSignature(secrets.eventToken, timestamp, nonce, encrypt);
  return JSON.stringify({ msg_signature: signed, encrypt, timeStamp: timestamp, nonce });
}

/** @param random - At least 16 bytes. */
export function encryptEvent(text: string, { eventAesKey, owner }: EventSecrets, random: Uint8Array): string {
  return seal(text, sealKeyOf(eventAesKey), owner, random);
}

/** @throws {GatewayError} `decrypt_failed` when it was made with another key, is cut, or is padded wrongly. */
export function decryptEvent(encrypted: string, aesKey: string): OpenedSeal {
  try {
    return openSeal(encrypted, sealKeyOf(aesKey));
  } catch (cause) {
    if (!(cause instanceof BrokenSeal)) throw cause;
    const message = `an event ${cause.message}: it was not made with the AES key set here, or was changed on its way`;
    throw new GatewayError('decrypt_failed', message, { cause });
  }
}

/** Seconds by one page, milliseconds by another. */
function milliseconds(timestamp: string): number {
  const time = Number(timestamp);
  return time < 1e11 ? time * 1000 : time;
}

function equal(given: string, expected: string): boolean {
  const [actual, wanted] = [Buffer.from(given), Buffer.from(expected)];
  return actual.length === wanted.length && timingSafeEqual(actual, wanted);
}
