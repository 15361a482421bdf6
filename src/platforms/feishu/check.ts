import type { GatewayError } from '../../core/errors.ts';
import { toGatewayError } from '../../core/errors.ts';
import type { InLanguages } from '../../core/lang.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import type { CallOptions, FeishuApi } from './api.ts';
import type { FeishuClient } from './client.ts';
import type { FeishuConfig } from './config.ts';
import { vendorCodeOf } from './errors.ts';
import { askEndpoint } from './socket.ts';

/** What an enabled bot has as `activate_status` (bot-v3/bot_info). */
const ENABLED = 2;

/** Tries the credentials, the bot and the connection; a sentence for each fault, with where to click. */
export async function checkSetup(
  parts: {
    readonly config: FeishuConfig;
    readonly client: FeishuClient;
    readonly api: FeishuApi;
    readonly deps: PlatformDeps;
  },
  signal: AbortSignal,
): Promise<readonly InLanguages[]> {
  const { config, client, api, deps } = parts;
  const options: CallOptions = { priority: 'final', signal };
  const bot = await api.botInfo(options).catch(toGatewayError);
  // With wrong credentials everything else fails for the same reason.
  if (bot instanceof Error) return [botFault(bot, config)];
  const faults: InLanguages[] = [];
  if (bot.status !== ENABLED) {
    faults.push({
      zh: '机器人未启用：开发者后台 → 你的应用 → 版本管理与发布 → 创建版本并通过审核。',
      en: 'The bot is not active: Developer Console → your app → Version Management & Release → create a version and have it approved.',
    });
  }
  if (config.mode === 'socket') {
    const endpoint = await askEndpoint(client, config, deps, signal).catch(toGatewayError);
    if (endpoint instanceof Error) faults.push(socketFault(endpoint));
  }
  return faults;
}

/** By the vendor's code. */
const BOT_FAULTS: ReadonlyMap<number, InLanguages> = new Map(
  (
    [
      [
        [10003, 10014],
        {
          zh: 'FEISHU_APP_ID 不存在：请从 开发者后台 → 你的应用 → 凭证与基础信息 复制。',
          en: 'FEISHU_APP_ID is not known: copy it from Developer Console → your app → Credentials & Basic Info.',
        },
      ],
      [
        [10015, 99991543],
        {
          zh: 'FEISHU_APP_SECRET 与 FEISHU_APP_ID 不匹配：请从 开发者后台 → 你的应用 → 凭证与基础信息 复制。',
          en: 'FEISHU_APP_SECRET does not belong to FEISHU_APP_ID: copy it from Developer Console → your app → Credentials & Basic Info.',
        },
      ],
      [
        [99991401],
        {
          zh: '本机的出口 IP 不在白名单中：请在 开发者后台 → 安全设置 → IP 白名单 中添加。',
          en: 'This machine’s address is not allowed: add it under Developer Console → Security Settings → IP Allow List.',
        },
      ],
      [
        [230006, 99991672],
        {
          zh: '应用还没有机器人能力：开发者后台 → 你的应用 → 添加应用能力 → 机器人，然后发布一个版本。',
          en: 'The app is no bot yet: Developer Console → your app → Add Features → Bot, then release a version.',
        },
      ],
      [
        [99991662, 99991673],
        {
          zh: '应用在本企业中被停用：请在 管理后台 → 工作台 → 应用管理 中启用。',
          en: 'The app is disabled in this company: Admin Console → Workplace → App Management.',
        },
      ],
    ] as const
  ).flatMap(([codes, words]) => codes.map((code) => [code, words] as const)),
);

function botFault(error: GatewayError, config: FeishuConfig): InLanguages {
  const known = BOT_FAULTS.get(vendorCodeOf(error) ?? 0);
  if (known !== undefined) return known;
  if (error.code === 'platform_unavailable') {
    return {
      zh: `${config.baseUrl} 没有响应：请检查 FEISHU_BASE_URL、网络和 HTTPS_PROXY（${error.message}）。`,
      en: `${config.baseUrl} did not answer: check FEISHU_BASE_URL, the network and HTTPS_PROXY (${error.message}).`,
    };
  }
  return {
    zh: `平台拒绝了这个应用，请按原文查看开发者后台：${error.message}。`,
    en: `The platform refuses the app, look it up in the Developer Console: ${error.message}.`,
  };
}

/** By the vendor's code. */
const SOCKET_FAULTS: ReadonlyMap<number, InLanguages> = new Map([
  [
    514,
    {
      zh: '长连接拒绝了凭证：请检查 FEISHU_APP_SECRET。',
      en: 'The long connection refuses the credentials: check FEISHU_APP_SECRET.',
    },
  ],
  [
    1000040350,
    {
      zh: '这个应用已有 50 个长连接：请停止使用同一应用的其他程序。',
      en: 'The app has 50 long connections already: stop other programs that use the same app.',
    },
  ],
  [
    403,
    {
      zh: '没有开启长连接：开发者后台 → 你的应用 → 事件与回调 → 订阅方式选择“长连接”；仅企业自建应用支持。',
      en: 'The long connection is not allowed: Developer Console → your app → Events & Callbacks → choose “long connection”; only self-built apps have it.',
    },
  ],
]);

function socketFault(error: GatewayError): InLanguages {
  const known = SOCKET_FAULTS.get(vendorCodeOf(error) ?? 0);
  if (known !== undefined) return known;
  return {
    zh: `长连接打不开，请检查网络和 HTTPS_PROXY：${error.message}。`,
    en: `The long connection cannot be opened, check the network and HTTPS_PROXY: ${error.message}.`,
  };
}
