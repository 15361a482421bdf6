import type { PlatformDefinition } from '../../core/platform-definition.ts';
import { DingtalkPlatform } from './adapter.ts';
import { budgetPlanOf } from './budget.ts';
import { DINGTALK_SETTINGS, type DingtalkConfig, dingtalkConfigSchema, fromEnv } from './config.ts';

/** DingTalk (钉钉): the robot of an app that a company has made for itself. */
export const dingtalk: PlatformDefinition<DingtalkConfig> = {
  name: 'dingtalk',
  configSchema: dingtalkConfigSchema,
  settings: DINGTALK_SETTINGS,
  fromEnv,
  budget: budgetPlanOf,
  create: (config, deps) => new DingtalkPlatform(config, deps),
};
