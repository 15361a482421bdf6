import { describe, expect, it } from 'vitest';
import { failureOf, NOT_THE_VENDOR, refusal, vendorCodeOf } from './errors.ts';

const OK = 200;
const message = (code: number, ip = '203.0.113.9') =>
  `some words, hint: [1767225600000001], from ip: ${ip}, more info at https://open.work.weixin.qq.com/devtool/query?e=${code}`;
const refused = (code: number, status = OK) => refusal({ api: 'message.send', status, code, message: message(code) });

describe('what a refusal means', () => {
  it.each([
    ['platform_throttled', [45009, 45033, 45036]],
    ['platform_unavailable', [-1, 6000, 45035, 41096, 301057, 846609]],
    ['platform_token_invalid', [40014, 42001]],
    ['platform_misconfigured', [40001, 40013, 40056, 43012, 50003, 60020, 853000, 93019]],
    ['platform_forbidden', [48002, 48006, 48007, 301055, 60030]],
    ['platform_content_refused', [40007, 44004, 45002, 42014, 42033, 42051, 85002, 301017]],
    ['platform_target_gone', [81013, 60111, 86001, 93000, 95002, 95018, 41050]],
    ['platform_update_closed', [60140, 42052, 846605, 846608]],
    ['platform_rejected', [40058, 95033]],
    ['approval_form_invalid', [301025]],
    ['approval_unknown', [301026]],
  ] as const)('is %s for its codes', (failure, codes) => {
    expect(codes.map((code) => failureOf(code, OK))).toEqual(codes.map(() => failure));
  });

  it('goes by the HTTP status where the code is on no page', () => {
    expect([failureOf(123_456, 200), failureOf(123_456, 429), failureOf(NOT_THE_VENDOR, 502)]).toEqual([
      'platform_rejected',
      'platform_throttled',
      'platform_unavailable',
    ]);
  });

  it('waits a minute when it was too often', () => {
    expect(refused(45009).retryAfterMs).toBe(60_000);
    expect(refused(40058).retryAfterMs).toBeUndefined();
  });

  it('keeps the vendor’s number, and the number by which its support finds the request', () => {
    expect(vendorCodeOf(refused(60111))).toBe(60111);
    expect(refused(60111).message).toBe('message.send: code 60111, HTTP 200, request 1767225600000001');
  });

  it('names our address when it is not trusted', () => {
    const error = refused(60020);
    expect(error.ip).toBe('203.0.113.9');
    expect(error.message).toContain('not among the app’s trusted IPs (203.0.113.9)');
  });

  it('repeats nothing else of what the vendor wrote', () => {
    const told = refusal({ api: 'message.send', status: OK, code: 40058, message: 'invalid content "secret words"' });
    expect(told.message).not.toContain('secret');
  });
});
