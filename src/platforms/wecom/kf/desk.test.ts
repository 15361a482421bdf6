import { describe, expect, it } from 'vitest';
import { fromEnv, wecomKfConfigSchema } from './config.ts';
import { saysOneOf } from './desk.ts';

const ENV = {
  WECOM_CORP_ID: 'ww1',
  WECOM_KF_SECRET: 's',
  WECOM_KF_TOKEN: 'kfToken',
  WECOM_KF_ENCODING_AES_KEY: 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8',
};
const config = wecomKfConfigSchema.parse(fromEnv(ENV));

describe('the wish for a person', () => {
  it.each(['转人工', '人工！', '我要转人工', '请帮我转人工客服，谢谢', 'Talk to a human, please', 'HUMAN AGENT'])(
    'is heard in “%s”',
    (text) => {
      expect(saysOneOf(text, config.handOverWords)).toBe(true);
    },
  );

  it.each(['人工智能是什么', '你们的人工费是怎么算的', 'What is a human right?', '', '👍'])(
    'is not heard in “%s”',
    (text) => {
      expect(saysOneOf(text, config.handOverWords)).toBe(false);
    },
  );

  it('is said by words of one’s own, or by none', () => {
    const words = (text: string) =>
      wecomKfConfigSchema.parse(fromEnv({ ...ENV, WECOM_KF_HAND_OVER_WORDS: text })).handOverWords;
    expect(words('投诉， complain')).toEqual(['投诉', 'complain']);
    expect(words(',')).toEqual([]);
  });
});

describe('the settings of customer service', () => {
  it('are not there where the environment names only the company', () => {
    expect(fromEnv({ WECOM_CORP_ID: 'ww1', WECOM_SECRET: 's' })).toBeUndefined();
  });

  it('take numbers and switches as text', () => {
    const env = { ...ENV, WECOM_KF_HAND_OVER_AFTER: '0', WECOM_KF_BUTTONS: 'false' };
    expect(wecomKfConfigSchema.parse(fromEnv(env))).toMatchObject({ handOverAfter: 0, buttons: false });
  });
});
