import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../../core/errors.ts';
import type { Delivery } from '../../core/event.ts';
import { type Json, textAt } from '../../lib/read.ts';
import { SIGNATURE_WINDOW_MS } from './limits.ts';

const ALGORITHM = 'aes-256-cbc';
/** The padding's block; the cipher's own is half of it, which is why it pads nothing itself. */
const BLOCK_BYTES = 32;
const RANDOM_BYTES = 16;
const HEAD_BYTES = RANDOM_BYTES + 4;

/** What an address for events is set up with in the console. */
export interface EventSecrets {
  readonly eventToken: string;
  readonly eventAesKey: string;
  /** Stands behind each message: the Client ID of an app of one's own. */
  readonly owner: string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

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
  if (!equal(given, signatureOf(secrets.eventToken, timestamp, nonce, encrypted))) {
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
  const encrypt = encryptEvent(word, secrets, random.subarray(0, RANDOM_BYTES));
  const signed = signatureOf(secrets.eventToken, timestamp, nonce, encrypt);
  return JSON.stringify({ msg_signature: signed, encrypt, timeStamp: timestamp, nonce });
}

/** SHA-1 over the four parts in the order of their bytes, in lower-case hex. */
export function signatureOf(token: string, timestamp: string, nonce: string, encrypted: string): string {
  const parts = [token, timestamp, nonce, encrypted].map((part) => Buffer.from(part));
  return createHash('sha1')
    .update(Buffer.concat(parts.sort((a, b) => Buffer.compare(a, b))))
    .digest('hex');
}

/** 16 random bytes, the length, the message and its owner, padded to blocks of 32. @param random - 16 bytes. */
export function encryptEvent(text: string, { eventAesKey, owner }: EventSecrets, random: Uint8Array): string {
  const key = keyOf(eventAesKey);
  const message = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const plain = Buffer.concat([random, length, message, Buffer.from(owner)]);
  const count = BLOCK_BYTES - (plain.length % BLOCK_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, key.subarray(0, 16)).setAutoPadding(false);
  const sealed = [cipher.update(Buffer.concat([plain, Buffer.alloc(count, count)])), cipher.final()];
  return Buffer.concat(sealed).toString('base64');
}

/** @throws {GatewayError} `decrypt_failed` when it was made with another key, is cut, or is padded wrongly. */
export function decryptEvent(encrypted: string, aesKey: string): { readonly text: string; readonly owner: string } {
  const plain = withoutPadding(blocksOf(encrypted, keyOf(aesKey)));
  const end = plain.length < HEAD_BYTES ? -1 : HEAD_BYTES + plain.readUInt32BE(RANDOM_BYTES);
  if (end < 0 || end > plain.length) throw broken();
  try {
    return { text: utf8.decode(plain.subarray(HEAD_BYTES, end)), owner: utf8.decode(plain.subarray(end)) };
  } catch (cause) {
    throw broken(cause);
  }
}

function blocksOf(encrypted: string, key: Buffer): Buffer {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, key.subarray(0, 16)).setAutoPadding(false);
    return Buffer.concat([decipher.update(Buffer.from(encrypted, 'base64')), decipher.final()]);
  } catch (cause) {
    throw broken(cause);
  }
}

function withoutPadding(padded: Buffer): Buffer {
  const count = padded.at(-1) ?? 0;
  const end = padded.length - count;
  const isPadded =
    count >= 1 && count <= BLOCK_BYTES && end >= 0 && padded.subarray(end).every((byte) => byte === count);
  if (!isPadded) throw broken();
  return padded.subarray(0, end);
}

function keyOf(aesKey: string): Buffer {
  return Buffer.from(`${aesKey}=`, 'base64');
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

function broken(cause?: unknown): GatewayError {
  const message = 'an event was not made with the AES key set here, or was changed on its way';
  return new GatewayError('decrypt_failed', message, cause === undefined ? {} : { cause });
}
