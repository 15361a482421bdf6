import { describe, expect, it } from 'vitest';
import { checkSetup } from './check.ts';
import type { DingtalkClient } from './client.ts';
import { dingtalkConfigSchema } from './config.ts';
import { DingtalkError, NOT_THE_VENDOR } from './errors.ts';

const config = dingtalkConfigSchema.parse({ clientId: 'ding-x', clientSecret: 's' });
const signal = AbortSignal.timeout(5_000);

/** A client whose token is refused so. */
function refusing(code: string): DingtalkClient {
  const failure = code === NOT_THE_VENDOR ? 'platform_unavailable' : 'platform_rejected';
  const tryToken = () => Promise.reject(new DingtalkError(failure, code, `token: ${code}`));
  return { tryToken } as unknown as DingtalkClient;
}

describe('the check of the set-up', () => {
  it.each([
    ['invalidClientIdOrSecret', 'do not belong together', 'DINGTALK_CLIENT_SECRET 不匹配'],
    ['40089', 'do not belong together', 'DINGTALK_CLIENT_SECRET 不匹配'],
    ['Forbidden.AccessDenied.IpNotInWhiteList', 'server egress IP', '服务器出口 IP'],
    ['Forbidden.AccessDenied.ApiCountLimitForOrg', 'used up', '已用完'],
    [NOT_THE_VENDOR, 'check DINGTALK_BASE_URL', '请检查 DINGTALK_BASE_URL'],
    ['someThingNew', 'refuses the app', '平台拒绝了'],
  ])('says in both languages what to do about %s', async (code, en, zh) => {
    expect(await checkSetup(config, refusing(code), signal)).toEqual([
      { zh: expect.stringContaining(zh), en: expect.stringContaining(en) },
    ]);
  });
});
