import { timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../../core/errors.ts';
import { BrokenSeal, openBytes, openSeal, seal, sealKeyOf, sealSignature } from '../../lib/sealed-callback.ts';

/** The AES key that an EncodingAESKey (43 characters) stands for; its first 16 bytes are the IV. */
export function aesKeyOf(encodingAesKey: string): Buffer {
  return sealKeyOf(encodingAesKey);
}

export interface SignedParts {
  readonly token: string;
  readonly timestamp: string;
  readonly nonce: string;
  /** The encrypted text is signed too: tutorials with three parts speak of another product. */
  readonly encrypted: string;
}

/**
 * The signature a callback must carry.
 *
 * @see https://developer.work.weixin.qq.com/document/path/90968
 */
export function signature({ token, timestamp, nonce, encrypted }: SignedParts): string {
  return sealSignature(token, timestamp, nonce, encrypted);
}

/** Whether `given` is the signature; takes the same time whatever is wrong with it. */
export function verifySignature(given: string, parts: SignedParts): boolean {
  const expected = Buffer.from(signature(parts));
  const actual = Buffer.from(given);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** What stood in a callback, and for whom it was made (a corpid; empty for an AI bot). */
export interface Opened {
  readonly text: string;
  readonly receiveId: string;
}

/**
 * Opens the encrypted text of a callback.
 *
 * @throws {GatewayError} `decrypt_failed` when it was made with another key, is cut, or is padded wrongly.
 */
export function decrypt(encrypted: string, key: Uint8Array): Opened {
  const { text, owner } = coded(() => openSeal(encrypted, key));
  return { text, receiveId: owner };
}

/**
 * Closes an answer the way callbacks are closed.
 *
 * @param random - 16 bytes; only tests give them.
 */
export function encrypt(text: string, key: Uint8Array, receiveId: string, random?: Uint8Array): string {
  return seal(text, key, receiveId, random);
}

/**
 * Opens a file that came through an AI bot: the bytes alone, without head and receiver.
 *
 * @throws {GatewayError} `decrypt_failed`.
 * @see https://developer.work.weixin.qq.com/document/path/100719
 */
export function decryptFile(bytes: Uint8Array, key: Uint8Array): Buffer {
  return coded(() => openBytes(bytes, key));
}

function coded<T>(open: () => T): T {
  try {
    return open();
  } catch (cause) {
    if (!(cause instanceof BrokenSeal)) throw cause;
    const why = 'it was not made with our EncodingAESKey, or was changed on its way';
    throw new GatewayError('decrypt_failed', `an encrypted body ${cause.message}: ${why}`, { cause });
  }
}
