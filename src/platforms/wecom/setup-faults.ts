import { type GatewayError, toGatewayError } from '../../core/errors.ts';
import type { InLanguages } from '../../core/lang.ts';
import { vendorCodeOf, WecomError } from './errors.ts';

/** How the settings of a surface are called, for the sentence that says which one is wrong. */
export interface SettingNames {
  readonly corpId: string;
  readonly secret: string;
  readonly baseUrl: string;
  /** Where the app or account stands in the vendor's back office. */
  readonly place: InLanguages;
}

/** What a refused call says about the set-up, in one sentence with where to click. */
export function setupFault(thrown: unknown, names: SettingNames, baseUrl: string): InLanguages {
  const error = toGatewayError(thrown);
  const code = vendorCodeOf(error);
  return (code !== undefined && knownFault(code, error, names)) || otherFault(error, names, baseUrl);
}

function knownFault(code: number, error: GatewayError, names: SettingNames): InLanguages | undefined {
  const { corpId, secret, place } = names;
  switch (code) {
    case 60020:
      return {
        zh: `本机的出口 IP${addressIn(error)} 不可信：${place.zh} → 企业可信IP → 添加；约一分钟后生效。`,
        en: `This machine’s address${addressIn(error)} is not trusted: ${place.en} → Enterprise trusted IP (企业可信IP) → add it; it takes about a minute to work.`,
      };
    case 40001:
    case 40091:
      return {
        zh: `${secret} 与 ${corpId} 不匹配，或应用已停用：请从 ${place.zh} 复制 Secret，并确认应用已启用。`,
        en: `${secret} does not belong to ${corpId}, or the app is stopped: copy the Secret from ${place.en} and see that the app is enabled.`,
      };
    case 40013:
      return {
        zh: `${corpId} 不存在：请从 管理后台 → 我的企业 → 企业ID 复制。`,
        en: `${corpId} is not known: copy it from Admin Console → My Enterprise → Enterprise ID.`,
      };
    case 45031:
      return {
        zh: `${secret} 强度不足：${place.zh} → Secret → 重置。`,
        en: `${secret} is too weak: ${place.en} → Secret → reset it.`,
      };
    case 48002:
    case 48006:
      return {
        zh: `应用没有调用此接口的权限：请在 ${place.zh} 的权限中授予（长期未使用的权限会被收回）。`,
        en: `The app may not call this: ${place.en} → grant the right in “permissions” (rights that are not used for long are withdrawn).`,
      };
    case 50003:
    case 60031:
      return { zh: `应用已停用：${place.zh} → 启用。`, en: `The app is disabled: ${place.en} → enable it.` };
    default:
      return undefined;
  }
}

function addressIn(error: GatewayError): string {
  const ip = error instanceof WecomError ? error.ip : undefined;
  return ip === undefined ? '' : ` ${ip}`;
}

function otherFault(error: GatewayError, names: SettingNames, baseUrl: string): InLanguages {
  if (error.code === 'platform_unavailable') {
    return {
      zh: `${baseUrl} 没有响应：请检查 ${names.baseUrl}、网络和 HTTPS_PROXY（${error.message}）。`,
      en: `${baseUrl} did not answer: check ${names.baseUrl}, the network and HTTPS_PROXY (${error.message}).`,
    };
  }
  return {
    zh: `平台拒绝了这个应用，请按原文查看管理后台：${error.message}。`,
    en: `The platform refuses the app, look it up in the Admin Console: ${error.message}.`,
  };
}
