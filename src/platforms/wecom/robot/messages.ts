import { createHash } from 'node:crypto';
import type { FileContent } from '../../../core/agent.ts';
import { GatewayError } from '../../../core/errors.ts';
import type { Article } from '../../../core/push.ts';
import { byteLength, indexAtByte, splitMarkdown } from '../../../lib/markdown.ts';
import type { Json } from '../../../lib/read.ts';
import { harmless } from '../dialects.ts';
import { MAX_ARTICLES, MAX_DESCRIPTION_BYTES, MAX_TEXT_BYTES, MAX_TITLE_BYTES, MAX_URL_BYTES } from '../limits.ts';
import { renderMarkdown, renderPlain } from '../markdown.ts';
import { MAX_MARKDOWN_BYTES, MAX_PICTURE_BYTES } from './limits.ts';

/** Whom a text calls; nobody is called by what stands in the text itself. */
export interface Mentions {
  /** userids */
  readonly users?: readonly string[];
  /** Mobile numbers of members. */
  readonly mobiles?: readonly string[];
  readonly everybody?: boolean;
}

/** A file goes to the vendor first, and is then shown by its id. */
export interface RobotFile {
  readonly kind: 'file' | 'voice';
  readonly name: string;
  readonly file: FileContent;
}

/** What a robot says by itself. */
export type RobotWords =
  | { readonly kind: 'text'; readonly text: string; readonly mentions?: Mentions }
  /** In the subset that every client shows; users are called by name. */
  | { readonly kind: 'markdown'; readonly text: string; readonly users?: readonly string[] }
  /** With lists, tables and code, for clients since 4.1.36; it can call nobody. */
  | { readonly kind: 'rich'; readonly text: string }
  | { readonly kind: 'picture'; readonly file: FileContent }
  | { readonly kind: 'articles'; readonly articles: readonly Article[] }
  /** A `text_notice` or `news_notice` in the vendor's words: robots hear of no press, so others are refused. */
  | { readonly kind: 'card'; readonly card: Json };

export type RobotMessage = RobotWords | RobotFile;

/** What is sent: the vendor's `msgtype` and what stands under its name. */
export interface RobotBody {
  readonly type: string;
  readonly content: Json;
}

/**
 * The bodies of a message, in order: a text that is too long is cut at sensible places.
 *
 * @throws {GatewayError} `file_too_large`, `platform_content_refused`.
 */
export function bodiesOf(message: RobotWords): readonly RobotBody[] {
  switch (message.kind) {
    case 'text':
      return textBodies(message.text, message.mentions ?? {});
    case 'markdown':
      return markdownBodies(message.text, message.users ?? []);
    case 'rich':
      return pieces(message.text, MAX_MARKDOWN_BYTES).map((content) => ({ type: 'markdown_v2', content: { content } }));
    case 'picture':
      return [pictureBody(message.file)];
    case 'articles':
      return [{ type: 'news', content: { articles: message.articles.slice(0, MAX_ARTICLES).map(articleOf) } }];
    case 'card':
      return [{ type: 'template_card', content: message.card }];
  }
}

/** Whoever is called is called once, by the first piece. */
function textBodies(text: string, { users = [], mobiles = [], everybody }: Mentions): readonly RobotBody[] {
  const called = [...users, ...(everybody === true ? ['@all'] : [])].filter((user) => user !== '');
  const numbers = mobiles.filter((mobile) => mobile !== '');
  const lists = {
    ...(called.length > 0 && { mentioned_list: called }),
    ...(numbers.length > 0 && { mentioned_mobile_list: numbers }),
  };
  return pieces(renderPlain(text), MAX_TEXT_BYTES).map((content, index) => ({
    type: 'text',
    content: index === 0 ? { content, ...lists } : { content },
  }));
}

function markdownBodies(text: string, users: readonly string[]): readonly RobotBody[] {
  const calls = users.filter((user) => /^[\w.@-]{1,64}$/.test(user)).map((user) => `<@${user}>`);
  const words = renderMarkdown(text);
  const whole = calls.length === 0 ? words : `${words}\n\n${calls.join(' ')}`;
  return pieces(whole, MAX_MARKDOWN_BYTES).map((content) => ({ type: 'markdown', content: { content } }));
}

function pieces(text: string, maxBytes: number): readonly string[] {
  const found = splitMarkdown(text, maxBytes);
  if (found.length === 0) throw new GatewayError('platform_content_refused', 'a robot’s message is empty');
  return found;
}

function pictureBody({ bytes }: FileContent): RobotBody {
  if (bytes.length > MAX_PICTURE_BYTES) {
    throw new GatewayError('file_too_large', 'a robot’s picture has more than 2 MB', { details: { limit: '2 MB' } });
  }
  const md5 = createHash('md5').update(bytes).digest('hex');
  return { type: 'image', content: { base64: Buffer.from(bytes).toString('base64'), md5 } };
}

function articleOf({ title, url, description, picture }: Article): Json {
  if (byteLength(url) > MAX_URL_BYTES || !/^https?:\/\//i.test(url))
    throw new GatewayError(
      'platform_content_refused',
      'an article has no web address, or one of more than 2,048 bytes',
    );
  return {
    title: shortened(title, MAX_TITLE_BYTES),
    url,
    ...(description !== undefined && { description: shortened(description, MAX_DESCRIPTION_BYTES) }),
    ...(picture !== undefined && { picurl: picture }),
  };
}

function shortened(text: string, maxBytes: number): string {
  const words = harmless(text.replace(/\s+/g, ' ').trim());
  return byteLength(words) <= maxBytes ? words : `${words.slice(0, indexAtByte(words, maxBytes - 3))}…`;
}
