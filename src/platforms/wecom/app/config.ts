import { z } from 'zod';
import { packWords } from '../../../core/lang.ts';
import type { SettingHelp } from '../../../core/platform-definition.ts';
import { settingsFromEnv } from '../../../core/settings-from-env.ts';
import { apiBaseUrl, callbackToken, encodingAesKey, onOrOff } from '../setting-forms.ts';
import { PER_MEMBER_PER_HOUR, PER_MEMBER_PER_MINUTE } from './limits.ts';

/** How many messages a member may get; a private deployment may allow more. */
const limitsSchema = z.strictObject({
  perMemberPerMinute: z.number().positive().max(1_000_000).default(PER_MEMBER_PER_MINUTE),
  perMemberPerHour: z.number().positive().max(1_000_000).default(PER_MEMBER_PER_HOUR),
});

export const wecomConfigSchema = z.strictObject({
  corpId: z.string().min(1),
  /** A number; the environment gives it as text. */
  agentId: z
    .union([
      z.int().positive(),
      z
        .string()
        .regex(/^\d{1,15}$/, packWords({ zh: '应为数字，例如 1000002', en: 'expected a number such as 1000002' })),
    ])
    .transform(Number),
  secret: z.string().min(1),
  token: callbackToken,
  encodingAesKey,
  baseUrl: apiBaseUrl,
  /** `text` also shows in WeChat (微工作台), where Markdown and cards do not. */
  format: z.enum(['markdown', 'text']).default('markdown'),
  /** Whether a small card with buttons follows an answer; it counts as a message. */
  buttons: onOrOff.default(true),
  /** `commands`: the gateway puts its commands into the app's menu when it starts; `own` leaves the menu alone. */
  menu: z.enum(['own', 'commands']).default('own'),
  /** Approval templates that may be asked for; the environment gives them with commas between. */
  approvalTemplates: z
    .union([z.array(z.string().min(1)), z.string().transform((text) => text.split(/[\s,]+/).filter(Boolean))])
    .default([]),
  limits: limitsSchema.default({
    perMemberPerMinute: PER_MEMBER_PER_MINUTE,
    perMemberPerHour: PER_MEMBER_PER_HOUR,
  }),
});

export type WecomConfig = z.output<typeof wecomConfigSchema>;

export const WECOM_SETTINGS = {
  corpId: {
    env: 'WECOM_CORP_ID',
    where: {
      zh: '管理后台 → 我的企业 → 企业信息 → 企业ID',
      en: 'Admin Console → My Enterprise → Enterprise Information → Enterprise ID',
    },
  },
  agentId: {
    env: 'WECOM_AGENT_ID',
    where: {
      zh: '管理后台 → 应用管理 → 自建 → 你的应用 → AgentId',
      en: 'Admin Console → App Management → Self-built → your app → AgentId',
    },
  },
  secret: {
    env: 'WECOM_SECRET',
    where: {
      zh: '管理后台 → 应用管理 → 自建 → 你的应用 → Secret',
      en: 'Admin Console → App Management → Self-built → your app → Secret',
    },
  },
  token: {
    env: 'WECOM_TOKEN',
    where: {
      zh: '管理后台 → 你的应用 → 接收消息 → 设置API接收 → Token',
      en: 'Admin Console → your app → Receive Messages → Set API → Token',
    },
  },
  encodingAesKey: {
    env: 'WECOM_ENCODING_AES_KEY',
    where: {
      zh: '管理后台 → 你的应用 → 接收消息 → 设置API接收 → EncodingAESKey（43 位）',
      en: 'Admin Console → your app → Receive Messages → Set API → EncodingAESKey (43 characters)',
    },
  },
  baseUrl: {
    env: 'WECOM_BASE_URL',
    where: {
      zh: '一般不用填；私有部署填自己的地址，经固定出口 IP 的代理访问时填代理的地址',
      en: 'Usually not needed; your own address in a private deployment, or that of a proxy with a fixed egress IP',
    },
  },
  format: {
    env: 'WECOM_FORMAT',
    where: {
      zh: '回答的格式：markdown，或 text（成员在微信里使用本应用时选 text，微信不显示 Markdown 和卡片）',
      en: 'How answers are written: markdown, or text where members use the app in WeChat, which shows neither Markdown nor cards',
    },
  },
  buttons: {
    env: 'WECOM_BUTTONS',
    where: {
      zh: '回答后是否再发一张带按钮的小卡片（有用、没帮助、重新生成），每张计一条消息；true 或 false',
      en: 'Whether a small card with buttons (helpful, not helpful, regenerate) follows an answer; each counts as a message; true or false',
    },
  },
  menu: {
    env: 'WECOM_MENU',
    where: {
      zh: 'commands：启动时把应用菜单设为全部命令（对话、账号、帮助三组），原有菜单会被替换；own（默认）：不动菜单',
      en: 'commands: the app’s menu is set to all commands (对话, 账号, 帮助) at the start, in place of what is there; own (the default) leaves it alone',
    },
  },
  approvalTemplates: {
    env: 'WECOM_APPROVAL_TEMPLATES',
    where: {
      zh: '管理后台 → 应用管理 → 审批 → 模板，浏览器地址栏中的模板 ID，多个用逗号分隔；并在“审批 → 可调用接口的应用”中加入本应用，打开“审批状态通知事件”',
      en: 'Admin Console → App Management → Approval → a template: its id in the address bar, several with commas; add this app under Approval → apps that may call the API, and switch on the approval status event',
    },
  },
  limits: {
    where: {
      zh: '仅私有部署需要：每个成员每分钟、每小时最多收到本应用多少条消息',
      en: 'For private deployments only: how many messages of this app a member gets per minute and per hour',
    },
  },
} as const satisfies Record<keyof WecomConfig, SettingHelp>;

/** The settings of one app, unchecked; undefined where the environment names no app (the corpid alone is no app's). */
export function fromEnv(env: Readonly<Record<string, string | undefined>>): unknown {
  const found = settingsFromEnv(WECOM_SETTINGS, env);
  return 'agentId' in found || 'secret' in found ? found : undefined;
}
