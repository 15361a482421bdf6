import { z } from 'zod';
import { packWords } from '../../core/lang.ts';
import type { SettingHelp } from '../../core/platform-definition.ts';
import { settingsFromEnv } from '../../core/settings-from-env.ts';

/** Pasted from a page, secrets come with blanks and line ends around them; the vendor then only says `authFailed`. */
const pasted = z.string().trim().min(1);

const address = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

/** How many calls the platform allows; an organisation may have bought more. */
const limitsSchema = z.strictObject({
  /** Calls per second of each API, for the app. */
  perSecond: z.number().positive().max(100_000).default(20),
  /** Answers per minute into one conversation by the address that came with the question. */
  perChatPerMinute: z.number().positive().max(100_000).default(20),
  /** From this share of the month's calls on cards change seldom; from 0 to 1. */
  fewUpdatesFrom: z.number().min(0).max(1).default(0.5),
  /** From this share on answers are messages that cost no call. */
  messagesFrom: z.number().min(0).max(1).default(0.8),
  /** `month` gives each day its share of the month's calls, and what earlier days have left over; `none` lets the first days have them all. */
  pace: z.enum(['month', 'none']).default('month'),
});

export const dingtalkConfigSchema = z
  .strictObject({
    clientId: pasted,
    clientSecret: pasted,
    /** Default: the client id, which is the robot's code in an app of one's own. */
    robotCode: pasted.optional(),
    agentId: pasted.optional(),
    mode: z.enum(['stream', 'webhook']).default('stream'),
    baseUrl: address.default('https://api.dingtalk.com'),
    oapiBaseUrl: address.default('https://oapi.dingtalk.com'),
    /** A card template of one's own; default: the vendor's public one. */
    cardTemplateId: pasted.optional(),
    /** The streaming variable of that template. */
    cardContentKey: pasted.default('content'),
    /** In webhook mode: the route under which presses of cards come, and the secret they are signed with. */
    cardRouteKey: pasted.optional(),
    cardSecret: pasted.optional(),
    /** Events over HTTP: what they are signed and encrypted with. */
    eventToken: z
      .string()
      .regex(
        /^[A-Za-z0-9]{3,32}$/,
        packWords({ zh: '应为 3 到 32 位字母和数字', en: 'expected 3 to 32 letters and digits' }),
      )
      .optional(),
    eventAesKey: z
      .string()
      .regex(/^[A-Za-z0-9]{43}$/, packWords({ zh: '应为 43 位字母和数字', en: 'expected 43 letters and digits' }))
      .optional(),
    /** What this app may use of the organisation's calls in a month; 0 for as many as it likes. The environment gives it as text. */
    callsPerMonth: z
      .union([
        z.int().nonnegative(),
        z.string().regex(/^\d{1,9}$/, packWords({ zh: '应为数字，例如 5000', en: 'expected a number such as 5000' })),
      ])
      .transform(Number)
      .default(5_000),
    /** The same of what the platform brings: messages, presses, events. */
    pushesPerMonth: z
      .union([
        z.int().nonnegative(),
        z.string().regex(/^\d{1,9}$/, packWords({ zh: '应为数字，例如 3000', en: 'expected a number such as 3000' })),
      ])
      .transform(Number)
      .default(3_000),
    limits: limitsSchema.default({
      perSecond: 20,
      perChatPerMinute: 20,
      fewUpdatesFrom: 0.5,
      messagesFrom: 0.8,
      pace: 'month',
    }),
  })
  .refine((config) => (config.cardRouteKey === undefined) === (config.cardSecret === undefined), {
    path: ['cardSecret'],
    message: packWords({
      zh: 'cardRouteKey 和 cardSecret 必须一起设置：没有签名的按钮回调不可信',
      en: 'set cardRouteKey and cardSecret together: a press that is not signed cannot be trusted',
    }),
  })
  .refine((config) => (config.eventToken === undefined) === (config.eventAesKey === undefined), {
    path: ['eventAesKey'],
    message: packWords({
      zh: 'eventToken 和 eventAesKey 必须一起设置：事件用前者签名、用后者加密',
      en: 'set eventToken and eventAesKey together: events are signed with one and encrypted with the other',
    }),
  });

export type DingtalkConfig = z.output<typeof dingtalkConfigSchema>;

export const DINGTALK_SETTINGS = {
  clientId: {
    env: 'DINGTALK_CLIENT_ID',
    where: {
      zh: '钉钉开发者后台 → 应用开发 → 你的应用 → 凭证与基础信息 → Client ID（原 AppKey）',
      en: 'DingTalk developer console → your app → Credentials & Basic Info → Client ID (formerly AppKey)',
    },
  },
  clientSecret: {
    env: 'DINGTALK_CLIENT_SECRET',
    where: {
      zh: '钉钉开发者后台 → 应用开发 → 你的应用 → 凭证与基础信息 → Client Secret（原 AppSecret）',
      en: 'DingTalk developer console → your app → Credentials & Basic Info → Client Secret (formerly AppSecret)',
    },
  },
  robotCode: {
    env: 'DINGTALK_ROBOT_CODE',
    where: {
      zh: '开发者后台 → 你的应用 → 应用能力 → 机器人 → RobotCode；企业内部应用与 Client ID 相同，一般不用填',
      en: 'Developer console → your app → Capabilities → Robot → RobotCode; the same as the Client ID in an internal app, so usually not needed',
    },
  },
  agentId: {
    env: 'DINGTALK_AGENT_ID',
    where: {
      zh: '开发者后台 → 你的应用 → 凭证与基础信息 → AgentId；发送工作通知时才需要',
      en: 'Developer console → your app → Credentials & Basic Info → AgentId; needed for work notifications only',
    },
  },
  mode: {
    env: 'DINGTALK_MODE',
    where: {
      zh: '开发者后台 → 应用能力 → 机器人 → 消息接收模式：Stream 模式填 stream（推荐，无需公网地址），HTTP 模式填 webhook',
      en: 'Developer console → Capabilities → Robot → message receiving mode: stream (better, needs no public address) or webhook for HTTP',
    },
  },
  baseUrl: {
    env: 'DINGTALK_BASE_URL',
    where: {
      zh: '新版接口地址，一般用 https://api.dingtalk.com；国际版用 https://api.dingtalk.io',
      en: 'Address of the new API: https://api.dingtalk.com, or https://api.dingtalk.io for the international edition',
    },
  },
  oapiBaseUrl: {
    env: 'DINGTALK_OAPI_BASE_URL',
    where: {
      zh: '旧版接口地址（上传文件用），一般用 https://oapi.dingtalk.com',
      en: 'Address of the old API (uploads): https://oapi.dingtalk.com',
    },
  },
  cardTemplateId: {
    env: 'DINGTALK_CARD_TEMPLATE_ID',
    where: {
      zh: '卡片平台（open-dev.dingtalk.com/fe/card）→ 你的 AI 卡片模板 → 模板 ID，须已发布并关联应用；不填则用钉钉公开的模板',
      en: 'Card platform (open-dev.dingtalk.com/fe/card) → your AI card template → template id, published and associated with the app; without it the vendor’s public one is used',
    },
  },
  cardContentKey: {
    env: 'DINGTALK_CARD_CONTENT_KEY',
    where: {
      zh: '自己的卡片模板里开启了流式更新的 Markdown 变量名，默认 content',
      en: 'The streaming Markdown variable of your own card template; default: content',
    },
  },
  cardRouteKey: {
    env: 'DINGTALK_CARD_ROUTE_KEY',
    where: {
      zh: '仅 webhook 模式：注册卡片回调地址时的 callbackRouteKey；不填则卡片上没有按钮',
      en: 'Webhook mode only: the callbackRouteKey under which the card callback address was registered; without it cards have no buttons',
    },
  },
  cardSecret: {
    env: 'DINGTALK_CARD_SECRET',
    where: {
      zh: '仅 webhook 模式：注册卡片回调地址时返回的 apiSecret',
      en: 'Webhook mode only: the apiSecret given when the card callback address was registered',
    },
  },
  eventToken: {
    env: 'DINGTALK_EVENT_TOKEN',
    where: {
      zh: '开发者后台 → 你的应用 → 事件订阅 → HTTP 推送 → 签名 token；事件（如审批）用 Stream 推送时不填',
      en: 'Developer console → your app → Event subscription → HTTP push → signing token; leave it out where events (approvals among them) come by Stream',
    },
  },
  eventAesKey: {
    env: 'DINGTALK_EVENT_AES_KEY',
    where: {
      zh: '开发者后台 → 你的应用 → 事件订阅 → HTTP 推送 → 加密 aes_key（43 位）；请求网址填与机器人相同的回调地址',
      en: 'Developer console → your app → Event subscription → HTTP push → aes_key (43 characters); as the address give the robot’s webhook address',
    },
  },
  callsPerMonth: {
    env: 'DINGTALK_CALLS_PER_MONTH',
    where: {
      zh: '本应用每月可用的接口调用次数（标准版整个组织共 5000 次）；用量越高，卡片更新越少，最后改发普通消息；0 表示不限',
      en: 'API calls that this app may use in a month (5,000 for the whole organisation in the standard edition); the more are used, the fewer updates cards get, and in the end answers are plain messages; 0 for no limit',
    },
  },
  pushesPerMonth: {
    env: 'DINGTALK_PUSHES_PER_MONTH',
    where: {
      zh: '本应用每月可收到的推送次数（消息、按钮、事件；标准版整个组织共 3000 次），只用于提醒：用完后平台不再送来消息内容；0 表示不限',
      en: 'Pushes that this app may get in a month: messages, presses, events (3,000 for the whole organisation in the standard edition). Used for warnings only: above it the platform keeps back what people write; 0 for no limit',
    },
  },
  limits: {
    where: {
      zh: '每个接口每秒的调用次数（标准版 20，购买扩展包后可更高）、每个会话每分钟的回复次数，以及用量达到多少比例时减少卡片更新、改发普通消息；pace 为 month 时每天只用当月的一份（前几天没用完的留给后面），为 none 时先到先用',
      en: 'Calls per second of each API (20 in the standard edition, more with an add-on pack), answers per minute into one conversation, and the shares of the month from which cards change seldom and answers are plain messages; with pace month each day has its share (and what earlier days have left over), with none the first days may use them all',
    },
  },
} as const satisfies Record<keyof DingtalkConfig, SettingHelp>;

/** The settings of one app, unchecked; undefined where the environment names no DingTalk app. */
export function fromEnv(env: Readonly<Record<string, string | undefined>>): unknown {
  const found = settingsFromEnv(DINGTALK_SETTINGS, env);
  return 'clientId' in found || 'clientSecret' in found ? found : undefined;
}

/** The code by which the robot sends. */
export function robotCodeOf(config: DingtalkConfig): string {
  return config.robotCode ?? config.clientId;
}
