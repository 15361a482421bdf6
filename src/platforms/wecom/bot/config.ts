import { z } from 'zod';
import { packWords } from '../../../core/lang.ts';
import type { SettingHelp } from '../../../core/platform-definition.ts';
import { settingsFromEnv } from '../../../core/settings-from-env.ts';
import { encodingAesKey } from '../setting-forms.ts';
import { MESSAGES_PER_HOUR, MESSAGES_PER_MINUTE } from './limits.ts';

/** Messages to one chat; a private deployment may allow more. */
const limitsSchema = z.strictObject({
  perMinute: z.number().positive().max(1_000_000).default(MESSAGES_PER_MINUTE),
  perHour: z.number().positive().max(1_000_000).default(MESSAGES_PER_HOUR),
});

const oneBotSchema = z
  .strictObject({
    botId: z.string().min(1).optional(),
    secret: z.string().min(1).optional(),
    token: z.string().min(1).optional(),
    encodingAesKey: encodingAesKey.optional(),
    mode: z.enum(['socket', 'webhook']).default('socket'),
    wsUrl: z.url({ protocol: /^wss?$/ }).default('wss://openws.work.weixin.qq.com'),
    /** The name by which groups mention the bot; without it what stands behind the first `@` of a message counts as the name. */
    botName: z.string().min(1).optional(),
    limits: limitsSchema.default({ perMinute: MESSAGES_PER_MINUTE, perHour: MESSAGES_PER_HOUR }),
  })
  .refine((config) => config.mode !== 'socket' || (config.botId !== undefined && config.secret !== undefined), {
    path: ['secret'],
    message: packWords({ zh: 'socket 模式须设置 botId 和 secret', en: 'in socket mode set botId and secret' }),
  })
  .refine(
    (config) => config.mode !== 'webhook' || (config.token !== undefined && config.encodingAesKey !== undefined),
    {
      path: ['token'],
      message: packWords({
        zh: 'webhook 模式须设置 token 和 encodingAesKey：缺少它们时任何回调都不可信',
        en: 'in webhook mode set token and encodingAesKey: without them no callback can be trusted',
      }),
    },
  );

/** Where nothing is said of the mode, what is there for the callback alone means the callback. */
export const wecomBotConfigSchema = z.preprocess((config) => {
  if (typeof config !== 'object' || config === null || 'mode' in config) return config;
  return 'token' in config && !('secret' in config) ? { ...config, mode: 'webhook' } : config;
}, oneBotSchema);

export type WecomBotConfig = z.output<typeof wecomBotConfigSchema>;

export const WECOM_BOT_SETTINGS = {
  botId: {
    env: 'WECOM_BOT_ID',
    where: {
      zh: '企业微信管理后台 → 安全与管理 → 管理工具 → 智能机器人 → 你的机器人 → API 模式 → Bot ID',
      en: 'WeCom admin console → Security & Management → Tools → AI bots → your bot → API mode → Bot ID',
    },
  },
  secret: {
    env: 'WECOM_BOT_SECRET',
    where: {
      zh: '同一页，连接方式选“使用长连接”后显示的 Secret；设置后即用长连接',
      en: 'The same page: the Secret shown with “long connection”; with it the long connection is used',
    },
  },
  token: {
    env: 'WECOM_BOT_TOKEN',
    where: {
      zh: '同一页，连接方式选“URL 回调”时的 Token',
      en: 'The same page: the Token of “URL callback”',
    },
  },
  encodingAesKey: {
    env: 'WECOM_BOT_ENCODING_AES_KEY',
    where: {
      zh: '同一页，连接方式选“URL 回调”时的 EncodingAESKey（43 位）',
      en: 'The same page: the EncodingAESKey of “URL callback” (43 characters)',
    },
  },
  mode: {
    env: 'WECOM_BOT_MODE',
    where: {
      zh: '机器人的连接方式：长连接填 socket，URL 回调填 webhook；不填时，只设置了 Token 则为 webhook',
      en: 'How the bot is connected: socket for the long connection, webhook for URL callback; where nothing is said, webhook if only a Token is set',
    },
  },
  wsUrl: {
    env: 'WECOM_BOT_WS_URL',
    where: {
      zh: '私有部署的长连接地址；公有云不用填',
      en: 'The address of the long connection in a private deployment; not needed otherwise',
    },
  },
  botName: {
    env: 'WECOM_BOT_NAME',
    where: {
      zh: '机器人在群里被 @ 的名字；名字里有空格时需要填',
      en: 'The name by which groups mention the bot; needed when it contains blanks',
    },
  },
  limits: {
    where: {
      zh: '仅私有部署需要：每个会话每分钟、每小时的消息数',
      en: 'For private deployments only: messages per minute and per hour in one chat',
    },
  },
} as const satisfies Record<keyof WecomBotConfig, SettingHelp>;

/** The settings of one bot, unchecked; undefined where the environment names none. */
export function fromEnv(env: Readonly<Record<string, string | undefined>>): unknown {
  const found = settingsFromEnv(WECOM_BOT_SETTINGS, env);
  return 'botId' in found || 'secret' in found || 'token' in found ? found : undefined;
}
