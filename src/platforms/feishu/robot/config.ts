import { z } from 'zod';
import { packWords } from '../../../core/lang.ts';
import type { SettingHelp } from '../../../core/platform-definition.ts';
import { ROBOT_PER_MINUTE } from '../limits.ts';

export const robotConfigSchema = z.strictObject({
  /** The webhook's address as the group shows it. */
  webhook: z
    .string()
    .trim()
    .refine((url) => URL.canParse(url) && /\/open-apis\/bot\/v2\/hook\/[\w-]+$/.test(new URL(url).pathname), {
      message: packWords({
        zh: '应为群里显示的 Webhook 地址：…/open-apis/bot/v2/hook/…',
        en: 'expected the webhook address as the group shows it: …/open-apis/bot/v2/hook/…',
      }),
    }),
  /** Absent where the robot is guarded by keywords or addresses only. */
  secret: z.string().trim().min(1).optional(),
  keywords: z.array(z.string().trim().min(1)).max(10).default([]),
  perMinute: z.number().positive().max(100_000).default(ROBOT_PER_MINUTE),
});

export type RobotConfig = z.output<typeof robotConfigSchema>;

export const ROBOT_SETTINGS = {
  webhook: {
    where: {
      zh: '飞书群 → 设置 → 群机器人 → 添加机器人 → 自定义机器人 → webhook 地址',
      en: 'Feishu group → Settings → Bots → Add Bot → Custom Bot → webhook address',
    },
  },
  secret: {
    where: {
      zh: '同一页的安全设置 → 签名校验 → 密钥；未勾选则不填',
      en: 'On the same page → Security Settings → signature verification → secret; leave out without one',
    },
  },
  keywords: {
    where: {
      zh: '同一页的安全设置 → 自定义关键词；消息中一个都没有时，自动加上第一个',
      en: 'On the same page → Security Settings → keywords; the first is put in front of a message that has none of them',
    },
  },
  perMinute: {
    where: {
      zh: '每分钟最多发送的条数（平台上限 100 条，且每秒 5 条）',
      en: 'Most messages in a minute; the platform takes 100, and 5 in a second',
    },
  },
} as const satisfies Record<keyof RobotConfig, SettingHelp>;
