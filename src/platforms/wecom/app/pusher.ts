import type { FailureCode } from '../../../core/errors.ts';
import type { ChannelName, SendKey } from '../../../core/ids.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import {
  type Article,
  behindWords,
  type FactsContent,
  factsInText,
  type PushAddress,
  type PushContent,
  type Pusher,
  type PushMessage,
  type PushOptions,
  partsThatFit,
  pictureInText,
} from '../../../core/push.ts';
import type { Asks, QuestionContent } from '../../../core/push-question.ts';
import { type Sent, sentWhole } from '../../../core/reply.ts';
import { byteLength, indexAtByte, splitMarkdown } from '../../../lib/markdown.ts';
import type { Json } from '../../../lib/read.ts';
import { safeUrl } from '../../../lib/safe-url.ts';
import { harmless } from '../dialects.ts';
import { TASK_ID_USED, vendorCodeOf } from '../errors.ts';
import { MAX_DESCRIPTION_BYTES, MAX_TEXT_BYTES, MAX_TITLE_BYTES } from '../limits.ts';
import { renderMarkdown, renderPlain } from '../markdown.ts';
import { questionCard, roomForText } from '../question-cards.ts';
import type { AppApi, Receivers } from './api.ts';
import { writeAnswerKey } from './cards.ts';
import type { WecomConfig } from './config.ts';
import { fileBody } from './files.ts';
import {
  MAX_CARD_DESC_CHARS,
  MAX_CARD_LINK_CHARS,
  MAX_CARD_LINKS,
  MAX_CARD_OPTION_CHARS,
  MAX_CARD_TEXT_CHARS,
  MAX_CARD_TITLE_CHARS,
  MAX_NOTICE_CHARS,
  MAX_NOTICE_ITEMS,
  MAX_NOTICE_KEY_CHARS,
  MAX_NOTICE_PAGE_BYTES,
  MAX_NOTICE_VALUE_CHARS,
  MAX_PUSH_DEPARTMENTS,
  MAX_PUSH_PEOPLE,
  MAX_TEXTCARD_BUTTON_CHARS,
  MAX_TEXTCARD_TEXT_CHARS,
  MAX_TEXTCARD_TITLE_CHARS,
  MIN_NOTICE_CHARS,
  SEND_KEY_WINDOW_MS,
} from './limits.ts';
import { type Body, textBody } from './messages.ts';

const ROOM = {
  titleChars: MAX_CARD_TITLE_CHARS,
  descChars: MAX_CARD_DESC_CHARS,
  textChars: MAX_CARD_TEXT_CHARS,
  optionChars: MAX_CARD_OPTION_CHARS,
} as const;

type Card = PushContent & { readonly kind: 'card' };

/** What an app says to members without having been asked. The vendor has no other kind of notification. */
export class WecomPusher implements Pusher {
  readonly channel: ChannelName;
  readonly reach = {
    message: { user: MAX_PUSH_PEOPLE, department: MAX_PUSH_DEPARTMENTS, everyone: 1 },
  } as const;
  readonly showsPictures = true;
  readonly showsArticles = true;
  readonly showsFacts = true;
  readonly sendsFiles = true;
  readonly asks?: Asks;
  readonly #api: AppApi;
  readonly #deps: PlatformDeps;
  /** WeChat (微工作台) shows neither Markdown nor cards. */
  readonly #isPlain: boolean;

  constructor(api: AppApi, { format }: Pick<WecomConfig, 'format'>, deps: PlatformDeps) {
    this.channel = deps.channel;
    this.#api = api;
    this.#deps = deps;
    this.#isPlain = format === 'text';
    if (!this.#isPlain) this.asks = 'choices';
  }

  /** The vendor does not tell capitals from small letters, and its events are read in the latter. */
  accountOf(receiver: string): string {
    return receiver.toLowerCase();
  }

  /** A card carries little text: a longer one goes before it, and the links stand under the title alone. */
  partsOf(content: PushContent): readonly PushContent[] {
    if (content.kind === 'question') return this.#questionParts(content);
    if (content.kind === 'facts')
      return !this.#isPlain && fitsNotice(content) ? [content] : this.partsOf(factsInText(content));
    if (content.kind === 'articles' || content.kind === 'file')
      return behindWords(content, (words) => this.partsOf(words));
    if (
      content.kind === 'card' &&
      !this.#isPlain &&
      content.buttons.length > 0 &&
      content.buttons.length <= MAX_CARD_LINKS
    ) {
      if (fitsCard(content)) return [content];
      return [...this.#cut({ kind: 'markdown', text: headed(content.title, content.text) }), { ...content, text: '' }];
    }
    if (content.kind === 'card' && content.picture !== undefined) return this.partsOf(pictureInText(content));
    if (content.kind === 'text') return this.#cut(content);
    const text = headed(content.title ?? '', content.text);
    const links =
      content.kind === 'card' ? content.buttons.map((link) => `- [${escaped(link.text)}](${link.url})`) : [];
    return this.#cut({ kind: 'markdown', text: [text, links.join('\n')].filter((part) => part !== '').join('\n\n') });
  }

  /** The vendor drops the same call within the interval that comes with it. */
  knownUntil(_: PushMessage, firstSentAt: number): number {
    return firstSentAt + SEND_KEY_WINDOW_MS;
  }

  async send({ to, content, key, lang }: PushMessage, options: PushOptions): Promise<Sent> {
    const call = { priority: 'final', signal: options.signal } as const;
    // A mini program is for people who are named.
    const isNotice = content.kind === 'facts' && to.kind !== 'everyone' && fitsNotice(content);
    const shown = isNotice ? content : factsInText(content);
    const body =
      content.kind === 'file'
        ? await fileBody({ file: content.file, lang }, this.#api, this.#deps, options)
        : this.#bodyOf(shown, key);
    const sending = this.#api.sendToMany(receiversOf(to), body, key, call);
    const { msgid, unknown } = await sending.catch((error: unknown) => {
      // The vendor knows the card's name: an earlier try has arrived, and its answer was lost.
      if (content.kind === 'question' && vendorCodeOf(error) === TASK_ID_USED) return { msgid: '', unknown: new Set() };
      throw error;
    });
    const refused = Object.fromEntries(
      // Named in small letters, however they were written.
      to.ids
        .filter((one) => unknown.has(one.toLowerCase()))
        .map((one): [string, FailureCode] => [one, 'platform_target_gone']),
    );
    return { ...sentWhole(msgid, { msgid }), refused };
  }

  /** For a day, and in WeCom's own clients only. */
  async recall(sent: Sent, _: PushAddress, signal: AbortSignal): Promise<void> {
    const { msgid } = sent.handle;
    if (typeof msgid === 'string' && msgid !== '') await this.#api.recall(msgid, { priority: 'final', signal });
  }

  #cut(content: PushContent): readonly PushContent[] {
    return partsThatFit(
      content,
      MAX_TEXT_BYTES,
      splitMarkdown,
      (part) => byteLength(this.#wordsOf(part)) <= MAX_TEXT_BYTES,
    );
  }

  /** Words that are too many for the card stand before it. */
  #questionParts(content: QuestionContent): readonly PushContent[] {
    const words = renderPlain(content.text).trim();
    if ([...words].length <= roomForText(content, ROOM)) return [content];
    return [...this.#cut({ kind: 'markdown', text: headed(content.title, content.text) }), { ...content, text: '' }];
  }

  #bodyOf(content: PushContent, key: SendKey): Body {
    if (content.kind === 'question') {
      const words = renderPlain(content.text).trim();
      const card = questionCard(content, words, key, (index) => writeAnswerKey(key, index), ROOM);
      return { type: 'template_card', content: card };
    }
    if (content.kind === 'articles') return { type: 'news', content: { articles: content.articles.map(articleIn) } };
    if (content.kind === 'facts') return noticeOf(content);
    if (content.kind === 'card' && content.buttons.length > 0) return cardOf(content);
    const words = this.#wordsOf(content);
    return content.kind === 'text' || this.#isPlain
      ? textBody(words)
      : { type: 'markdown', content: { content: words } };
  }

  #wordsOf({ kind, text }: PushContent): string {
    if (kind === 'text') return harmless(text);
    return this.#isPlain ? renderPlain(text) : renderMarkdown(text);
  }
}

/** One link is a text card or, with a picture, an article, whose whole face leads there; several stand in a list under a notice. */
function cardOf(content: Card): Body {
  const [first] = content.buttons;
  const url = safeUrl(first?.url ?? '') ?? '';
  const text = wordsOn(content);
  const { picture } = content;
  if (content.buttons.length === 1 && picture !== undefined) return articleOf(content, url, picture);
  if (content.buttons.length === 1 && text !== '') {
    const title = cut(content.title, MAX_TEXTCARD_TITLE_CHARS);
    const btntxt = cut(first?.text ?? '', MAX_TEXTCARD_BUTTON_CHARS);
    return { type: 'textcard', content: { title, description: text, url, btntxt } };
  }
  const title = cut(content.title, MAX_CARD_TITLE_CHARS);
  const links = content.buttons.map((link) => ({
    type: 1,
    title: cut(link.text, MAX_CARD_LINK_CHARS),
    url: safeUrl(link.url) ?? '',
  }));
  return {
    type: 'template_card',
    content: {
      ...(picture === undefined
        ? { card_type: 'text_notice', main_title: { title }, ...(text !== '' && { sub_title_text: text }) }
        : {
            card_type: 'news_notice',
            main_title: { title, ...(text !== '' && { desc: text }) },
            card_image: { url: safeUrl(picture) ?? '' },
          }),
      card_action: { type: 1, url },
      jump_list: links,
    },
  };
}

/** Whether a mini program's notice shows all of it. */
function fitsNotice({ title, text, facts, program }: FactsContent): boolean {
  if (program === undefined || byteLength(program.page ?? '') > MAX_NOTICE_PAGE_BYTES) return false;
  const said = renderPlain(text).trim();
  return (
    isWithin(title.trim(), MIN_NOTICE_CHARS, MAX_NOTICE_CHARS) &&
    (said === '' || isWithin(said, MIN_NOTICE_CHARS, MAX_NOTICE_CHARS)) &&
    facts.length <= MAX_NOTICE_ITEMS &&
    facts.every(
      ({ name, value }) => isWithin(name, 1, MAX_NOTICE_KEY_CHARS) && isWithin(value, 1, MAX_NOTICE_VALUE_CHARS),
    )
  );
}

function isWithin(words: string, least: number, most: number): boolean {
  const { length } = [...words];
  return length >= least && length <= most;
}

/** @see https://developer.work.weixin.qq.com/document/path/90236 (小程序通知消息) */
function noticeOf({ title, text, facts, program }: FactsContent): Body {
  const said = renderPlain(text).trim();
  return {
    type: 'miniprogram_notice',
    content: {
      appid: program?.app ?? '',
      ...(program?.page !== undefined && { page: program.page }),
      title: title.trim(),
      ...(said !== '' && { description: said }),
      content_item: facts.map(({ name, value }) => ({ key: name, value })),
    },
  };
}

function fitsCard(content: Card): boolean {
  const text = wordsOn(content);
  const hasOneLink = content.buttons.length === 1;
  if (content.picture === undefined)
    return [...text].length <= (hasOneLink ? MAX_TEXTCARD_TEXT_CHARS : MAX_CARD_TEXT_CHARS);
  return hasOneLink ? byteLength(text) <= MAX_DESCRIPTION_BYTES : [...text].length <= MAX_CARD_DESC_CHARS;
}

function articleOf(content: Card, url: string, picture: string): Body {
  const article = { title: content.title, description: wordsOn(content), url, picture };
  return { type: 'news', content: { articles: [articleIn(article)] } };
}

function articleIn({ title, description = '', url, picture }: Article): Json {
  return {
    title: withinBytes(title.replace(/\s+/g, ' ').trim(), MAX_TITLE_BYTES),
    description: withinBytes(description.trim(), MAX_DESCRIPTION_BYTES),
    url: safeUrl(url) ?? '',
    ...(picture !== undefined && { picurl: safeUrl(picture) ?? '' }),
  };
}

function withinBytes(text: string, maxBytes: number): string {
  return text.slice(0, indexAtByte(text, maxBytes));
}

function wordsOn({ text }: Card): string {
  return renderPlain(text).trim();
}

function headed(title: string, text: string): string {
  return title === '' ? text : `### ${escaped(title)}\n\n${text}`;
}

function escaped(words: string): string {
  return words.replace(/\s+/g, ' ').replace(/[\\`*_[\]<#]/g, '\\$&');
}

function cut(words: string, maxChars: number): string {
  const characters = [...words.replace(/\s+/g, ' ').trim()];
  return characters.length <= maxChars ? characters.join('') : `${characters.slice(0, maxChars - 1).join('')}…`;
}

function receiversOf({ kind, ids }: PushAddress): Receivers {
  if (kind === 'everyone') return { users: ['@all'] };
  return kind === 'department' ? { departments: ids } : { users: ids };
}
