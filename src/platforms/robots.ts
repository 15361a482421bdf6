import { GatewayError } from '../core/errors.ts';
import type { RobotDefinition } from '../core/robot-definition.ts';
import { dingtalkRobot } from './dingtalk/robot/index.ts';
import { feishuRobot } from './feishu/robot/index.ts';
import { wecomRobot } from './wecom/robot/index.ts';

/** The one list of robots that stand in groups and only speak. */
export const ROBOTS = { feishu: feishuRobot, wecom: wecomRobot, dingtalk: dingtalkRobot } as const;

/** @throws {GatewayError} `config_invalid` for a name that is not in the list. */
export function robotDefinition(name: string): RobotDefinition {
  const found = Object.values<RobotDefinition>(ROBOTS).find((definition) => definition.name === name);
  if (!found) throw new GatewayError('config_invalid', `no robot is of the platform ${name}`);
  return found;
}
