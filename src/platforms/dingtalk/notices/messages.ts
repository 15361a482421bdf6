import { GatewayError } from '../../../core/errors.ts';
import type { LinkButton } from '../../../core/push.ts';
import { byteLength } from '../../../lib/markdown.ts';
import type { Json } from '../../../lib/read.ts';
import { shortened } from '../buttons.ts';
import {
  MAX_NOTICE_BUTTON_CHARS,
  MAX_NOTICE_BUTTONS_CHARS,
  MAX_NOTICE_BYTES,
  MAX_NOTICE_CARD_CHARS,
  MAX_NOTICE_FORM,
  MAX_NOTICE_SINGLE_URL_CHARS,
  MAX_NOTICE_URL_CHARS,
} from '../limits.ts';

/** A page of the company's, as a notification shows it. */
export interface OaNotice {
  readonly url: string;
  /** The same for computers, where it is another one. */
  readonly computerUrl?: string;
  readonly head: { readonly text: string /** `FFBBBBBB` */; readonly color: string };
  readonly status?: { readonly text: string /** `0xFF78C06E` */; readonly color: string };
  readonly title?: string;
  readonly form?: readonly { readonly name: string; readonly value: string }[];
  readonly rich?: { readonly number: string; readonly unit: string };
  readonly text?: string;
  readonly picture?: string;
  readonly files?: number;
  readonly author?: string;
}

/** What a work notification can be. Media are named by the id that an upload gave. */
export type NoticeWords =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image' | 'file'; readonly media: string }
  | { readonly kind: 'voice'; readonly media: string /** Below 60. */; readonly seconds: number }
  | {
      readonly kind: 'link';
      readonly title: string;
      readonly text: string;
      readonly url: string;
      readonly picture: string;
    }
  | { readonly kind: 'markdown'; readonly title: string; readonly text: string }
  | { readonly kind: 'oa'; readonly oa: OaNotice }
  /** One button is the whole card's, several stand below or beside each other. */
  | {
      readonly kind: 'card';
      readonly title: string;
      readonly text: string;
      readonly buttons: readonly LinkButton[];
      readonly beside?: boolean;
    };

/**
 * The vendor's `msg`.
 *
 * @throws {GatewayError} `platform_content_refused` for what it takes and then shows nobody, or cuts.
 * @see https://open.dingtalk.com/document/development/work-notice-option
 */
export function noticeBody(words: NoticeWords): Json {
  const body = bodyOf(words);
  if (byteLength(JSON.stringify(body)) > MAX_NOTICE_BYTES) throw refused('has more than 2,048 bytes');
  return body;
}

/** Whether it would be taken. */
export function fitsNotice(words: NoticeWords): boolean {
  try {
    noticeBody(words);
    return true;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'platform_content_refused') return false;
    throw error;
  }
}

function bodyOf(words: NoticeWords): Json {
  switch (words.kind) {
    case 'text':
      return { msgtype: 'text', text: { content: words.text } };
    case 'image':
    case 'file':
      return { msgtype: words.kind, [words.kind]: { media_id: words.media } };
    case 'voice':
      return { msgtype: 'voice', voice: { media_id: words.media, duration: secondsOf(words.seconds) } };
    case 'link': {
      const { title, text, url, picture } = words;
      return { msgtype: 'link', link: { messageUrl: url, picUrl: picture, title, text } };
    }
    case 'markdown':
      return { msgtype: 'markdown', markdown: { title: words.title, text: words.text } };
    case 'oa':
      return { msgtype: 'oa', oa: oaOf(words.oa) };
    case 'card':
      return { msgtype: 'action_card', action_card: cardOf(words) };
  }
}

/** As text, rounded up; below a minute. */
function secondsOf(seconds: number): string {
  if (!(seconds > 0 && seconds < 60)) throw refused('is a voice of a minute or longer');
  return String(Math.max(1, Math.floor(seconds)));
}

function oaOf({
  url,
  computerUrl,
  head,
  status,
  title,
  form = [],
  rich,
  text,
  picture,
  files,
  author,
}: OaNotice): Json {
  if (form.length > MAX_NOTICE_FORM) throw refused(`has more than ${MAX_NOTICE_FORM} lines in its form`);
  return {
    message_url: url,
    ...(computerUrl !== undefined && { pc_message_url: computerUrl }),
    head: { bgcolor: head.color, text: head.text },
    ...(status && { status_bar: { status_value: status.text, status_bg: status.color } }),
    body: {
      ...(title !== undefined && { title }),
      ...(form.length > 0 && { form: form.map(({ name, value }) => ({ key: name, value })) }),
      ...(rich && { rich: { num: rich.number, unit: rich.unit } }),
      ...(text !== undefined && { content: text }),
      ...(picture !== undefined && { image: picture }),
      ...(files !== undefined && { file_count: String(files) }),
      ...(author !== undefined && { author }),
    },
  };
}

function cardOf({ title, text, buttons, beside = false }: NoticeWords & { readonly kind: 'card' }): Json {
  if ([...text].length > MAX_NOTICE_CARD_CHARS) throw refused('is a card of more than 1,000 characters');
  const [first, ...more] = buttons;
  if (!first) throw refused('is a card without a button');
  if (more.length === 0) {
    if (first.url.length > MAX_NOTICE_SINGLE_URL_CHARS) throw refused('has a button whose address is too long');
    return {
      title,
      markdown: text,
      single_title: shortened(first.text, MAX_NOTICE_BUTTON_CHARS),
      single_url: first.url,
    };
  }
  if (buttons.some(({ url }) => url.length > MAX_NOTICE_URL_CHARS))
    throw refused('has a button whose address is too long');
  const list = buttons.map((one) => ({ title: shortened(one.text, MAX_NOTICE_BUTTON_CHARS), action_url: one.url }));
  if (JSON.stringify(list).length > MAX_NOTICE_BUTTONS_CHARS)
    throw refused('has buttons of more than 1,000 characters');
  return { title, markdown: text, btn_orientation: beside ? '1' : '0', btn_json_list: list };
}

function refused(why: string): GatewayError {
  return new GatewayError('platform_content_refused', `a work notification ${why}`);
}
