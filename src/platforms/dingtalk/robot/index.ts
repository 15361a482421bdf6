import type { RobotDefinition } from '../../../core/robot-definition.ts';
import { ROBOT_SETTINGS, type RobotConfig, robotConfigSchema } from './config.ts';
import { RobotPusher } from './pusher.ts';
import { GroupRobot } from './robot.ts';

/** A robot that somebody has added to a DingTalk group (自定义机器人). */
export const dingtalkRobot: RobotDefinition<RobotConfig> = {
  name: 'dingtalk',
  configSchema: robotConfigSchema,
  settings: ROBOT_SETTINGS,
  create(config, deps) {
    const robot = new GroupRobot(config, deps);
    return { pusher: new RobotPusher(deps.channel, robot), close: () => robot.close() };
  },
};
