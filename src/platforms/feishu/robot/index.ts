import type { ChannelName } from '../../../core/ids.ts';
import { type PushContent, type Pusher, type PushMessage, type PushOptions, partsThatFit } from '../../../core/push.ts';
import { type Sent, sentWhole } from '../../../core/reply.ts';
import type { RobotDefinition } from '../../../core/robot-definition.ts';
import { byteLength, splitMarkdown } from '../../../lib/markdown.ts';
import type { Json } from '../../../lib/read.ts';
import { MAX_ANSWER_BYTES, MAX_ROBOT_BYTES } from '../limits.ts';
import { viewOf } from '../push-content.ts';
import { ROBOT_SETTINGS, type RobotConfig, robotConfigSchema } from './config.ts';
import { GroupRobot } from './robot.ts';

/** A bot that somebody has added to a Feishu group (自定义机器人). */
export const feishuRobot: RobotDefinition<RobotConfig> = {
  name: 'feishu',
  configSchema: robotConfigSchema,
  settings: ROBOT_SETTINGS,
  create(config, deps) {
    const robot = new GroupRobot(config, deps);
    return { pusher: new RobotPusher(deps.channel, robot, config.keywords), close: () => robot.close() };
  },
};

/** Room for the signature. */
const ROOM_BYTES = 200;

class RobotPusher implements Pusher {
  readonly channel: ChannelName;
  readonly reach = { message: { robot: 1 } } as const;
  readonly #robot: GroupRobot;
  readonly #keywords: readonly string[];

  constructor(channel: ChannelName, robot: GroupRobot, keywords: readonly string[]) {
    this.channel = channel;
    this.#robot = robot;
    this.#keywords = keywords;
  }

  partsOf(content: PushContent): readonly PushContent[] {
    const fits = (part: PushContent): boolean =>
      byteLength(JSON.stringify(this.#bodyOf(part, 'zh'))) <= MAX_ROBOT_BYTES - ROOM_BYTES;
    return partsThatFit(content, MAX_ANSWER_BYTES, splitMarkdown, fits);
  }

  knownUntil(): number {
    return 0;
  }

  async send({ content, lang }: PushMessage, { signal }: PushOptions): Promise<Sent> {
    await this.#robot.send(this.#bodyOf(content, lang), signal);
    return sentWhole(undefined);
  }

  #bodyOf(content: PushContent, lang: PushMessage['lang']): Json {
    const view = viewOf(this.#withKeyword(content), lang);
    return view.kind === 'text'
      ? { msg_type: 'text', content: { text: view.text } }
      : { msg_type: 'interactive', card: view.card };
  }

  /** One of the keywords has to be in the message, where it is guarded by such. */
  #withKeyword(content: PushContent): PushContent {
    const [first] = this.#keywords;
    const title = content.kind === 'text' ? '' : (content.title ?? '');
    const said = `${title}\n${content.text}`;
    if (first === undefined || this.#keywords.some((word) => said.includes(word))) return content;
    return { ...content, text: `${first} ${content.text}` };
  }
}
