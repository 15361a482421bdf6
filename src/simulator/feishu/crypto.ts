import { createCipheriv, createHash, randomBytes } from 'node:crypto';

/** The key that an Encrypt Key stands for; made once an app. */
export function aesKey(encryptKey: string): Buffer {
  return createHash('sha256').update(encryptKey, 'utf8').digest();
}

/**
 * Encrypts a delivery's JSON as Feishu does: AES-256-CBC, PKCS#7, the IV in front, base64.
 * @see https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/encrypt-key-encryption-configuration-case
 */
export function encrypt(plain: string, key: Buffer, iv: Buffer = randomBytes(16)): string {
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  return Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final()]).toString('base64');
}

/** `X-Lark-Signature` of an event or a new card callback: over the bytes that are sent, so the ciphertext. */
export function sign(timestamp: string, nonce: string, encryptKey: string, body: string): string {
  return createHash('sha256')
    .update(timestamp + nonce + encryptKey + body, 'utf8')
    .digest('hex');
}
