import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GatewayProcess, startGatewayProcess } from '../test/support/gateway-process.ts';
import { APP, type Vendor } from './deliveries.ts';
import { DINGTALK_APP } from './deliveries-dingtalk.ts';
import { WECOM_APP } from './deliveries-wecom.ts';
import { WECOM_BOT } from './deliveries-wecom-bot.ts';
import { ROOT } from './packed.ts';

export interface Gateway extends GatewayProcess {
  readonly webhookUrl: string;
}

export interface GatewayOptions {
  /** Which of the vendors it is connected to; Feishu when absent. */
  readonly vendor?: Vendor;
  /** By the vendor's long connection instead of a webhook. */
  readonly byLine?: true;
  /** Where the stand-ins of the vendors and of Dify are. */
  readonly farUrl: string;
  /** Where the AI bot of WeCom opens its connection; the other vendors tell it at `farUrl`. */
  readonly linesUrl: string;
  /** A folder for its data. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Keeps to the vendor's own limits instead of those of a private deployment. */
  readonly vendorLimits?: true;
  /** The launcher of a built package. */
  readonly program?: string;
  /** Options of Node's own (`--cpu-prof`). */
  readonly nodeOptions?: readonly string[];
}

/**
 * The vendor's own limits would be all that is measured, so they are lifted, as in a private deployment. Not higher for a
 * chat: each chat's limiter keeps the times of so many calls.
 */
const SETTINGS: Readonly<Record<Vendor, string>> = {
  feishu: `
channels:
  - platform: feishu
    limits: { perSecond: 100000, perMinute: 6000000, perChatPerSecond: 100 }
`,
  // Without the card of buttons behind it, an answer is one message, as at Feishu.
  wecom: `
channels:
  - platform: wecom
    buttons: false
    limits: { perMemberPerMinute: 6000, perMemberPerHour: 360000 }
`,
  'wecom-bot': `
channels:
  - platform: wecom-bot
    limits: { perMinute: 6000, perHour: 360000 }
`,
  dingtalk: `
channels:
  - platform: dingtalk
    callsPerMonth: 0
    pushesPerMonth: 0
    limits: { perSecond: 100000, perChatPerMinute: 6000 }
`,
};

/** What connects it, by the environment. */
function vendorEnv({ vendor = 'feishu', byLine, farUrl, linesUrl }: GatewayOptions): Readonly<Record<string, string>> {
  if (vendor === 'feishu') {
    return {
      FEISHU_MODE: byLine ? 'socket' : 'webhook',
      FEISHU_APP_ID: APP.appId,
      FEISHU_APP_SECRET: APP.appSecret,
      FEISHU_ENCRYPT_KEY: APP.encryptKey,
      FEISHU_VERIFICATION_TOKEN: APP.verificationToken,
      FEISHU_BASE_URL: farUrl,
    };
  }
  if (vendor === 'wecom-bot') {
    return {
      WECOM_BOT_ID: WECOM_BOT.botId,
      WECOM_BOT_SECRET: WECOM_BOT.secret,
      WECOM_BOT_WS_URL: `${linesUrl}/wecom-bot`,
    };
  }
  if (vendor === 'dingtalk') {
    return {
      DINGTALK_MODE: byLine ? 'stream' : 'webhook',
      DINGTALK_CLIENT_ID: DINGTALK_APP.clientId,
      DINGTALK_CLIENT_SECRET: DINGTALK_APP.clientSecret,
      ...(!byLine && {
        DINGTALK_CARD_ROUTE_KEY: DINGTALK_APP.cardRouteKey,
        DINGTALK_CARD_SECRET: DINGTALK_APP.cardSecret,
      }),
      DINGTALK_BASE_URL: farUrl,
      DINGTALK_OAPI_BASE_URL: farUrl,
    };
  }
  return {
    WECOM_CORP_ID: WECOM_APP.corpId,
    WECOM_AGENT_ID: String(WECOM_APP.agentId),
    WECOM_SECRET: WECOM_APP.secret,
    WECOM_TOKEN: WECOM_APP.token,
    WECOM_ENCODING_AES_KEY: WECOM_APP.encodingAesKey,
    WECOM_BASE_URL: farUrl,
  };
}

/** What the unit for systemd, like the image, tells glibc: a gateway is measured as it is run. */
function memoryEnv(): Readonly<Record<string, string>> {
  const unit = readFileSync(join(ROOT, 'deploy/systemd/posthouse.service'), 'utf8');
  return Object.fromEntries(
    [...unit.matchAll(/^Environment=(MALLOC_\w+)=(\d+)$/gm)].map(([, name, value]) => [name, value]),
  );
}

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { farUrl, folder, vendor = 'feishu', env = {} } = options;
  const settings = join(folder, 'posthouse.yaml');
  writeFileSync(settings, options.vendorLimits ? '' : SETTINGS[vendor]);
  const gateway = await startGatewayProcess({
    ...options,
    env: {
      ...memoryEnv(),
      POSTHOUSE_CONFIG: settings,
      ...vendorEnv(options),
      DIFY_BASE_URL: `${farUrl}/v1`,
      DIFY_API_KEY: 'app-bench',
      DIFY_MAX_CONCURRENT: '2000',
      ...env,
    },
  });
  return { ...gateway, webhookUrl: `${gateway.url}/webhook/${vendor}` };
}
