import type { PlatformDefinition } from '../../../core/platform-definition.ts';
import { WecomKfPlatform } from './adapter.ts';
import { fromEnv, WECOM_KF_SETTINGS, type WecomKfConfig, wecomKfConfigSchema } from './config.ts';

/** The customer service of a company, for people in WeChat (微信客服). */
export const wecomKf: PlatformDefinition<WecomKfConfig> = {
  name: 'wecom-kf',
  configSchema: wecomKfConfigSchema,
  settings: WECOM_KF_SETTINGS,
  fromEnv,
  create: (config, deps) => new WecomKfPlatform(config, deps),
};
