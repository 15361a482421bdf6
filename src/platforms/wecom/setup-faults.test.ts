import { describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { checkSetup } from './bot/check.ts';
import { wecomBotConfigSchema } from './bot/config.ts';
import { WecomError } from './errors.ts';
import { setupFault } from './setup-faults.ts';

const NAMES = {
  corpId: 'WECOM_CORP_ID',
  secret: 'WECOM_SECRET',
  baseUrl: 'WECOM_BASE_URL',
  place: { zh: '管理后台 → 应用', en: 'Admin Console → app' },
};

describe('what a refusal says about the set-up', () => {
  it.each([
    [60020, '203.0.113.9 is not trusted: Admin Console → app', '203.0.113.9 不可信：管理后台 → 应用'],
    [40001, 'copy the Secret from Admin Console → app', '请从 管理后台 → 应用 复制 Secret'],
    [40091, 'WECOM_SECRET does not belong', 'WECOM_SECRET 与 WECOM_CORP_ID 不匹配'],
    [40013, 'WECOM_CORP_ID is not known', 'WECOM_CORP_ID 不存在'],
    [45031, 'too weak', '强度不足'],
    [48002, 'grant the right', '权限'],
    [60031, 'enable it', '启用'],
    [99_999, 'refuses the app', '平台拒绝了'],
  ])('%d in both languages', (code, en, zh) => {
    const error = new WecomError('platform_rejected', code, 'agent.get', '203.0.113.9');
    expect(setupFault(error, NAMES, 'https://x.example')).toEqual({
      zh: expect.stringContaining(zh),
      en: expect.stringContaining(en),
    });
  });

  it('names the address that does not answer, an AI bot’s too', async () => {
    const error = new WecomError('platform_unavailable', -1, 'no answer');
    expect(setupFault(error, NAMES, 'https://x.example')).toEqual({
      zh: expect.stringContaining('https://x.example 没有响应：请检查 WECOM_BASE_URL'),
      en: expect.stringContaining('https://x.example did not answer: check WECOM_BASE_URL'),
    });
    const config = wecomBotConfigSchema.parse({ botId: 'aib-x', secret: 's', wsUrl: 'ws://127.0.0.1:9' });
    const deps = { clock: systemClock } as unknown as Parameters<typeof checkSetup>[1];
    expect(await checkSetup(config, deps, AbortSignal.timeout(5_000))).toEqual([
      { zh: expect.stringContaining('请检查 WECOM_BOT_WS_URL'), en: expect.stringContaining('check WECOM_BOT_WS_URL') },
    ]);
  });
});
