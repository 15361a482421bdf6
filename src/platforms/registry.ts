import { GatewayError } from '../core/errors.ts';
import type { PlatformDefinition } from '../core/platform-definition.ts';
import { dingtalk } from './dingtalk/index.ts';
import { feishu } from './feishu/index.ts';
import { wecom } from './wecom/app/index.ts';
import { wecomBot } from './wecom/bot/index.ts';
import { wecomKf } from './wecom/kf/index.ts';

/** The one list of platforms. */
export const PLATFORMS = { feishu, wecom, 'wecom-bot': wecomBot, 'wecom-kf': wecomKf, dingtalk } as const;

export type PlatformName = keyof typeof PLATFORMS;

/** @throws {GatewayError} `config_invalid` for a name that is not in the list. */
export function platformDefinition(name: string): PlatformDefinition {
  const found = Object.values<PlatformDefinition>(PLATFORMS).find((definition) => definition.name === name);
  if (!found) throw new GatewayError('config_invalid', `no platform is called ${name}`);
  return found;
}
