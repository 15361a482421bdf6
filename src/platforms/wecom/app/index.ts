import type { PlatformDefinition } from '../../../core/platform-definition.ts';
import { WecomAppPlatform } from './adapter.ts';
import { fromEnv, WECOM_SETTINGS, type WecomConfig, wecomConfigSchema } from './config.ts';

/** An app that a company has built itself in WeCom (企业微信自建应用). */
export const wecom: PlatformDefinition<WecomConfig> = {
  name: 'wecom',
  configSchema: wecomConfigSchema,
  settings: WECOM_SETTINGS,
  fromEnv,
  create: (config, deps) => new WecomAppPlatform(config, deps),
};
