import { toGatewayError } from '../../../core/errors.ts';
import type { InLanguages } from '../../../core/lang.ts';
import { type SettingNames, setupFault } from '../setup-faults.ts';
import type { KfApi } from './api.ts';
import { briefingFault } from './briefing.ts';
import type { WecomKfConfig } from './config.ts';

const NAMES: SettingNames = {
  corpId: 'WECOM_CORP_ID',
  secret: 'WECOM_KF_SECRET',
  baseUrl: 'WECOM_BASE_URL',
  place: {
    zh: '管理后台 → 微信客服 → API → 可调用接口的应用',
    en: 'Admin Console → WeChat Customer Service → API → apps that may call (可调用接口的应用)',
  },
};

const NO_ACCOUNT: InLanguages = {
  zh: '还没有客服账号：管理后台 → 微信客服 → 添加一个。',
  en: 'There is no account of customer service: Admin Console → WeChat Customer Service (微信客服) → add one.',
};

/** Tries the credentials and the accounts; a sentence for each fault, with where to click. */
export async function checkSetup(
  config: WecomKfConfig,
  api: KfApi,
  signal: AbortSignal,
): Promise<readonly InLanguages[]> {
  const accounts = await api.accounts(signal).catch(toGatewayError);
  if (accounts instanceof Error) return [setupFault(accounts, NAMES, config.baseUrl)];
  if (accounts.length === 0) return [NO_ACCOUNT];
  const unbriefed = await briefingFault(api, signal).catch((error: unknown) =>
    setupFault(error, NAMES, config.baseUrl),
  );
  const closed = accounts
    .filter(({ managed }) => !managed)
    .map(({ name }) => ({
      zh: `客服账号 ${name} 没有交给 API 管理：微信客服 → API → 通过API管理微信客服账号。`,
      en: `The account ${name} is not handed over to the API: WeChat Customer Service → API → accounts managed by API (通过API管理微信客服账号).`,
    }));
  return unbriefed === undefined ? closed : [...closed, unbriefed];
}
