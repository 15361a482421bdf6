import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Padding goes up to whole blocks of this many bytes, twice what the cipher itself needs. */
const BLOCK = 32;
/** Random bytes, then the length of the message. */
const HEAD = 20;

/** @param encodingAesKey - 43 characters, as the back office shows it. */
export function aesKeyOf(encodingAesKey: string): Buffer {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  if (key.length !== 32) throw new Error('an EncodingAESKey has 43 characters');
  return key;
}

/** An EncodingAESKey that stays the same for the same seed. */
export function encodingKeyFrom(hex64: string): string {
  // The back office gives letters and digits only.
  return Buffer.from(hex64, 'hex').toString('base64').slice(0, 43).replace(/[+/]/g, 'x');
}

/** @param random - 16 bytes; others only for vectors. */
export function encrypt(message: string, key: Buffer, receiveId: string, random = randomBytes(16)): string {
  const text = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return cipher(Buffer.concat([random, length, text, Buffer.from(receiveId)]), key).toString('base64');
}

/**
 * @param receiveId - Must stand behind the message; undefined when any will do.
 * @throws {Error} With the reason, when it is not what this key encrypted.
 */
export function decrypt(encrypted: string, key: Buffer, receiveId?: string): string {
  const sealed = Buffer.from(encrypted, 'base64');
  if (sealed.length === 0 || sealed.length % BLOCK !== 0) throw new Error('the ciphertext has no whole blocks');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const plain = unpad(Buffer.concat([decipher.update(sealed), decipher.final()]));
  if (plain.length < HEAD) throw new Error('the plaintext is shorter than its head');
  const end = HEAD + plain.readUInt32BE(16);
  if (end > plain.length) throw new Error('the plaintext is shorter than it says');
  const receiver = plain.subarray(end).toString();
  if (receiveId !== undefined && receiver !== receiveId) throw new Error(`the receiveid is "${receiver}"`);
  return plain.subarray(HEAD, end).toString();
}

/** Lowercase hex SHA-1 over all four parts, sorted. */
export function signature(token: string, timestamp: string | number, nonce: string, encrypted: string): string {
  const parts = [token, String(timestamp), nonce, encrypted].sort();
  return createHash('sha1').update(parts.join('')).digest('hex');
}

/** A file as a bot gets it: the bytes alone, with neither head nor receiver. */
export function encryptFile(content: Buffer, key: Buffer): Buffer {
  return cipher(content, key);
}

function cipher(plain: Buffer, key: Buffer): Buffer {
  const amount = BLOCK - (plain.length % BLOCK);
  const made = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([made.update(plain), made.update(Buffer.alloc(amount, amount)), made.final()]);
}

function unpad(padded: Buffer): Buffer {
  const amount = padded.at(-1) ?? 0;
  const padding = padded.subarray(padded.length - amount);
  if (amount < 1 || amount > BLOCK || padding.some((byte) => byte !== amount)) throw new Error('the padding is wrong');
  return padded.subarray(0, padded.length - amount);
}
