import { z } from 'zod';
import { packWords } from '../../core/lang.ts';

/** Settings that mean the same wherever WeCom asks for them. */

/** The Token of a callback. */
export const callbackToken = z
  .string()
  .regex(
    /^[A-Za-z0-9]{1,32}$/,
    packWords({ zh: '应为 1 到 32 位字母和数字', en: 'expected 1 to 32 letters and digits' }),
  );

export const encodingAesKey = z
  .string()
  .regex(/^[A-Za-z0-9]{43}$/, packWords({ zh: '应为 43 位字母和数字', en: 'expected 43 letters and digits' }));

/** Where the API lies: the public cloud, a private deployment, or a proxy with a fixed address. */
export const apiBaseUrl = z
  .url({ protocol: /^https?$/ })
  .transform((url) => url.replace(/\/+$/, ''))
  .default('https://qyapi.weixin.qq.com');

/** On or off; the environment gives it as text. */
export const onOrOff = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
