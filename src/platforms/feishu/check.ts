import type { GatewayError } from '../../core/errors.ts';
import { toGatewayError } from '../../core/errors.ts';
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
): Promise<readonly string[]> {
  const { config, client, api, deps } = parts;
  const options: CallOptions = { priority: 'final', signal };
  const bot = await api.botInfo(options).catch(toGatewayError);
  // With wrong credentials everything else fails for the same reason.
  if (bot instanceof Error) return [botFault(bot, config)];
  const faults: string[] = [];
  if (bot.status !== ENABLED) {
    faults.push(
      'The bot is not active: Developer Console → your app → Version Management & Release → create a version and have it approved.',
    );
  }
  if (config.mode === 'socket') {
    const endpoint = await askEndpoint(client, config, deps, signal).catch(toGatewayError);
    if (endpoint instanceof Error) faults.push(socketFault(endpoint));
  }
  return faults;
}

function botFault(error: GatewayError, config: FeishuConfig): string {
  const code = vendorCodeOf(error);
  if (code === 10003 || code === 10014)
    return 'FEISHU_APP_ID is not known: copy it from Developer Console → your app → Credentials & Basic Info.';
  if (code === 10015 || code === 99991543) {
    return 'FEISHU_APP_SECRET does not belong to FEISHU_APP_ID: copy it from Developer Console → your app → Credentials & Basic Info.';
  }
  if (code === 99991401)
    return 'This machine’s address is not allowed: add it under Developer Console → Security Settings → IP Allow List.';
  if (code === 230006 || code === 99991672)
    return 'The app is no bot yet: Developer Console → your app → Add Features → Bot, then release a version.';
  if (code === 99991662 || code === 99991673)
    return 'The app is disabled in this company: Admin Console → Workplace → App Management.';
  if (error.code === 'platform_unavailable')
    return `${config.baseUrl} did not answer: check FEISHU_BASE_URL, the network and HTTPS_PROXY (${error.message}).`;
  return `The platform refuses the app: ${error.message}.`;
}

function socketFault(error: GatewayError): string {
  const code = vendorCodeOf(error);
  if (code === 514) return 'The long connection refuses the credentials: check FEISHU_APP_SECRET.';
  if (code === 1000040350) return 'The app has 50 long connections already: stop other programs that use the same app.';
  if (code === 403)
    return 'The long connection is not allowed: Developer Console → your app → Events & Callbacks → choose “long connection”; only self-built apps have it.';
  return `The long connection cannot be opened: ${error.message}.`;
}
