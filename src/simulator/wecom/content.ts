import { createHash } from 'node:crypto';
import { asObject, type Json } from '../../lib/read.ts';
import { type CardRules, checkCard } from './card-check.ts';
import { WecomRefusal } from './errors.ts';
import { cutToBytes, list, text } from './json.ts';
import type { WecomLimits } from './limits.ts';
import { imageType, type MediaOwner, type MediaStore } from './media.ts';

/** What a surface takes, and how long it may be. */
export interface ContentRules {
  readonly limits: WecomLimits;
  readonly types: ReadonlySet<string>;
  readonly textBytes: number;
  /** Whether a longer text is cut in silence, as the vendor's page says, or refused (45002). */
  readonly longText: 'cut' | 'refuse';
  readonly markdownBytes: number;
  readonly media: MediaStore;
  readonly mediaOwner: MediaOwner;
  readonly card: CardRules;
}

export interface CheckedContent {
  readonly type: string;
  readonly body: Json;
  /** Whether the vendor cut something of it. */
  readonly truncated: boolean;
}

/**
 * Reads `msgtype` and what stands under its name.
 * @throws {WecomRefusal}
 */
export function checkContent(message: Json, rules: ContentRules): CheckedContent {
  const type = text(message['msgtype']);
  if (!rules.types.has(type)) throw new WecomRefusal(40008);
  const body = asObject(message[type]);
  if (body === undefined) throw new WecomRefusal(40058, `${type} missing`);
  const check = CHECKS[type];
  const checked = check === undefined ? { body } : check(body, rules);
  return { type, truncated: false, ...checked };
}

type Check = (body: Json, rules: ContentRules) => { readonly body: Json; readonly truncated?: boolean };

const CHECKS: Readonly<Record<string, Check>> = {
  text: checkText,
  markdown: checkMarkdown,
  markdown_v2: checkMarkdown,
  image: (body, rules) => (body['base64'] === undefined ? checkMedia('image', body, rules) : checkPicture(body, rules)),
  voice: (body, rules) => checkMedia('voice', body, rules),
  video: (body, rules) => checkMedia('video', cutFields(body, rules.limits, ['title', 'description']).body, rules),
  file: (body, rules) => checkMedia('file', body, rules),
  textcard: checkTextCard,
  news: checkNews,
  mpnews: checkMpNews,
  miniprogram_notice: checkNotice,
  template_card(body, rules) {
    checkCard(body, rules.card);
    return { body };
  },
};

/** Lengths are counted in Chinese characters; a line too many or too long is refused. */
function checkNotice(body: Json): ReturnType<Check> {
  const checked = needed(body, ['appid', 'title']);
  const length = (value: unknown): number => [...text(value)].length;
  const items = list(body['content_item']).map((item) => asObject(item) ?? {});
  const isWrong =
    length(body['title']) < 4 ||
    length(body['title']) > 12 ||
    (body['description'] !== undefined && (length(body['description']) < 4 || length(body['description']) > 12)) ||
    items.length > 10 ||
    items.some(({ key, value }) => length(key) < 1 || length(key) > 10 || length(value) < 1 || length(value) > 30);
  if (isWrong) throw new WecomRefusal(40058);
  return checked;
}

function checkText(body: Json, rules: ContentRules): ReturnType<Check> {
  const content = text(body['content']);
  if (content === '') throw new WecomRefusal(44004);
  if (Buffer.byteLength(content) <= rules.textBytes) return { body };
  if (rules.longText === 'refuse') throw new WecomRefusal(45002);
  return { body: { ...body, content: cutToBytes(content, rules.textBytes) }, truncated: true };
}

function checkMarkdown(body: Json, rules: ContentRules): ReturnType<Check> {
  const content = text(body['content']);
  if (content === '') throw new WecomRefusal(44004);
  if (Buffer.byteLength(content) > rules.markdownBytes) throw new WecomRefusal(45002);
  return { body };
}

function checkMedia(type: 'image' | 'voice' | 'video' | 'file', body: Json, rules: ContentRules): ReturnType<Check> {
  const id = text(body['media_id']);
  if (id === '') throw new WecomRefusal(41006);
  const media = rules.media.get(id, rules.mediaOwner);
  if (media.type !== type) throw new WecomRefusal(40007, `it is a ${media.type}`);
  return { body: { ...body, resource: media.resource.key } };
}

/** An image that stands in the message itself. */
function checkPicture(body: Json, rules: ContentRules): ReturnType<Check> {
  const bytes = Buffer.from(text(body['base64']), 'base64');
  if (bytes.length === 0) throw new WecomRefusal(93017);
  if (bytes.length > rules.limits.robotImageBytes) throw new WecomRefusal(93018);
  if (imageType(bytes) === undefined) throw new WecomRefusal(40123);
  if (createHash('md5').update(bytes).digest('hex') !== body['md5']) throw new WecomRefusal(301019);
  const media = rules.media.upload({
    type: 'image',
    owner: rules.mediaOwner,
    name: 'image',
    mime: 'image/png',
    content: bytes,
  });
  return { body: { md5: body['md5'], resource: media.resource.key } };
}

function checkTextCard(body: Json, rules: ContentRules): ReturnType<Check> {
  needed(body, ['title', 'description', 'url']);
  checkUrl(body['url'], rules.limits);
  return cutFields(body, rules.limits, ['title', 'description']);
}

function checkNews(body: Json, rules: ContentRules): ReturnType<Check> {
  const articles = articlesOf(body, rules.limits);
  const cut = articles.map((article) => {
    needed(article, ['title']);
    if (article['appid'] === undefined) {
      needed(article, ['url']);
      checkUrl(article['url'], rules.limits);
    }
    return cutFields(article, rules.limits, ['title', 'description']);
  });
  return {
    body: { ...body, articles: cut.map((article) => article.body) },
    truncated: cut.some(({ truncated }) => truncated),
  };
}

function checkMpNews(body: Json, rules: ContentRules): ReturnType<Check> {
  for (const article of articlesOf(body, rules.limits)) {
    needed(article, ['title', 'thumb_media_id', 'content']);
    rules.media.get(text(article['thumb_media_id']), rules.mediaOwner);
  }
  return { body };
}

function articlesOf(body: Json, limits: WecomLimits): Json[] {
  const articles = list(body['articles']).map((article) => asObject(article) ?? {});
  if (articles.length === 0) throw new WecomRefusal(40058, 'articles missing');
  if (articles.length > limits.articles) throw new WecomRefusal(45008);
  return articles;
}

function needed(body: Json, names: readonly string[]): { readonly body: Json } {
  for (const name of names) if (text(body[name]) === '') throw new WecomRefusal(40058, `${name} missing`);
  return { body };
}

export function checkUrl(url: unknown, limits: WecomLimits): void {
  if (Buffer.byteLength(text(url)) > limits.urlBytes) throw new WecomRefusal(40058, 'url too long');
}

function cutFields(
  body: Json,
  limits: WecomLimits,
  names: readonly ('title' | 'description')[],
): { body: Json; truncated: boolean } {
  const most = { title: limits.titleBytes, description: limits.descriptionBytes };
  const long = names.filter((name) => Buffer.byteLength(text(body[name])) > most[name]);
  const cut = Object.fromEntries(long.map((name) => [name, cutToBytes(text(body[name]), most[name])]));
  return { body: { ...body, ...cut }, truncated: long.length > 0 };
}
