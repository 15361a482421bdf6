import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

/** A key of 32 bytes with the name that stands in front of all it has sealed. */
export interface SealingKey {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Sealer {
  /** Under the first key. The same text is sealed the same way, so that sealed texts can be compared. */
  seal(text: string): string;
  /** Under each of the keys, the first one first, and last as it is. */
  everyForm(text: string): readonly string[];
  /**
   * What was sealed under any of the keys; a text that was never sealed comes back as it is.
   * @throws {SealError} when its key is not among ours, or the text was changed.
   */
  open(text: string): string;
}

export class SealError extends Error {
  readonly why: 'unknown-key' | 'tampered';

  constructor(why: 'unknown-key' | 'tampered', message: string) {
    super(message);
    this.name = 'SealError';
    this.why = why;
  }
}

/** What every sealed text begins with; the name of its key follows. */
export const SEALED = 'sealed:1:';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals texts with AES-256-GCM: `sealed:1:<key's name>:<base64url of IV, ciphertext and tag>`.
 *
 * The IV is made of the text itself by HMAC under a key of its own, as SIV modes do: no two texts share one, and no counter has to be kept.
 *
 * @param keys - The first one seals, all of them open; at least one.
 */
export function createSealer(keys: readonly SealingKey[]): Sealer {
  const pairs = keys.map(({ name, bytes }) => ({
    name,
    cipher: derive(bytes, 'cipher'),
    iv: derive(bytes, 'iv'),
  }));
  const [first] = pairs;
  if (!first) throw new RangeError('a sealer needs a key');
  const byName = new Map(pairs.map((pair) => [pair.name, pair]));
  return {
    seal: (text) => sealWith(first, text),
    everyForm: (text) => [...pairs.map((pair) => sealWith(pair, text)), text],
    open(text) {
      if (!text.startsWith(SEALED)) return text;
      const end = text.indexOf(':', SEALED.length);
      const name = text.slice(SEALED.length, end);
      const pair = byName.get(name);
      if (!pair) throw new SealError('unknown-key', `a text was sealed under the key ${name}, which is not among ours`);
      return openWith(pair, Buffer.from(text.slice(end + 1), 'base64url'));
    },
  };
}

interface KeyPair {
  readonly name: string;
  readonly cipher: Buffer;
  readonly iv: Buffer;
}

function derive(key: Uint8Array, use: string): Buffer {
  return createHmac('sha256', key).update(`posthouse ${use}`).digest();
}

function sealWith({ name, cipher: key, iv: ivKey }: KeyPair, text: string): string {
  const iv = createHmac('sha256', ivKey).update(text).digest().subarray(0, IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${SEALED}${name}:${sealed.toString('base64url')}`;
}

function openWith({ name, cipher: key }: KeyPair, sealed: Buffer): string {
  try {
    const iv = sealed.subarray(0, IV_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const text = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    return text.toString('utf8');
  } catch (cause) {
    throw new SealError('tampered', `a text sealed under the key ${name} was changed: ${(cause as Error).message}`);
  }
}
