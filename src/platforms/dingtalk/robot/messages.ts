import { GatewayError } from '../../../core/errors.ts';
import type { Mentions } from '../../../core/mentions.ts';
import type { LinkButton } from '../../../core/push.ts';
import { byteLength } from '../../../lib/markdown.ts';
import type { Json } from '../../../lib/read.ts';
import { shortened } from '../buttons.ts';
import { MAX_ROBOT_BYTES, MAX_ROBOT_MENTIONS } from '../limits.ts';

/** One of several links below each other. */
export interface FeedLink {
  readonly title: string;
  readonly url: string;
  readonly picture: string;
}

/** What a group's robot can say. */
export type RobotWords =
  | { readonly kind: 'text'; readonly text: string; readonly mentions?: Mentions }
  /** In the vendor's Markdown. */
  | { readonly kind: 'markdown'; readonly title: string; readonly text: string; readonly mentions?: Mentions }
  | {
      readonly kind: 'link';
      readonly title: string;
      readonly text: string;
      readonly url: string;
      readonly picture?: string;
    }
  | {
      readonly kind: 'card';
      readonly title: string;
      readonly text: string;
      readonly buttons: readonly LinkButton[];
      readonly beside?: boolean;
    }
  | { readonly kind: 'feed'; readonly links: readonly FeedLink[] };

/**
 * The body of a message, without `msgUuid`.
 *
 * @param keywords - Where the robot is guarded by keywords: one of them has to be in the message, so the first is put in front when
 *   none is.
 * @throws {GatewayError} `platform_content_refused`.
 * @see https://open.dingtalk.com/document/development/custom-robots-send-group-messages
 */
export function robotBody(words: RobotWords, keywords: readonly string[] = []): Json {
  const body = bodyOf(withKeyword(words, keywords));
  if (byteLength(JSON.stringify(body)) > MAX_ROBOT_BYTES) throw refused('has more than 20,000 bytes');
  return body;
}

function bodyOf(words: RobotWords): Json {
  switch (words.kind) {
    case 'text': {
      const { at, call } = calling(words.mentions);
      return { msgtype: 'text', text: { content: call === '' ? words.text : `${words.text}\n${call}` }, ...at };
    }
    case 'markdown': {
      const { at, call } = calling(words.mentions);
      const text = call === '' ? words.text : `${words.text}\n\n${call}`;
      return { msgtype: 'markdown', markdown: { title: words.title, text }, ...at };
    }
    case 'link': {
      const { title, text, url, picture } = words;
      return {
        msgtype: 'link',
        link: { title, text, messageUrl: url, ...(picture !== undefined && { picUrl: picture }) },
      };
    }
    case 'card':
      return { msgtype: 'actionCard', actionCard: cardOf(words) };
    case 'feed': {
      if (words.links.length === 0) throw refused('has no links');
      const links = words.links.map(({ title, url, picture }) => ({ title, messageURL: url, picURL: picture }));
      return { msgtype: 'feedCard', feedCard: { links } };
    }
  }
}

function cardOf({ title, text, buttons, beside = false }: RobotWords & { readonly kind: 'card' }): Json {
  const [first, ...more] = buttons;
  if (!first) throw refused('is a card without a button');
  if (more.length === 0) return { title, text, singleTitle: shortened(first.text), singleURL: first.url };
  const btns = buttons.map((one) => ({ title: shortened(one.text), actionURL: one.url }));
  return { title, text, btns, btnOrientation: beside ? '1' : '0' };
}

/** Who is called has to be named twice: to the vendor and in the text, else nobody sees it. */
function calling(mentions: Mentions = {}): { readonly at: Json; readonly call: string } {
  const users = (mentions.users ?? []).filter((user) => user !== '');
  const mobiles = (mentions.mobiles ?? []).filter((mobile) => mobile !== '');
  const everybody = mentions.everybody === true;
  if (users.length + mobiles.length > MAX_ROBOT_MENTIONS) throw refused(`calls more than ${MAX_ROBOT_MENTIONS} people`);
  if (users.length + mobiles.length === 0 && !everybody) return { at: {}, call: '' };
  const call = [...users, ...mobiles].map((one) => `@${one}`).join(' ');
  return { at: { at: { atUserIds: users, atMobiles: mobiles, isAtAll: everybody } }, call };
}

function withKeyword(words: RobotWords, keywords: readonly string[]): RobotWords {
  const [first] = keywords;
  if (first === undefined) return words;
  switch (words.kind) {
    case 'text':
      return has(words.text, keywords) ? words : { ...words, text: `${first} ${words.text}` };
    case 'feed': {
      const [link, ...others] = words.links;
      if (!link || words.links.some(({ title }) => has(title, keywords))) return words;
      return { ...words, links: [{ ...link, title: `${first} ${link.title}` }, ...others] };
    }
    default:
      return has(`${words.title}\n${words.text}`, keywords) ? words : { ...words, title: `${first} ${words.title}` };
  }
}

function has(text: string, keywords: readonly string[]): boolean {
  return keywords.some((word) => text.includes(word));
}

function refused(why: string): GatewayError {
  return new GatewayError('platform_content_refused', `a message of a group’s robot ${why}`);
}
