import { type GatewayError, toGatewayError } from '../../core/errors.ts';
import type { DingtalkClient } from './client.ts';
import type { DingtalkConfig } from './config.ts';
import { vendorCodeOf } from './errors.ts';
import { askTarget } from './socket.ts';

/** Tries the credentials and, in stream mode, the connection; a sentence for each fault, with where to click. */
export async function checkSetup(
  config: DingtalkConfig,
  client: DingtalkClient,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const token = await client.tryToken().catch(toGatewayError);
  if (token instanceof Error) return [faultOf(token, config)];
  if (config.mode !== 'stream') return [];
  // The ticket is not used, and ends by itself after 90 s.
  const target = await askTarget(client, config, signal).catch(toGatewayError);
  return target instanceof Error ? [faultOf(target, config)] : [];
}

function faultOf(error: GatewayError, config: DingtalkConfig): string {
  switch (vendorCodeOf(error)) {
    case 'invalidClientIdOrSecret':
    case 'authFailed':
    case '40089':
      return 'DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET do not belong together: copy both from DingTalk developer console → your app → Credentials & Basic Info.';
    case 'Forbidden.AccessDenied.IpNotInWhiteList':
    case '60020':
      return 'This machine’s address is not allowed: add it under developer console → your app → Security Settings → server egress IP.';
    case 'Forbidden.AccessDenied.ApiCountLimitForOrg':
    case '90020':
      return 'The organisation’s calls of this month are used up: buy an add-on pack, or wait for the next month.';
    default:
      break;
  }
  if (error.code === 'platform_unavailable')
    return `${config.baseUrl} did not answer: check DINGTALK_BASE_URL, the network and HTTPS_PROXY (${error.message}).`;
  return `The platform refuses the app: ${error.message}.`;
}
