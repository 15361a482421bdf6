import { z } from 'zod';
import { packWords } from '../../core/lang.ts';
import type { SettingHelp } from '../../core/platform-definition.ts';
import { settingsFromEnv } from '../../core/settings-from-env.ts';

/** How many calls the platform allows; a private deployment may allow more. */
const limitsSchema = z.strictObject({
  /** Calls per second of each API, for the app in its tenant. */
  perSecond: z.number().positive().max(100_000).default(50),
  /** Calls per minute of each API. */
  perMinute: z.number().positive().max(6_000_000).default(1_000),
  /** New messages per second in one chat; in a group all bots share them. */
  perChatPerSecond: z.number().positive().max(10_000).default(5),
  /** From this share of the month's calls on cards change seldom; from 0 to 1. */
  fewUpdatesFrom: z.number().min(0).max(1).default(0.5),
  /** From this share on an answer is one card, sent when all is said. */
  messagesFrom: z.number().min(0).max(1).default(0.8),
  /** `month` gives each day its share of the month's calls, and what earlier days have left over; `none` lets the first days have them all. */
  pace: z.enum(['month', 'none']).default('month'),
});

export const feishuConfigSchema = z
  .strictObject({
    appId: z.string().min(1),
    appSecret: z.string().min(1),
    encryptKey: z.string().min(1).optional(),
    verificationToken: z.string().min(1).optional(),
    mode: z.enum(['webhook', 'socket']).default('webhook'),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/+$/, ''))
      .default('https://open.feishu.cn'),
    /** The bot's name as people mention it; used until the platform has told the bot's own id. */
    botName: z.string().min(1).optional(),
    /** Whether 👍 and 👎 put on an answer, as people do on any message, rate it like the buttons below it. */
    reactions: z.enum(['rate', 'off']).default('rate'),
    /** Approval definitions that may be asked for; the environment gives them with commas between. */
    approvalCodes: z
      .union([z.array(z.string().min(1)), z.string().transform((text) => text.split(/[\s,]+/).filter(Boolean))])
      .default([]),
    /** What this app may use of the tenant's calls in a month; 0 for as many as it likes. The environment gives it as text. */
    callsPerMonth: z
      .union([
        z.int().nonnegative(),
        z.string().regex(/^\d{1,9}$/, packWords({ zh: '应为数字，例如 10000', en: 'expected a number such as 10000' })),
      ])
      .transform(Number)
      .default(0),
    limits: limitsSchema.default({
      perSecond: 50,
      perMinute: 1_000,
      perChatPerSecond: 5,
      fewUpdatesFrom: 0.5,
      messagesFrom: 0.8,
      pace: 'month',
    }),
  })
  .refine(
    (config) => config.mode === 'socket' || config.encryptKey !== undefined || config.verificationToken !== undefined,
    {
      path: ['encryptKey'],
      message: packWords({
        zh: 'webhook 模式须设置 encryptKey（FEISHU_ENCRYPT_KEY，推荐）或 verificationToken（FEISHU_VERIFICATION_TOKEN）：两者都没有时任何推送都不可信。长连接（FEISHU_MODE=socket）两者都不需要',
        en: 'in webhook mode set encryptKey (FEISHU_ENCRYPT_KEY, better) or verificationToken (FEISHU_VERIFICATION_TOKEN): without either no delivery can be trusted. The long connection (FEISHU_MODE=socket) needs neither',
      }),
    },
  );

export type FeishuConfig = z.output<typeof feishuConfigSchema>;

export const FEISHU_SETTINGS = {
  appId: {
    env: 'FEISHU_APP_ID',
    where: {
      zh: '开发者后台 → 你的应用 → 凭证与基础信息 → 应用凭证 → App ID',
      en: 'Developer Console → your app → Credentials & Basic Info → App ID',
    },
  },
  appSecret: {
    env: 'FEISHU_APP_SECRET',
    where: {
      zh: '开发者后台 → 你的应用 → 凭证与基础信息 → 应用凭证 → App Secret',
      en: 'Developer Console → your app → Credentials & Basic Info → App Secret',
    },
  },
  encryptKey: {
    env: 'FEISHU_ENCRYPT_KEY',
    where: {
      zh: '开发者后台 → 你的应用 → 事件与回调 → 加密策略 → Encrypt Key',
      en: 'Developer Console → your app → Events & Callbacks → Encryption Strategy → Encrypt Key',
    },
  },
  verificationToken: {
    env: 'FEISHU_VERIFICATION_TOKEN',
    where: {
      zh: '开发者后台 → 你的应用 → 事件与回调 → 加密策略 → Verification Token',
      en: 'Developer Console → your app → Events & Callbacks → Encryption Strategy → Verification Token',
    },
  },
  mode: {
    env: 'FEISHU_MODE',
    where: {
      zh: '开发者后台 → 事件与回调 → 订阅方式：长连接填 socket，发送至开发者服务器填 webhook；事件与回调要一致',
      en: 'Developer Console → Events & Callbacks → subscription mode: socket for a long connection, webhook for your own server; the same for events and callbacks',
    },
  },
  baseUrl: {
    env: 'FEISHU_BASE_URL',
    where: {
      zh: '飞书用 https://open.feishu.cn，Lark 用 https://open.larksuite.com；私有部署填自己的地址',
      en: 'https://open.feishu.cn for Feishu, https://open.larksuite.com for Lark; your own address in a private deployment',
    },
  },
  botName: {
    env: 'FEISHU_BOT_NAME',
    where: {
      zh: '机器人在群里被 @ 的名字；一般不用填，启动后会自动查询',
      en: 'The name by which the bot is mentioned; usually not needed, it is looked up after the start',
    },
  },
  reactions: {
    env: 'FEISHU_REACTIONS',
    where: {
      zh: 'rate：在回答上添加 👍、👎 表情等同于评价，移除即撤回（需订阅“消息被 reaction”“消息被取消 reaction”事件）；off：忽略',
      en: 'rate: 👍 or 👎 put on an answer as a reaction rates it, and taking it off takes the rating back (needs the events of reactions); off: reactions are ignored',
    },
  },
  approvalCodes: {
    env: 'FEISHU_APPROVAL_CODES',
    where: {
      zh: '审批管理后台 → 编辑审批定义，浏览器地址栏中的 definitionCode，多个用逗号分隔；应用须有 approval:approval 权限，事件订阅中添加“审批实例状态变更”',
      en: 'Approval admin → edit a definition: definitionCode in the address bar, several with commas; the app needs the right approval:approval, and the event “approval instance status changed” among its subscriptions',
    },
  },
  callsPerMonth: {
    env: 'FEISHU_CALLS_PER_MONTH',
    where: {
      zh: '管理后台 → 费用中心 → API 调用额度：本应用每月可用的调用次数；用量越高，卡片更新越少，最后只在答完后发一张卡片；0 表示不限',
      en: 'Admin console → billing → API quota: calls that this app may use in a month; the more are used, the fewer updates cards get, and in the end an answer is one card when all is said; 0 for no limit',
    },
  },
  limits: {
    where: {
      zh: '每个接口的每秒、每分钟次数和每个会话每秒的消息数（仅私有部署需要），以及用量达到多少比例时减少卡片更新、改为答完后发一张卡片；pace 为 month 时每天只用当月的一份，为 none 时先到先用',
      en: 'Calls per second and per minute of each API and messages per second in a chat (for private deployments only), and the shares of the month from which cards change seldom and answers come whole; with pace month each day has its share, with none the first days may use them all',
    },
  },
} as const satisfies Record<keyof FeishuConfig, SettingHelp>;

/** The settings of one app, unchecked; undefined where the environment names no Feishu app. */
export function fromEnv(env: Readonly<Record<string, string | undefined>>): unknown {
  const found = settingsFromEnv(FEISHU_SETTINGS, env);
  return 'appId' in found || 'appSecret' in found ? found : undefined;
}
