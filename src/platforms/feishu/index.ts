import type { PlatformDefinition } from '../../core/platform-definition.ts';
import { FeishuPlatform } from './adapter.ts';
import { FEISHU_SETTINGS, type FeishuConfig, feishuConfigSchema, fromEnv } from './config.ts';

/** Feishu (飞书) and, by its base URL, Lark. */
export const feishu: PlatformDefinition<FeishuConfig> = {
  name: 'feishu',
  configSchema: feishuConfigSchema,
  settings: FEISHU_SETTINGS,
  fromEnv,
  budget: ({ callsPerMonth, limits: { fewUpdatesFrom, messagesFrom, pace } }) => ({
    calls: callsPerMonth,
    pushes: 0,
    fewUpdatesFrom,
    messagesFrom,
    pace,
  }),
  create: (config, deps) => new FeishuPlatform(config, deps),
};
