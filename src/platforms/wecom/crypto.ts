import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../../core/errors.ts';
import { PADDING_BLOCK_BYTES, RANDOM_BYTES } from './limits.ts';

const ALGORITHM = 'aes-256-cbc';
const IV_BYTES = 16;
const LENGTH_BYTES = 4;
const HEAD_BYTES = RANDOM_BYTES + LENGTH_BYTES;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The AES key that an EncodingAESKey (43 characters) stands for; its first 16 bytes are the IV. */
export function aesKeyOf(encodingAesKey: string): Buffer {
  return Buffer.from(`${encodingAesKey}=`, 'base64');
}

export interface SignedParts {
  readonly token: string;
  readonly timestamp: string;
  readonly nonce: string;
  /** The encrypted text is signed too: tutorials with three parts speak of another product. */
  readonly encrypted: string;
}

/**
 * The signature a callback must carry: SHA-1 over the four parts, sorted byte by byte, in lower-case hex.
 *
 * @see https://developer.work.weixin.qq.com/document/path/90968
 */
export function signature(parts: SignedParts): string {
  const sorted = [parts.token, parts.timestamp, parts.nonce, parts.encrypted].map((part) => Buffer.from(part));
  sorted.sort((a, b) => Buffer.compare(a, b));
  return createHash('sha1').update(Buffer.concat(sorted)).digest('hex');
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
 * Opens the encrypted text of a callback: 16 random bytes, the length, the message, the receiver's id; padded to 32 bytes.
 *
 * @throws {GatewayError} `decrypt_failed` when it was made with another key, is cut, or is padded wrongly.
 */
export function decrypt(encrypted: string, key: Uint8Array): Opened {
  const plain = unpad(decryptBlocks(Buffer.from(encrypted, 'base64'), key));
  if (plain.length < HEAD_BYTES) throw broken('has no head');
  const length = plain.readUInt32BE(RANDOM_BYTES);
  if (length > plain.length - HEAD_BYTES) throw broken('says it is longer than it is');
  const end = HEAD_BYTES + length;
  return { text: textOf(plain.subarray(HEAD_BYTES, end)), receiveId: textOf(plain.subarray(end)) };
}

/**
 * Closes an answer the way callbacks are closed.
 *
 * @param random - 16 bytes; only tests give them.
 */
export function encrypt(text: string, key: Uint8Array, receiveId: string, random = randomBytes(RANDOM_BYTES)): string {
  const message = Buffer.from(text);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(message.length);
  const plain = pad(Buffer.concat([random, length, message, Buffer.from(receiveId)]));
  const cipher = createCipheriv(ALGORITHM, key, key.subarray(0, IV_BYTES)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

/**
 * Opens a file that came through an AI bot: the bytes alone, without head and receiver.
 *
 * @throws {GatewayError} `decrypt_failed`.
 * @see https://developer.work.weixin.qq.com/document/path/100719
 */
export function decryptFile(bytes: Uint8Array, key: Uint8Array): Buffer {
  return unpad(decryptBlocks(bytes, key));
}

function decryptBlocks(bytes: Uint8Array, key: Uint8Array): Buffer {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, key.subarray(0, IV_BYTES)).setAutoPadding(false);
    return Buffer.concat([decipher.update(bytes), decipher.final()]);
  } catch (cause) {
    throw broken('is no whole number of blocks', cause);
  }
}

function pad(plain: Buffer): Buffer {
  const count = PADDING_BLOCK_BYTES - (plain.length % PADDING_BLOCK_BYTES);
  return Buffer.concat([plain, Buffer.alloc(count, count)]);
}

/** The padding has up to 32 bytes, which no library's own 16-byte padding takes away. */
function unpad(plain: Buffer): Buffer {
  const count = plain.at(-1) ?? 0;
  if (count < 1 || count > PADDING_BLOCK_BYTES || count > plain.length) throw broken('is padded wrongly');
  const end = plain.length - count;
  if (!plain.subarray(end).every((byte) => byte === count)) throw broken('is padded wrongly');
  return plain.subarray(0, end);
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw broken('is not UTF-8', cause);
  }
}

function broken(why: string, cause?: unknown): GatewayError {
  const message = `an encrypted body ${why}: it was not made with our EncodingAESKey, or was changed on its way`;
  return new GatewayError('decrypt_failed', message, cause === undefined ? {} : { cause });
}
