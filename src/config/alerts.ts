import { z } from 'zod';
import { packWords } from '../core/lang.ts';
import { parsePushTo } from '../core/push-to.ts';
import type { GeneralSetting } from './general-setting.ts';

const receiver = z.string().refine((text) => parsePushTo(text) !== undefined, {
  message: packWords({
    zh: '应为 robot:名称、person:ID、渠道:user:ID、渠道:chat:ID、渠道:department:ID 或 渠道:all',
    en: 'expected robot:NAME, person:ID, CHANNEL:user:ID, CHANNEL:chat:ID, CHANNEL:department:ID or CHANNEL:all',
  }),
});

/** Who is told when the operator has to know, and of what. */
export const alertsSchema = z.strictObject({
  /** Receivers of a push; the environment gives them with commas between. */
  to: z
    .union([z.array(receiver), z.string().transform((text) => text.split(',').map((one) => one.trim()))])
    .pipe(z.array(receiver))
    .default([]),
  lang: z.enum(['zh', 'en']).default('zh'),
  /** Shares of a month's quota. */
  quotaAt: z.array(z.number().gt(0).max(1)).max(10).default([0.7, 0.9]),
});

/** By the path in the settings file. */
export const ALERTS_SETTINGS: Readonly<Record<string, GeneralSetting>> = {
  'alerts.to': {
    env: 'ALERTS_TO',
    kind: 'text',
    help: {
      en: 'Who gets a message when something needs an administrator: `robot:NAME`, `person:ID`, `CHANNEL:user:ID`, `CHANNEL:chat:ID`; a list, in the environment with commas between.',
      zh: '需要管理员处理时给谁发消息：`robot:名称`、`person:ID`、`渠道:user:ID`、`渠道:chat:ID`；文件中为列表，环境变量用逗号分隔。',
    },
  },
  'alerts.lang': {
    env: 'ALERTS_LANG',
    kind: 'text',
    help: { en: 'The language of these messages.', zh: '这些消息的语言。' },
  },
  'alerts.quotaAt': {
    kind: 'list',
    help: {
      en: 'Shares of a month’s quota of calls and pushes at which they are told, once each in a month.',
      zh: '每月的调用与推送额度用到哪些比例时提醒，每月各一次。',
    },
  },
};
