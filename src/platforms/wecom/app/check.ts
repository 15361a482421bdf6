import { toGatewayError } from '../../../core/errors.ts';
import { vendorCodeOf } from '../errors.ts';
import { type SettingNames, setupFault } from '../setup-faults.ts';
import type { AppApi } from './api.ts';
import type { WecomConfig } from './config.ts';
import { missingCommands } from './menu.ts';

const NAMES: SettingNames = {
  corpId: 'WECOM_CORP_ID',
  secret: 'WECOM_SECRET',
  baseUrl: 'WECOM_BASE_URL',
  place: 'Admin Console → App Management → your app',
};

/** Tries the credentials and the app; a sentence for each fault, with where to click. */
export async function checkSetup(config: WecomConfig, api: AppApi, signal: AbortSignal): Promise<readonly string[]> {
  const info = await api.appInfo({ priority: 'final', signal }).catch(toGatewayError);
  if (info instanceof Error) return [faultOf(info, config)];
  if (info.closed) return [`The app ${info.name} is disabled: ${NAMES.place} → enable it.`];
  return config.menu === 'commands' ? menuFaults(api, config, signal) : [];
}

async function menuFaults(api: AppApi, config: WecomConfig, signal: AbortSignal): Promise<readonly string[]> {
  const missing = await missingCommands(api, signal).catch(toGatewayError);
  if (missing instanceof Error) return [faultOf(missing, config)];
  if (missing.length === 0) return [];
  return [
    `The app’s menu has no entry for ${missing.join(', ')}: start the gateway once, it sets the menu (WECOM_MENU=commands); or ${NAMES.place} → Custom menu (自定义菜单) → click entries with these keys.`,
  ];
}

function faultOf(error: Error, config: WecomConfig): string {
  if (vendorCodeOf(error) === 40056 || vendorCodeOf(error) === 301002)
    return `WECOM_AGENT_ID ${config.agentId} is not the app of WECOM_SECRET: copy both from the same page, ${NAMES.place}.`;
  return setupFault(error, NAMES, config.baseUrl);
}
