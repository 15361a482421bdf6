import { describe, expect, it } from 'vitest';
import { fromEnv, wecomBotConfigSchema } from './config.ts';

const AES_KEY = 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8';
const read = (env: Readonly<Record<string, string>>) => wecomBotConfigSchema.safeParse(fromEnv(env));

describe('the settings of a bot', () => {
  it('are the long connection’s with an id and a secret', () => {
    const { data } = read({ WECOM_BOT_ID: 'aib-demo', WECOM_BOT_SECRET: 's' });
    expect(data).toMatchObject({ mode: 'socket', wsUrl: 'wss://openws.work.weixin.qq.com' });
  });

  it('are the callback’s with a token and a key alone', () => {
    const { data } = read({ WECOM_BOT_TOKEN: 't', WECOM_BOT_ENCODING_AES_KEY: AES_KEY });
    expect(data).toMatchObject({ mode: 'webhook', token: 't' });
  });

  it('are the callback’s in a settings file, too, where the mode is left out', () => {
    const { data } = wecomBotConfigSchema.safeParse({ token: 't', encodingAesKey: AES_KEY });
    expect(data).toMatchObject({ mode: 'webhook' });
  });

  it('say what is missing', () => {
    expect(read({ WECOM_BOT_ID: 'aib-demo' }).error?.issues[0]?.message).toContain('botId and secret');
    expect(read({ WECOM_BOT_TOKEN: 't' }).error?.issues[0]?.message).toContain('encodingAesKey');
    expect(read({ WECOM_BOT_TOKEN: 't', WECOM_BOT_ENCODING_AES_KEY: 'short' }).success).toBe(false);
  });

  it('are none where the environment names no bot', () => {
    expect(fromEnv({ WECOM_SECRET: 's', WECOM_BOT_NAME: 'Helper' })).toBeUndefined();
  });
});
