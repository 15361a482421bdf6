import type { ChannelName } from '../../../core/ids.ts';
import {
  type Article,
  articlesInText,
  behindWords,
  type PushContent,
  type Pusher,
  type PushMessage,
  type PushOptions,
  partsThatFit,
} from '../../../core/push.ts';
import { type Sent, sentWhole } from '../../../core/reply.ts';
import { byteLength, splitMarkdown } from '../../../lib/markdown.ts';
import { MAX_ROBOT_BYTES, ROBOT_UUID_MS } from '../limits.ts';
import { renderMarkdown } from '../markdown.ts';
import { titleOf, wordsAbove } from '../messages.ts';
import { type RobotWords, robotBody } from './messages.ts';
import type { GroupRobot } from './robot.ts';

/** Room for `msgUuid` and for a keyword in front. */
const ROOM_BYTES = 500;

/** What is pushed into the group of a robot. */
export class RobotPusher implements Pusher {
  readonly channel: ChannelName;
  readonly reach = { message: { robot: 1 } } as const;
  readonly showsArticles = true;
  readonly #robot: GroupRobot;

  constructor(channel: ChannelName, robot: GroupRobot) {
    this.channel = channel;
    this.#robot = robot;
  }

  /** One article is a link; several are a list of pictures, or of links in a text where one of them has none. */
  partsOf(content: PushContent): readonly PushContent[] {
    if (content.kind === 'articles') {
      const { articles } = content;
      if (articles.length > 1 && articles.some(({ picture }) => picture === undefined))
        return this.partsOf(articlesInText(content));
      return behindWords(content, (words) => this.partsOf(words), wordsAbove);
    }
    const fits = (part: PushContent): boolean =>
      byteLength(JSON.stringify(robotBody(wordsOf(part, 'zh')))) <= MAX_ROBOT_BYTES - ROOM_BYTES;
    return partsThatFit(content, MAX_ROBOT_BYTES - 2 * ROOM_BYTES, splitMarkdown, fits);
  }

  knownUntil(_: PushMessage, firstSentAt: number): number {
    return firstSentAt + ROBOT_UUID_MS;
  }

  async send({ content, lang, key }: PushMessage, { signal }: PushOptions): Promise<Sent> {
    await this.#robot.send(wordsOf(content, lang), { signal, key });
    return sentWhole(undefined);
  }
}

function wordsOf(content: PushContent, lang: PushMessage['lang']): RobotWords {
  const { mentions } = content;
  const called = mentions === undefined ? {} : { mentions };
  if (content.kind === 'text') return { kind: 'text', text: content.text, ...called };
  if (content.kind === 'articles') return articleWords(content.articles);
  const text = renderMarkdown(content.text);
  const title = content.title ?? titleOf(text, lang);
  const buttons = content.kind === 'card' ? content.buttons : [];
  const whole = content.kind === 'card' ? `### ${renderMarkdown(title)}\n\n${text}` : text;
  // Who is called by a card nobody sees.
  if (buttons.length === 0 || mentions !== undefined) {
    const links = buttons.map((button) => `[${button.text.replace(/[[\]]/g, '')}](${button.url})`).join('  \n');
    return { kind: 'markdown', title, text: links === '' ? whole : `${whole}\n\n${links}`, ...called };
  }
  return { kind: 'card', title, text: whole, buttons };
}

function articleWords(articles: readonly Article[]): RobotWords {
  const [first] = articles;
  if (articles.length === 1 && first) {
    const { title, url, description, picture } = first;
    // The vendor wants words there.
    return { kind: 'link', title, text: description ?? title, url, ...(picture !== undefined && { picture }) };
  }
  return { kind: 'feed', links: articles.map(({ title, url, picture = '' }) => ({ title, url, picture })) };
}
