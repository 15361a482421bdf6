import { createDecipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aesKey, encrypt, sign } from './crypto.ts';

const PLAIN = '{"challenge":"abc-123","token":"vt-demo","type":"url_verification"}';
const CIPHERTEXT =
  'AAECAwQFBgcICQoLDA0OD1gjsd8Dx5fFqtUxtQMFT8g7db5RfpLo87fQ70S+4I7I6JiCqyBU14+gPu0VgqfBVYa1gSSjNCff32nArfuBGAXdOJQcRjGjWvJGlvCD4Lq/';

function decrypt(blob: string, key: Buffer): string {
  const bytes = Buffer.from(blob, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(0, 16));
  return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString();
}

describe('deliveries of Feishu', () => {
  it('derives the key with which the vendor’s published example can be read', () => {
    expect(decrypt('P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=', aesKey('test key'))).toBe('hello world');
  });

  it('encrypts to the known bytes for a known IV', () => {
    const iv = Buffer.from(Array.from({ length: 16 }, (_, index) => index));
    expect(encrypt(PLAIN, aesKey('ek-demo'), iv)).toBe(CIPHERTEXT);
  });

  it('uses a new IV each time', () => {
    const key = aesKey('ek-demo');
    expect(encrypt(PLAIN, key)).not.toBe(encrypt(PLAIN, key));
    expect(decrypt(encrypt('你好', key), key)).toBe('你好');
  });

  it('signs timestamp, nonce, Encrypt Key and the encrypted body', () => {
    expect(sign('1700000000', 'nonce-1', 'ek-demo', `{"encrypt":"${CIPHERTEXT}"}`)).toBe(
      'c50dc6f9f1bb365203f19fa3e41ac20f23e603731270b0d6b264dfaa098f93c6',
    );
  });
});
