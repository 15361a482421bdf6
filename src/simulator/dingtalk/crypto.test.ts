import { describe, expect, it } from 'vitest';
import { decryptEvent, type EventKeys, encryptEvent, signEvent } from './crypto.ts';

const KEYS: EventKeys = {
  token: 'gwTok2026',
  aesKey: 'c2ltdWxhdG9yLWFlcy1rZXktZm9yLXVuaXQtdGVzdHM',
  owner: 'dingsimapp0000000001',
};
const RANDOM = Buffer.from('ABCDEFGHIJKLMNOP');

describe('an event over HTTP', () => {
  it.each([
    [
      'success',
      'vdPC+BdMX47Uay2AAB6yukk1s5o6I09ruzm/H0BXByygkbLS2frafIxnsl5U5rLnxd8KPVkwu5WrQ6wy4taICQ==',
      '93a0f3630370ad2cfa8dccf64b2d14f85d66e20d',
    ],
    [
      '{"title":"报销单"}',
      'vdPC+BdMX47Uay2AAB6yuqqF1b4iqgXt46V3nVcFSSSW3p3hMj2iE1krMw0EPp3+M+aUxuDhrWPRLH7s7Gu/SQ==',
      '01720997b56d06baa256733d700be1e19a54625a',
    ],
  ])('is encrypted and signed as the vector of %s says', (plain, encrypted, signature) => {
    expect(encryptEvent(plain, KEYS, RANDOM)).toBe(encrypted);
    expect(signEvent(KEYS, '1767225600000', 'n0nce-A1b2', encrypted)).toBe(signature);
    expect(decryptEvent(encrypted, KEYS)).toBe(plain);
    expect(() => decryptEvent(encrypted, { ...KEYS, owner: 'another' })).toThrow('somebody else');
  });

  it('reads the vendor’s own sample', () => {
    const aesKey = '1234567890123456789012345678901234567890123';
    const keys = { token: '123456', aesKey, owner: 'dingsnotzck6pm5veliw' };
    const encrypted = 'YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==';
    expect(signEvent(keys, '1614767836', 'A7Co0cJLMzIDtMMI', encrypted)).toBe(
      '9a95a004dd16f5c307e849b994173f76aa26e5eb',
    );
    expect(decryptEvent(encrypted, keys)).toBe('success');
  });
});
