import { fileOrLink } from '../../../core/file-or-link.ts';
import type { ChannelName } from '../../../core/ids.ts';
import {
  behindWords,
  fileInText,
  type PushContent,
  type Pusher,
  type PushMessage,
  type PushOptions,
  partsThatFit,
  pictureInText,
} from '../../../core/push.ts';
import { type Sent, sentWhole } from '../../../core/reply.ts';
import type { RobotDefinition, RobotDeps } from '../../../core/robot-definition.ts';
import { byteLength, splitMarkdown } from '../../../lib/markdown.ts';
import { MAX_DESCRIPTION_BYTES } from '../limits.ts';
import { renderPlain } from '../markdown.ts';
import { pushText } from '../push-text.ts';
import { ROBOT_SETTINGS, type RobotConfig, robotConfigSchema } from './config.ts';
import { robotFile } from './files.ts';
import { MAX_MARKDOWN_BYTES } from './limits.ts';
import { bodiesOf, type RobotMessage, type RobotWords } from './messages.ts';
import { GroupRobot } from './robot.ts';

/** A robot that somebody has added to a WeCom group (群机器人, 消息推送). */
export const wecomRobot: RobotDefinition<RobotConfig> = {
  name: 'wecom',
  configSchema: robotConfigSchema,
  settings: ROBOT_SETTINGS,
  create({ webhook }, deps) {
    const { origin, searchParams } = new URL(webhook);
    const robot = new GroupRobot({ key: searchParams.get('key') ?? '', baseUrl: origin }, deps);
    return { pusher: new RobotPusher(robot, deps), close: () => robot.close() };
  },
};

class RobotPusher implements Pusher {
  readonly channel: ChannelName;
  readonly reach = { message: { robot: 1 } } as const;
  readonly showsPictures = true;
  readonly showsArticles = true;
  readonly sendsFiles = true;
  readonly #robot: GroupRobot;
  readonly #deps: RobotDeps;

  constructor(robot: GroupRobot, deps: RobotDeps) {
    this.channel = deps.channel;
    this.#robot = robot;
    this.#deps = deps;
  }

  partsOf(content: PushContent): readonly PushContent[] {
    if (content.kind === 'articles' || content.kind === 'file')
      return behindWords(content, (words) => this.partsOf(words));
    if (articleOf(content)) return [content];
    return partsThatFit(
      pictureInText(content),
      MAX_MARKDOWN_BYTES,
      splitMarkdown,
      (part) => bodiesOf(wordsOf(part)).length === 1,
    );
  }

  /** The vendor keeps no keys. */
  knownUntil(): number {
    return 0;
  }

  async send({ content }: PushMessage, { signal }: PushOptions): Promise<Sent> {
    await this.#robot.send(await this.#messageOf(content, signal), signal);
    return sentWhole(undefined);
  }

  /** A file that cannot be had goes as a link. */
  async #messageOf(content: PushContent, signal: AbortSignal): Promise<RobotMessage> {
    if (content.kind !== 'file') return articleOf(content) ?? wordsOf(content);
    const file = await fileOrLink(robotFile(content.file, this.#deps, signal), this.#deps, signal);
    return file ?? wordsOf(fileInText(content));
  }
}

/** A picture, a few words and one link that call nobody: what the vendor has an article for. */
function articleOf(content: PushContent): RobotWords | undefined {
  if (content.kind === 'articles') return { kind: 'articles', articles: content.articles };
  if (content.kind !== 'card' || content.picture === undefined || content.mentions !== undefined) return undefined;
  const [link, ...more] = content.buttons;
  const description = renderPlain(content.text).trim();
  if (!link || more.length > 0 || byteLength(description) > MAX_DESCRIPTION_BYTES) return undefined;
  const { title, picture } = content;
  return { kind: 'articles', articles: [{ title, url: link.url, description, picture }] };
}

/** Markdown calls members only; whoever has to call a number or everybody says it in plain words. */
function wordsOf(content: PushContent): RobotWords {
  const { users = [], mobiles = [], everybody = false } = content.mentions ?? {};
  const text = pushText(content);
  if (content.kind === 'text' || mobiles.length > 0 || everybody)
    return { kind: 'text', text, mentions: { users, mobiles, everybody } };
  return { kind: 'markdown', text, users };
}
