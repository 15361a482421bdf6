import { describe, expect, it } from 'vitest';
import { codeOfNew, codeOfOld, scopesIn } from './answer-codes.ts';
import { failureOf, isQuotaGone, NOT_THE_VENDOR, refusal } from './errors.ts';

const refuse = (code: string, status = 400) => refusal({ api: 'card.stream', status, code, requestId: 'req-1' });

describe('a refusal', () => {
  it.each([
    ['Forbidden.AccessDenied.QpsLimitForAppkeyAndApi', 403, 'platform_throttled'],
    ['Forbidden.AccessDenied.QpmLimitForSuitekeyAndOrgAndApi', 403, 'platform_throttled'],
    ['send.too.fast', 400, 'platform_throttled'],
    ['90018', 200, 'platform_throttled'],
    ['system.busy', 429, 'platform_throttled'],
    ['Forbidden.AccessDenied.AccessTokenPermissionDenied', 403, 'platform_forbidden'],
    ['Forbidden.AccessDenied.ApiCountLimitForOrg', 403, 'platform_forbidden'],
    ['Forbidden.AccessDenied.IpNotInWhiteList', 403, 'platform_misconfigured'],
    ['invalidClientIdOrSecret', 400, 'platform_misconfigured'],
    ['authFailed', 401, 'platform_misconfigured'],
    ['InvalidAuthentication', 400, 'platform_token_invalid'],
    ['Unauthorized', 401, 'platform_token_invalid'],
    ['unauthorized', 400, 'platform_forbidden'],
    ['42001', 200, 'platform_token_invalid'],
    ['300001', 200, 'platform_target_gone'],
    ['staffId.notExisted', 400, 'platform_target_gone'],
    ['param.cardNotExist', 400, 'platform_update_closed'],
    ['contain.notAllowed.text', 400, 'platform_content_refused'],
    ['contain.notAllowed.something', 400, 'platform_content_refused'],
    ['param.somethingElse', 400, 'platform_rejected'],
    ['unknownError', 500, 'platform_rejected'],
    ['GatewayTimeout', 504, 'platform_unavailable'],
    [NOT_THE_VENDOR, 200, 'platform_unavailable'],
  ])('%s with HTTP %i is %s', (code, status, failure) => expect(failureOf(code, status)).toBe(failure));

  it('says how long to wait where it is about haste', () => {
    expect(refuse('send.too.fast').retryAfterMs).toBe(2_000);
    expect(refuse('130101').retryAfterMs).toBe(60_000);
    expect(refuse('1111').retryAfterMs).toBe(300_000);
    expect(refuse('param.empty').retryAfterMs).toBeUndefined();
  });

  it('names the rights that are missing, for the operator', () => {
    const body = { accessdenieddetail: { requiredScopes: ['Card.Streaming.Write', 7] } };
    const error = refusal({ api: 'card.stream', status: 403, code: 'x', requestId: '', scopes: scopesIn(body) });
    expect(error.message).toContain('Card.Streaming.Write');
  });

  it('knows when the month’s calls are used up', () => {
    expect(isQuotaGone(refuse('Forbidden.AccessDenied.ApiCountLimitForOrg', 403))).toBe(true);
    expect(isQuotaGone(refuse('90020'))).toBe(true);
    expect(isQuotaGone(refuse('90018'))).toBe(false);
  });
});

describe('an answer', () => {
  it('of the new API is a success by its status, unless it says otherwise', () => {
    expect(codeOfNew({ status: 200, body: { success: true } })).toBe('0');
    expect(codeOfNew({ status: 200, body: { success: false } })).toBe('success.false');
    expect(codeOfNew({ status: 400, body: { code: 'param.empty' } })).toBe('param.empty');
    expect(codeOfNew({ status: 504, body: {} })).toBe('504');
    expect(codeOfNew({ status: 200, body: undefined })).toBe(NOT_THE_VENDOR);
  });

  it('of the old API is a success by its code, whose cause may stand inside', () => {
    expect(codeOfOld({ status: 200, body: { errcode: 0 } })).toBe('0');
    expect(codeOfOld({ status: 200, body: { errcode: 88, sub_code: '60020' } })).toBe('60020');
    expect(codeOfOld({ status: 200, body: { errcode: 88 } })).toBe('88');
    expect(codeOfOld({ status: 200, body: {} })).toBe(NOT_THE_VENDOR);
  });

  it('of the guard before both is about our address', () => {
    const body = { status: 1111, wait: 5, source: 'x5', punish: 'deny' };
    expect(codeOfOld({ status: 200, body })).toBe('1111');
    expect(codeOfNew({ status: 200, body })).toBe('1111');
  });
});
