import { describe, expect, it } from 'vitest';
import { fromEnv, wecomConfigSchema } from './config.ts';

const ENV = {
  WECOM_CORP_ID: 'ww5a1c0ffee0001234',
  WECOM_AGENT_ID: '1000007',
  WECOM_SECRET: 'sample-secret',
  WECOM_TOKEN: 'gwSimToken2026',
  WECOM_ENCODING_AES_KEY: 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8',
};

describe('the settings of an app', () => {
  it('come from the environment alone', () => {
    expect(wecomConfigSchema.parse(fromEnv(ENV))).toEqual({
      corpId: 'ww5a1c0ffee0001234',
      agentId: 1000007,
      secret: 'sample-secret',
      token: 'gwSimToken2026',
      encodingAesKey: 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8',
      baseUrl: 'https://qyapi.weixin.qq.com',
      format: 'markdown',
      buttons: true,
      menu: 'own',
      approvalTemplates: [],
      limits: { perMemberPerMinute: 30, perMemberPerHour: 1000 },
    });
  });

  it('can point somewhere else, write plain text and leave the buttons out', () => {
    const env = { ...ENV, WECOM_BASE_URL: 'http://127.0.0.1:9000/', WECOM_FORMAT: 'text', WECOM_BUTTONS: 'false' };
    expect(wecomConfigSchema.parse(fromEnv(env))).toMatchObject({
      baseUrl: 'http://127.0.0.1:9000',
      format: 'text',
      buttons: false,
    });
  });

  it('are not there when only another surface of the company is set up', () => {
    expect(fromEnv({ WECOM_CORP_ID: 'ww5a1c0ffee0001234', WECOM_KF_SECRET: 'x', WECOM_BOT_ID: 'y' })).toBeUndefined();
  });

  it.each(['WECOM_TOKEN', 'WECOM_ENCODING_AES_KEY', 'WECOM_CORP_ID', 'WECOM_AGENT_ID'])(
    'are refused without %s',
    (name) => {
      expect(wecomConfigSchema.safeParse(fromEnv({ ...ENV, [name]: '' })).success).toBe(false);
    },
  );

  it.each([
    ['WECOM_ENCODING_AES_KEY', 'too-short'],
    ['WECOM_TOKEN', 'with blanks'],
    ['WECOM_AGENT_ID', 'my app'],
  ])('are refused when %s is %j', (name, value) => {
    expect(wecomConfigSchema.safeParse(fromEnv({ ...ENV, [name]: value })).success).toBe(false);
  });
});
