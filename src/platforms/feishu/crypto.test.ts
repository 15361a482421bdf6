import { describe, expect, it } from 'vitest';
import { decrypt, decryptionKey, secretTest, signature, verifySignature } from './crypto.ts';

// The first is the vendor's published example; the rest were computed once by hand, from the documented formula.
const OFFICIAL = { key: 'test key', encrypted: 'P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=', plain: 'hello world' };
const BODY =
  '{"encrypt":"AAECAwQFBgcICQoLDA0OD1gjsd8Dx5fFqtUxtQMFT8g7db5RfpLo87fQ70S+4I7I6JiCqyBU14+gPu0VgqfBVYa1gSSjNCff32nArfuBGAXdOJQcRjGjWvJGlvCD4Lq/"}';
const PARTS = { timestamp: '1700000000', nonce: 'nonce-1', encryptKey: 'ek-demo', body: Buffer.from(BODY) };
const SIGNATURE = 'c50dc6f9f1bb365203f19fa3e41ac20f23e603731270b0d6b264dfaa098f93c6';

describe('opening an encrypted body', () => {
  it('reads the vendor’s example', () => {
    expect(decrypt(OFFICIAL.encrypted, decryptionKey(OFFICIAL.key))).toBe(OFFICIAL.plain);
  });

  it('reads a challenge', () => {
    const { encrypt } = JSON.parse(BODY) as { encrypt: string };
    const plain = decrypt(encrypt, decryptionKey('ek-demo'));
    expect(JSON.parse(plain)).toEqual({ challenge: 'abc-123', token: 'vt-demo', type: 'url_verification' });
  });

  it.each([
    ['another key', OFFICIAL.encrypted, 'other key'],
    ['a cut body', OFFICIAL.encrypted.slice(0, 30), OFFICIAL.key],
    ['nothing', '', OFFICIAL.key],
    ['no base64', '*** not base64 ***', OFFICIAL.key],
  ])('refuses %s', (_, encrypted, key) => {
    expect(() => decrypt(encrypted, decryptionKey(key))).toThrow(expect.objectContaining({ code: 'decrypt_failed' }));
  });
});

describe('the signature', () => {
  it('is SHA-256 over timestamp, nonce, Encrypt Key and the raw body', () => {
    expect(signature(PARTS).toString('hex')).toBe(SIGNATURE);
    expect(verifySignature(SIGNATURE, PARTS)).toBe(true);
  });

  it.each([
    ['the body', { body: Buffer.from(BODY.replace('AAEC', 'AAED')) }],
    ['only a space in the body', { body: Buffer.from(BODY.replace(':', ': ')) }],
    ['the timestamp', { timestamp: '1700000001' }],
    ['the nonce', { nonce: 'nonce-2' }],
    ['the key', { encryptKey: 'ek-other' }],
  ])('does not fit when %s differs', (_, change) => {
    expect(verifySignature(SIGNATURE, { ...PARTS, ...change })).toBe(false);
  });

  it.each(['', 'zz', SIGNATURE.slice(2), `${SIGNATURE}00`, `${SIGNATURE}zz`, 'é'.repeat(64)])(
    'is refused as %j',
    (given) => {
      expect(verifySignature(given, PARTS)).toBe(false);
    },
  );
});

describe('comparing secrets', () => {
  it('tells equal from different, also of different lengths', () => {
    expect(secretTest('vt-demo')('vt-demo')).toBe(true);
    expect(secretTest('vt-demo')('vt-demo2')).toBe(false);
    expect(secretTest('vt-demo')('')).toBe(false);
  });
});
