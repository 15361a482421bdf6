import { GatewayError } from '../../core/errors.ts';
import type { Delivery } from '../../core/event.ts';
import type { Ack } from '../../core/platform.ts';
import { aesKeyOf, decrypt, encrypt, signature, verifySignature } from './crypto.ts';
import { MAX_BODY_BYTES, SIGNATURE_WINDOW_MS } from './limits.ts';

/** An empty answer means that nothing is said within the response. */
export const NOTHING_TO_SAY: Ack = { status: 200, contentType: 'text/plain', body: '' };

/** What an address for callbacks is set up with in the vendor's back office. */
export interface CallbackSecrets {
  readonly token: string;
  readonly encodingAesKey: string;
  /** What has to stand behind each message: the corpid of an app, empty for an AI bot of one's own company. */
  readonly receiveId: string;
}

/** An answer within the response, closed and signed. */
export interface SealedAnswer {
  readonly encrypt: string;
  readonly signature: string;
  /** Seconds. */
  readonly timestamp: number;
  readonly nonce: string;
}

export interface Callbacks {
  /**
   * Proves who made a text and opens it.
   *
   * @param encrypted - What stood in the body, or `echostr` when the vendor checks the address.
   * @throws {GatewayError} `channel_unconfigured`, `signature_missing`, `signature_invalid`, `timestamp_stale`,
   *   `decrypt_failed`, `app_mismatch`.
   */
  open(query: Delivery['query'], encrypted: string, now: number): string;
  /** Closes an answer; the vendor wants the nonce of its own request back. */
  seal(text: string, nonce: string, now: number): SealedAnswer;
}

/**
 * Lets in only what the vendor made for this address.
 *
 * The vendor's own libraries leave the age of a callback unchecked; we do not. Its nonce is not remembered: whether a repeated
 * try carries the same one is documented nowhere, the signature covers every byte that is read, and a repeated event is
 * known to the inbox (docs/adr/0003).
 */
export function createCallbacks(secrets: CallbackSecrets): Callbacks {
  const { token, encodingAesKey, receiveId } = secrets;
  const key = aesKeyOf(encodingAesKey);

  function checkSignature(query: Delivery['query'], encrypted: string, now: number): void {
    const { msg_signature: given = '', timestamp = '', nonce = '' } = query;
    if (given === '' || timestamp === '' || nonce === '') {
      throw new GatewayError('signature_missing', 'a callback lacks a timestamp, a nonce or a signature');
    }
    if (!verifySignature(given, { token, timestamp, nonce, encrypted })) {
      throw new GatewayError('signature_invalid', 'a callback’s signature does not fit: check the Token');
    }
    const age = Math.abs(now - Number(timestamp) * 1000);
    if (!(age <= SIGNATURE_WINDOW_MS)) {
      throw new GatewayError(
        'timestamp_stale',
        'a callback’s timestamp is more than five minutes off: check the clock',
      );
    }
  }

  return {
    open(query, encrypted, now) {
      if (token === '' || encodingAesKey === '') {
        throw new GatewayError(
          'channel_unconfigured',
          'no Token or no EncodingAESKey is set: no callback can be trusted',
        );
      }
      checkSignature(query, encrypted, now);
      const opened = decrypt(encrypted, key);
      // Another company's callback, signed with the same Token and key.
      if (opened.receiveId !== receiveId) {
        throw new GatewayError('app_mismatch', 'a callback was made for another receiver than the one configured');
      }
      return opened.text;
    },
    seal(text, nonce, now) {
      const timestamp = Math.floor(now / 1000);
      const encrypted = encrypt(text, key, receiveId);
      const parts = { token, timestamp: String(timestamp), nonce, encrypted };
      return { encrypt: encrypted, signature: signature(parts), timestamp, nonce };
    },
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws {GatewayError} `body_too_large`, `body_malformed`. */
export function bodyText(body: Uint8Array): string {
  if (body.length > MAX_BODY_BYTES) throw new GatewayError('body_too_large', 'a body is over 1 MiB');
  try {
    return utf8.decode(body);
  } catch (cause) {
    throw new GatewayError('body_malformed', 'a body is not UTF-8', { cause });
  }
}

/** `+` means a blank in a query, and senders forget to escape it; base64 has no blanks. */
export function echoIn(query: Delivery['query']): string {
  return (query['echostr'] ?? '').replaceAll(' ', '+');
}

/** The envelope of an app's callback: flat, and nothing of it but `Encrypt` matters. */
const ENVELOPE = /^\s*<xml>(?:\s*<([A-Za-z]\w*)>(?:<!\[CDATA\[[^\]]*\]\]>|[^<&]*)<\/\1>)*\s*<\/xml>\s*$/;
const ENCRYPT = /<Encrypt>(?:<!\[CDATA\[([^\]]*)\]\]>|([^<&]*))<\/Encrypt>/g;

/**
 * Finds the encrypted text in an XML envelope. What nobody has signed meets no parser: its shape is fixed, so it is compared.
 *
 * @throws {GatewayError} `body_malformed`, for document types and entities too.
 */
export function encryptedIn(xml: string): string {
  const found = ENVELOPE.test(xml) ? [...xml.matchAll(ENCRYPT)] : [];
  const [only] = found;
  const encrypted = only?.[1] ?? only?.[2] ?? '';
  if (found.length !== 1 || encrypted === '')
    throw new GatewayError('body_malformed', 'a body is no callback envelope');
  return encrypted;
}
