import { toGatewayError } from '../../../core/errors.ts';
import type { InLanguages } from '../../../core/lang.ts';
import { vendorCodeOf } from '../errors.ts';
import { type SettingNames, setupFault } from '../setup-faults.ts';
import type { AppApi } from './api.ts';
import type { WecomConfig } from './config.ts';
import { missingCommands } from './menu.ts';

const NAMES: SettingNames = {
  corpId: 'WECOM_CORP_ID',
  secret: 'WECOM_SECRET',
  baseUrl: 'WECOM_BASE_URL',
  place: { zh: '管理后台 → 应用管理 → 你的应用', en: 'Admin Console → App Management → your app' },
};

/** Tries the credentials and the app; a sentence for each fault, with where to click. */
export async function checkSetup(
  config: WecomConfig,
  api: AppApi,
  signal: AbortSignal,
): Promise<readonly InLanguages[]> {
  const info = await api.appInfo({ priority: 'final', signal }).catch(toGatewayError);
  if (info instanceof Error) return [faultOf(info, config)];
  if (info.closed) {
    const [zh, en] = [
      `应用 ${info.name} 已停用：${NAMES.place.zh} → 启用。`,
      `The app ${info.name} is disabled: ${NAMES.place.en} → enable it.`,
    ];
    return [{ zh, en }];
  }
  return config.menu === 'commands' ? menuFaults(api, config, signal) : [];
}

async function menuFaults(api: AppApi, config: WecomConfig, signal: AbortSignal): Promise<readonly InLanguages[]> {
  const missing = await missingCommands(api, signal).catch(toGatewayError);
  if (missing instanceof Error) return [faultOf(missing, config)];
  if (missing.length === 0) return [];
  return [
    {
      zh: `应用菜单缺少 ${missing.join('、')}：启动一次网关，它会设置菜单（WECOM_MENU=commands）；或在 ${NAMES.place.zh} → 自定义菜单 中添加以这些为 key 的点击项。`,
      en: `The app’s menu has no entry for ${missing.join(', ')}: start the gateway once, it sets the menu (WECOM_MENU=commands); or ${NAMES.place.en} → Custom menu (自定义菜单) → click entries with these keys.`,
    },
  ];
}

function faultOf(error: Error, config: WecomConfig): InLanguages {
  if (vendorCodeOf(error) === 40056 || vendorCodeOf(error) === 301002) {
    return {
      zh: `WECOM_AGENT_ID ${config.agentId} 与 WECOM_SECRET 不属于同一个应用：请从同一页面复制，${NAMES.place.zh}。`,
      en: `WECOM_AGENT_ID ${config.agentId} is not the app of WECOM_SECRET: copy both from the same page, ${NAMES.place.en}.`,
    };
  }
  return setupFault(error, NAMES, config.baseUrl);
}
