import { z } from 'zod';
import { packWords } from '../../../core/lang.ts';
import type { SettingHelp } from '../../../core/platform-definition.ts';
import { settingsFromEnv } from '../../../core/settings-from-env.ts';
import { apiBaseUrl, callbackToken, encodingAesKey, onOrOff } from '../setting-forms.ts';

/** What customers say who want a person; the vendor's own clients suggest the first. */
const WORDS = [
  '转人工',
  '人工',
  '人工客服',
  '人工服务',
  '找人工',
  '真人客服',
  'human agent',
  'real person',
  'talk to a human',
  'talk to a person',
];

const words = z.union([
  z.array(z.string().min(1).max(40)).max(50),
  z.string().transform((text) =>
    text
      .split(/[,，]/)
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  ),
]);

export const wecomKfConfigSchema = z.strictObject({
  corpId: z.string().min(1),
  secret: z.string().min(1),
  token: callbackToken,
  encodingAesKey,
  baseUrl: apiBaseUrl,
  /** Whether a menu (helpful or not, a person, what one may ask next) follows an answer; a long answer's counts as a message. */
  buttons: onOrOff.default(true),
  /** A customer who says one of these is handed over to a person. */
  handOverWords: words.default(WORDS),
  /** An answer with this text in it hands over; the text itself is not shown. */
  handOverMarker: z.string().min(3).max(60).default('[[转人工]]'),
  /** Answers in a row that failed or were rated 👎 before a person is brought in; 0 is never. */
  handOverAfter: z
    .union([
      z.int().min(0).max(100),
      z
        .string()
        .regex(/^\d{1,2}$/, packWords({ zh: '应为数字，例如 2', en: 'expected a number such as 2' }))
        .transform(Number),
    ])
    .default(2),
  /** Told when nobody is on duty. */
  officeHours: z.string().max(200).default(''),
  /** Whether the agent sums the dialogue up for whoever takes over, behind the digest that she gets in any case; costs tokens. */
  summary: z.enum(['digest', 'agent']).default('digest'),
  /** At an account's first pull, messages older than this are history and left alone. */
  historyMinutes: z
    .union([
      z.int().min(0).max(4320),
      z
        .string()
        .regex(/^\d{1,4}$/)
        .transform(Number)
        .pipe(z.int().min(0).max(4320)),
    ])
    .default(5),
});

export type WecomKfConfig = z.output<typeof wecomKfConfigSchema>;

export const WECOM_KF_SETTINGS = {
  corpId: {
    env: 'WECOM_CORP_ID',
    where: {
      zh: '管理后台 → 我的企业 → 企业信息 → 企业ID',
      en: 'Admin Console → My Enterprise → Enterprise Information → Enterprise ID',
    },
  },
  secret: {
    env: 'WECOM_KF_SECRET',
    where: {
      zh: '“微信客服 → API → 可调用接口的应用”里那个应用的 Secret',
      en: 'The Secret of the app that is listed under WeChat Customer Service → API → apps that may call (可调用接口的应用)',
    },
  },
  token: {
    env: 'WECOM_KF_TOKEN',
    where: {
      zh: '管理后台 → 微信客服 → API → 接收消息和事件 → Token',
      en: 'Admin Console → WeChat Customer Service → API → Receive messages and events → Token',
    },
  },
  encodingAesKey: {
    env: 'WECOM_KF_ENCODING_AES_KEY',
    where: {
      zh: '管理后台 → 微信客服 → API → 接收消息和事件 → EncodingAESKey（43 位）',
      en: 'Admin Console → WeChat Customer Service → API → Receive messages and events → EncodingAESKey (43 characters)',
    },
  },
  baseUrl: {
    env: 'WECOM_BASE_URL',
    where: {
      zh: '一般不用填；私有部署填自己的地址，经固定出口 IP 的代理访问时填代理的地址',
      en: 'Usually not needed; your own address in a private deployment, or that of a proxy with a fixed egress IP',
    },
  },
  buttons: {
    env: 'WECOM_KF_BUTTONS',
    where: {
      zh: '回答后是否带菜单（有用、没帮助、转人工、接着问）；长回答的菜单另计一条消息；true 或 false',
      en: 'Whether a menu (helpful, not helpful, a person, what to ask next) follows an answer; that of a long answer counts as a message; true or false',
    },
  },
  handOverWords: {
    env: 'WECOM_KF_HAND_OVER_WORDS',
    where: {
      zh: '客户说这些话时转人工，用逗号分隔；留空用默认的中英文词',
      en: 'A customer who says one of these is handed over to a person; separated by commas; a Chinese and English list by default',
    },
  },
  handOverMarker: {
    env: 'WECOM_KF_HAND_OVER_MARKER',
    where: {
      zh: '智能体的回答里出现这段文字时转人工（文字本身不显示）；默认 [[转人工]]，写进提示词即可',
      en: 'An answer of the agent with this text in it hands over (the text is not shown); [[转人工]] by default; put it into the prompt',
    },
  },
  handOverAfter: {
    env: 'WECOM_KF_HAND_OVER_AFTER',
    where: {
      zh: '连续几次回答失败或被点“没帮助”后转人工；默认 2，0 表示不转',
      en: 'After how many answers in a row that failed or were rated unhelpful a person takes over; 2 by default, 0 for never',
    },
  },
  officeHours: {
    env: 'WECOM_KF_OFFICE_HOURS',
    where: {
      zh: '没有人工客服在线时告诉客户的服务时间，例如“周一至周五 9:00–18:00”',
      en: 'The hours that customers are told when nobody is on duty, for example “Mon–Fri 9:00–18:00”',
    },
  },
  summary: {
    env: 'WECOM_KF_SUMMARY',
    where: {
      zh: '转人工时给接手同事的摘要：digest 为网关整理的要点和最近的对话；agent 另外请智能体概括一条（消耗 token）；默认 digest',
      en: 'What a colleague who takes over is told: digest is the facts and the last lines; agent adds a summary by the agent in a second message (costs tokens); digest by default',
    },
  },
  historyMinutes: {
    env: 'WECOM_KF_HISTORY_MINUTES',
    where: {
      zh: '首次拉取某个客服账号时，早于这么多分钟的消息视为历史、不回答；默认 5，0 表示一律不答，最多 4320（企业微信保留三天）',
      en: 'At an account’s first pull, messages older than so many minutes are history and not answered; 5 by default, 0 leaves all of them alone, 4320 at most (WeCom keeps three days)',
    },
  },
} as const satisfies Record<keyof WecomKfConfig, SettingHelp>;

/** The settings of one customer service, unchecked; undefined where the environment names none. */
export function fromEnv(env: Readonly<Record<string, string | undefined>>): unknown {
  const found = settingsFromEnv(WECOM_KF_SETTINGS, env);
  return 'secret' in found || 'token' in found ? found : undefined;
}
