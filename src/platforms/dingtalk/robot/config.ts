import { z } from 'zod';
import { packWords } from '../../../core/lang.ts';
import type { SettingHelp } from '../../../core/platform-definition.ts';
import { ROBOT_PER_MINUTE } from '../limits.ts';

export const robotConfigSchema = z.strictObject({
  /** The webhook's address as the group shows it, with its `access_token`; without a signature. */
  webhook: z
    .string()
    .trim()
    .refine((url) => URL.canParse(url) && new URL(url).searchParams.get('access_token') !== null, {
      message: packWords({
        zh: '应为群里显示的 Webhook 地址，带 ?access_token=…',
        en: 'expected the webhook address as the group shows it, with ?access_token=…',
      }),
    }),
  /** `SEC…`; absent where the robot is guarded by keywords or addresses only. */
  secret: z
    .string()
    .trim()
    .regex(/^SEC/, packWords({ zh: '应为以 SEC 开头的加签密钥', en: 'expected the secret that begins with SEC' }))
    .optional(),
  keywords: z.array(z.string().trim().min(1)).max(10).default([]),
  perMinute: z.number().positive().max(100_000).default(ROBOT_PER_MINUTE),
});

export type RobotConfig = z.output<typeof robotConfigSchema>;

export const ROBOT_SETTINGS = {
  webhook: {
    where: {
      zh: '钉钉群 → 群设置 → 机器人 → 添加机器人 → 自定义 → Webhook 地址（含 access_token）',
      en: 'DingTalk group → Group Settings → Bots → Add → Custom → webhook address, with its access_token',
    },
  },
  secret: {
    where: {
      zh: '同一页的安全设置 → 加签 → 以 SEC 开头的密钥；未勾选加签则不填',
      en: 'On the same page → Security Settings → Additional Signature → the secret that begins with SEC; leave out without one',
    },
  },
  keywords: {
    where: {
      zh: '同一页的安全设置 → 自定义关键词；消息中一个都没有时，自动加上第一个',
      en: 'On the same page → Security Settings → Custom Keywords; the first is put in front of a message that has none of them',
    },
  },
  perMinute: {
    where: {
      zh: '每分钟最多发送的条数；超过 20 条会被平台禁言 10 分钟',
      en: 'Most messages in a minute; above 20 the platform closes the robot for ten minutes',
    },
  },
} as const satisfies Record<keyof RobotConfig, SettingHelp>;
