import { describe, expect, it } from 'vitest';
import { sealSignature } from '../../lib/sealed-callback.ts';
import { decryptEvent, encryptEvent, openEvent, sealAnswer } from './event-crypto.ts';

const SECRETS = {
  eventToken: 'gwTok2026',
  eventAesKey: 'c2ltdWxhdG9yLWFlcy1rZXktZm9yLXVuaXQtdGVzdHM',
  owner: 'dingsimapp0000000001',
};
const RANDOM = Buffer.from('ABCDEFGHIJKLMNOP');
const AT = 1_767_225_600_000;
const QUERY = { timestamp: String(AT), nonce: 'n0nce-A1b2' };
const CHECK_URL = {
  text: '{"EventType":"check_url"}',
  encrypt:
    'vdPC+BdMX47Uay2AAB6yupv7n2nQeHlHV1AlawuyhauICCLWns/rC74sXbWT7lr/ECsId1H/OIqlMwQ90Pw6KqSMx6+Bz7v6D+i+48IOgFQnco9DLIr597pTDtDCjtnl',
  signature: 'c33e74529f8a2cc30cd6ddeb184b088e42c22412',
};

describe('the crypto of events over HTTP', () => {
  it.each([
    [
      'success',
      'vdPC+BdMX47Uay2AAB6yukk1s5o6I09ruzm/H0BXByygkbLS2frafIxnsl5U5rLnxd8KPVkwu5WrQ6wy4taICQ==',
      '93a0f3630370ad2cfa8dccf64b2d14f85d66e20d',
    ],
    [CHECK_URL.text, CHECK_URL.encrypt, CHECK_URL.signature],
    [
      '{"title":"报销单"}',
      'vdPC+BdMX47Uay2AAB6yuqqF1b4iqgXt46V3nVcFSSSW3p3hMj2iE1krMw0EPp3+M+aUxuDhrWPRLH7s7Gu/SQ==',
      '01720997b56d06baa256733d700be1e19a54625a',
    ],
  ])('closes, opens and signs %s as the vectors say', (text, encrypted, signature) => {
    expect(encryptEvent(text, SECRETS, RANDOM)).toBe(encrypted);
    expect(decryptEvent(encrypted, SECRETS.eventAesKey)).toEqual({ text, owner: SECRETS.owner });
    expect(sealSignature(SECRETS.eventToken, QUERY.timestamp, QUERY.nonce, encrypted)).toBe(signature);
  });

  it('opens the example of the vendor’s own libraries', () => {
    const encrypted = 'YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==';
    expect(decryptEvent(encrypted, '1234567890123456789012345678901234567890123')).toEqual({
      text: 'success',
      owner: 'dingsnotzck6pm5veliw',
    });
    expect(sealSignature('123456', '1614767836', 'A7Co0cJLMzIDtMMI', encrypted)).toBe(
      '9a95a004dd16f5c307e849b994173f76aa26e5eb',
    );
  });

  const open = (query: Record<string, string>, encrypt = CHECK_URL.encrypt, now = AT, secrets = SECRETS): string =>
    openEvent({ ...QUERY, msg_signature: CHECK_URL.signature, ...query }, { encrypt }, secrets, now);
  const flipped = CHECK_URL.encrypt.replace('vdPC', 'vdPD');

  it('lets in what the vendor has signed, by either name of the signature', () => {
    expect(open({})).toBe(CHECK_URL.text);
    const { msg_signature: _, ...rest } = { ...QUERY, msg_signature: '' };
    expect(openEvent({ ...rest, signature: CHECK_URL.signature }, { encrypt: CHECK_URL.encrypt }, SECRETS, AT)).toBe(
      CHECK_URL.text,
    );
  });

  it.each<[string, string, () => string]>([
    ['a changed event', 'signature_invalid', () => open({}, flipped)],
    ['another signature', 'signature_invalid', () => open({ msg_signature: '0'.repeat(40) })],
    ['no signature', 'signature_missing', () => open({ msg_signature: '' })],
    ['no nonce', 'signature_missing', () => open({ nonce: '' })],
    ['an event of long ago', 'timestamp_stale', () => open({}, CHECK_URL.encrypt, AT + 3_600_000)],
    [
      'an event for another app',
      'app_mismatch',
      () => open({}, CHECK_URL.encrypt, AT, { ...SECRETS, owner: 'dingother' }),
    ],
    [
      'what another key has closed',
      'decrypt_failed',
      () => open({}, CHECK_URL.encrypt, AT, { ...SECRETS, eventAesKey: 'A'.repeat(43) }),
    ],
  ])('refuses %s', (_, code, run) => {
    expect(run).toThrow(expect.objectContaining({ code }));
  });

  it('answers with the word closed and signed, the same to the same event', () => {
    const answer = JSON.parse(sealAnswer('success', QUERY, SECRETS)) as Record<string, string>;
    expect(decryptEvent(answer['encrypt'] ?? '', SECRETS.eventAesKey).text).toBe('success');
    expect(answer).toMatchObject({ timeStamp: QUERY.timestamp, nonce: QUERY.nonce });
    expect(answer['msg_signature']).toBe(
      sealSignature(SECRETS.eventToken, QUERY.timestamp, QUERY.nonce, answer['encrypt'] ?? ''),
    );
    expect(sealAnswer('success', QUERY, SECRETS)).toBe(JSON.stringify(answer));
    expect(sealAnswer('success', { ...QUERY, nonce: 'other' }, SECRETS)).not.toBe(JSON.stringify(answer));
  });
});
