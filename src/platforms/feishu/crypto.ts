import { createDecipheriv, createHash, createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../../core/errors.ts';

const IV_BYTES = 16;

/** The AES key that an Encrypt Key stands for. */
export function decryptionKey(encryptKey: string): KeyObject {
  return createSecretKey(createHash('sha256').update(encryptKey, 'utf8').digest());
}

/**
 * Opens the `encrypt` field of a delivery: AES-256-CBC, the first 16 bytes are the IV, PKCS#7 padding.
 *
 * @throws {GatewayError} `decrypt_failed` when it was made with another key, is cut or is no base64.
 * @see https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/encrypt-key-encryption-configuration-case
 */
export function decrypt(encrypted: string, key: KeyObject): string {
  const blob = Buffer.from(encrypted, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-cbc', key, blob.subarray(0, IV_BYTES));
    return Buffer.concat([decipher.update(blob.subarray(IV_BYTES)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new GatewayError('decrypt_failed', `an encrypted body of ${blob.length} bytes does not open with our key`, {
      cause,
    });
  }
}

export interface SignedParts {
  readonly timestamp: string;
  readonly nonce: string;
  readonly encryptKey: string;
  /** The bytes as received, still encrypted. */
  readonly body: Uint8Array;
}

/** The signature a delivery must carry: a plain SHA-256 over timestamp, nonce, Encrypt Key and body, in hex. */
export function signature(parts: SignedParts): Buffer {
  const head = Buffer.from(parts.timestamp + parts.nonce + parts.encryptKey);
  return hash('sha256', Buffer.concat([head, parts.body]), 'buffer');
}

/** Whether `given` is the signature in lower-case hex, as the vendor writes it; takes the same time whatever is wrong with it. */
export function verifySignature(given: string, parts: SignedParts): boolean {
  const [actual, wanted] = [Buffer.from(given), Buffer.from(signature(parts).toString('hex'))];
  return actual.length === wanted.length && timingSafeEqual(actual, wanted);
}

/** Compares what is given with a secret, in a time that tells nothing about either. */
export function secretTest(expected: string): (given: string) => boolean {
  const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
  const wanted = digest(expected);
  return (given) => timingSafeEqual(digest(given), wanted);
}
