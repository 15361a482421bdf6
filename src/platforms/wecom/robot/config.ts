import { z } from 'zod';
import { packWords } from '../../../core/lang.ts';
import type { SettingHelp } from '../../../core/platform-definition.ts';

export const robotConfigSchema = z.strictObject({
  /** The webhook's address as the group shows it, with its `key`. */
  webhook: z
    .string()
    .trim()
    .refine((url) => URL.canParse(url) && new URL(url).searchParams.get('key') !== null, {
      message: packWords({
        zh: '应为群里显示的 Webhook 地址，带 ?key=…',
        en: 'expected the webhook address as the group shows it, with ?key=…',
      }),
    }),
});

export type RobotConfig = z.output<typeof robotConfigSchema>;

export const ROBOT_SETTINGS = {
  webhook: {
    where: {
      zh: '企业微信群 → 群设置 → 消息推送（原群机器人）→ 添加 → Webhook 地址（含 key）',
      en: 'WeCom group → Group Settings → Message Push (formerly Group Bots) → Add → webhook address, with its key',
    },
  },
} as const satisfies Record<keyof RobotConfig, SettingHelp>;
