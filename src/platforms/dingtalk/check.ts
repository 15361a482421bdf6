import { type GatewayError, toGatewayError } from '../../core/errors.ts';
import type { InLanguages } from '../../core/lang.ts';
import type { DingtalkClient } from './client.ts';
import type { DingtalkConfig } from './config.ts';
import { vendorCodeOf } from './errors.ts';
import { askTarget } from './socket.ts';

/** Tries the credentials and, in stream mode, the connection; a sentence for each fault, with where to click. */
export async function checkSetup(
  config: DingtalkConfig,
  client: DingtalkClient,
  signal: AbortSignal,
): Promise<readonly InLanguages[]> {
  const token = await client.tryToken().catch(toGatewayError);
  if (token instanceof Error) return [faultOf(token, config)];
  if (config.mode !== 'stream') return [];
  // The ticket is not used, and ends by itself after 90 s.
  const target = await askTarget(client, config, signal).catch(toGatewayError);
  return target instanceof Error ? [faultOf(target, config)] : [];
}

const CREDENTIALS: InLanguages = {
  zh: 'DINGTALK_CLIENT_ID 与 DINGTALK_CLIENT_SECRET 不匹配：请从 钉钉开发者后台 → 你的应用 → 凭证与基础信息 一起复制。',
  en: 'DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET do not belong together: copy both from DingTalk developer console → your app → Credentials & Basic Info.',
};
const ADDRESS: InLanguages = {
  zh: '本机的出口 IP 不在白名单中：请在 开发者后台 → 你的应用 → 安全设置 → 服务器出口 IP 中添加。',
  en: 'This machine’s address is not allowed: add it under developer console → your app → Security Settings → server egress IP.',
};
const USED_UP: InLanguages = {
  zh: '企业本月的接口调用次数已用完：请购买加量包，或等到下个月。',
  en: 'The organisation’s calls of this month are used up: buy an add-on pack, or wait for the next month.',
};

/** By the vendor's code. */
const FAULTS: ReadonlyMap<string, InLanguages> = new Map([
  ['invalidClientIdOrSecret', CREDENTIALS],
  ['authFailed', CREDENTIALS],
  ['40089', CREDENTIALS],
  ['Forbidden.AccessDenied.IpNotInWhiteList', ADDRESS],
  ['60020', ADDRESS],
  ['Forbidden.AccessDenied.ApiCountLimitForOrg', USED_UP],
  ['90020', USED_UP],
]);

function faultOf(error: GatewayError, config: DingtalkConfig): InLanguages {
  const known = FAULTS.get(vendorCodeOf(error) ?? '');
  if (known !== undefined) return known;
  if (error.code === 'platform_unavailable') {
    return {
      zh: `${config.baseUrl} 没有响应：请检查 DINGTALK_BASE_URL、网络和 HTTPS_PROXY（${error.message}）。`,
      en: `${config.baseUrl} did not answer: check DINGTALK_BASE_URL, the network and HTTPS_PROXY (${error.message}).`,
    };
  }
  return {
    zh: `平台拒绝了这个应用，请按原文查看开发者后台：${error.message}。`,
    en: `The platform refuses the app, look it up in the developer console: ${error.message}.`,
  };
}
