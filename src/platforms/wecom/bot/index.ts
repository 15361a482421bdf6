import type { PlatformDefinition } from '../../../core/platform-definition.ts';
import { WecomBotPlatform } from './adapter.ts';
import { fromEnv, WECOM_BOT_SETTINGS, type WecomBotConfig, wecomBotConfigSchema } from './config.ts';

/** An AI bot (智能机器人) of WeCom, by long connection or by callback. */
export const wecomBot: PlatformDefinition<WecomBotConfig> = {
  name: 'wecom-bot',
  configSchema: wecomBotConfigSchema,
  settings: WECOM_BOT_SETTINGS,
  fromEnv,
  create: (config, deps) => new WecomBotPlatform(config, deps),
};
