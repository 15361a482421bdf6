import { createCipheriv, createDecipheriv, createSecretKey, hash, type KeyObject, randomBytes } from 'node:crypto';

/*
 * The scheme in which WeCom and DingTalk close what they send to an address: AES-256-CBC over 16 random bytes, the message's length, the
 * message and its owner, padded to blocks of 32 bytes; signed with SHA-1 over four sorted parts.
 */

const ALGORITHM = 'aes-256-cbc';
const IV_BYTES = 16;
/** The padding's block; the cipher's own is half of it, which is why it pads nothing itself. */
const BLOCK_BYTES = 32;
const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;
const HEAD_BYTES = RANDOM_BYTES + LENGTH_BYTES;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What is not to be opened: made with another key, cut, or padded wrongly. The message says which. */
export class BrokenSeal extends Error {}

/** The AES key that 43 letters and digits stand for; its first 16 bytes are the IV. */
export function sealKeyOf(encodingAesKey: string): Buffer {
  return Buffer.from(`${encodingAesKey}=`, 'base64');
}

/** SHA-1 over the four parts in the order of their bytes, in lower-case hex. */
export function sealSignature(token: string, timestamp: string, nonce: string, encrypted: string): string {
  const parts = [token, timestamp, nonce, encrypted].map((part) => Buffer.from(part));
  parts.sort((a, b) => Buffer.compare(a, b));
  return hash('sha1', Buffer.concat(parts), 'hex');
}

/** What stood in a closed text, and for whom it was made. */
export interface OpenedSeal {
  readonly text: string;
  readonly owner: string;
}

/** @throws {BrokenSeal} */
export function openSeal(encrypted: string, key: Uint8Array): OpenedSeal {
  const plain = openBytes(Buffer.from(encrypted, 'base64'), key);
  if (plain.length < HEAD_BYTES) throw new BrokenSeal('has no head');
  const length = plain.readUInt32BE(RANDOM_BYTES);
  if (length > plain.length - HEAD_BYTES) throw new BrokenSeal('says it is longer than it is');
  const end = HEAD_BYTES + length;
  return { text: textOf(plain.subarray(HEAD_BYTES, end)), owner: textOf(plain.subarray(end)) };
}

/** @param random - 16 bytes. */
export function seal(
  text: string,
  key: Uint8Array,
  owner: string,
  random: Uint8Array = randomBytes(RANDOM_BYTES),
): string {
  const message = Buffer.from(text);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(message.length);
  const plain = pad(Buffer.concat([random.subarray(0, RANDOM_BYTES), length, message, Buffer.from(owner)]));
  const cipher = createCipheriv(ALGORITHM, key, key.subarray(0, IV_BYTES)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

/** The bytes alone, of what has neither head nor owner. @throws {BrokenSeal} */
export function openBytes(bytes: Uint8Array, key: Uint8Array): Buffer {
  try {
    const decipher = createDecipheriv(ALGORITHM, keyObjectOf(key), key.subarray(0, IV_BYTES)).setAutoPadding(false);
    return unpad(Buffer.concat([decipher.update(bytes), decipher.final()]));
  } catch (cause) {
    if (cause instanceof BrokenSeal) throw cause;
    throw new BrokenSeal('is no whole number of blocks', { cause });
  }
}

/** Made once for each key: from bytes it would be made anew for each text, which takes longer than to open it. */
function keyObjectOf(key: Uint8Array): KeyObject {
  const known = KEY_OBJECTS.get(key);
  if (known) return known;
  const made = createSecretKey(key);
  KEY_OBJECTS.set(key, made);
  return made;
}

const KEY_OBJECTS = new WeakMap<Uint8Array, KeyObject>();

function pad(plain: Buffer): Buffer {
  const count = BLOCK_BYTES - (plain.length % BLOCK_BYTES);
  return Buffer.concat([plain, Buffer.alloc(count, count)]);
}

function unpad(plain: Buffer): Buffer {
  const count = plain.at(-1) ?? 0;
  const end = plain.length - count;
  const isPadded = count >= 1 && count <= BLOCK_BYTES && end >= 0;
  if (!isPadded || !plain.subarray(end).every((byte) => byte === count)) throw new BrokenSeal('is padded wrongly');
  return plain.subarray(0, end);
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new BrokenSeal('is not UTF-8', { cause });
  }
}
