import { type ChannelName, type ChatId, id, type SendKey } from '../../../core/ids.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import {
  behindWords,
  type PushAddress,
  type PushContent,
  type Pusher,
  type PushMessage,
  type PushOptions,
  partsThatFit,
} from '../../../core/push.ts';
import type { QuestionContent } from '../../../core/push-question.ts';
import { type Sent, sentWhole } from '../../../core/reply.ts';
import { byteLength, splitMarkdown } from '../../../lib/markdown.ts';
import type { Json } from '../../../lib/read.ts';
import { TASK_ID_USED, vendorCodeOf } from '../errors.ts';
import { renderPlain } from '../markdown.ts';
import { pushText } from '../push-text.ts';
import { questionCard, roomForText } from '../question-cards.ts';
import type { BotApi } from './api.ts';
import { sendFile } from './files.ts';
import { MAX_CONTENT_BYTES, MAX_DESC_CHARS, MAX_OPTION_CHARS, MAX_SUBTITLE_CHARS, MAX_TITLE_CHARS } from './limits.ts';
import { link, plainWords, renderAnswer } from './markdown.ts';

const ROOM = {
  titleChars: MAX_TITLE_CHARS,
  descChars: MAX_DESC_CHARS,
  textChars: MAX_SUBTITLE_CHARS,
  optionChars: MAX_OPTION_CHARS,
} as const;

/**
 * What a bot says over its long connection without having been asked: to members and groups that have written to it before, for the
 * vendor lets it speak to nobody else.
 */
export class BotPusher implements Pusher {
  readonly channel: ChannelName;
  readonly reach = { message: { user: 1, chat: 1 } } as const;
  readonly sendsFiles = true;
  readonly asks = 'choices';
  readonly #api: BotApi;
  readonly #deps: PlatformDeps;

  constructor(api: BotApi, deps: PlatformDeps) {
    this.channel = deps.channel;
    this.#api = api;
    this.#deps = deps;
  }

  /** Words that are too many for a question's card stand before it. */
  partsOf(content: PushContent): readonly PushContent[] {
    if (content.kind === 'file') return behindWords(content, cut);
    if (content.kind !== 'question') return cut(content);
    const words = renderPlain(content.text).trim();
    if ([...words].length <= roomForText(content, ROOM)) return [content];
    return [...cut({ kind: 'markdown', title: content.title, text: content.text }), { ...content, text: '' }];
  }

  /** The vendor keeps no keys. */
  knownUntil(): number {
    return 0;
  }

  async send({ to, content, key, lang }: PushMessage, { signal }: PushOptions): Promise<Sent> {
    const call = { priority: 'final', signal } as const;
    const place = placeOf(to);
    if (content.kind === 'file') {
      await sendFile({ ...content, to: place, key, lang }, this.#api, this.#deps, signal);
      return sentWhole(key);
    }
    if (content.kind === 'question') {
      await this.#api.card(place, cardOf(content, key), call).catch((error: unknown) => {
        // The vendor knows the card's name: an earlier try has arrived, and its answer was lost.
        if (vendorCodeOf(error) !== TASK_ID_USED) throw error;
      });
    } else {
      await this.#api.push(place, { content: contentOf(content) }, call);
    }
    return sentWhole(key);
  }
}

function cut(content: PushContent): readonly PushContent[] {
  return partsThatFit(
    content,
    MAX_CONTENT_BYTES,
    splitMarkdown,
    (part) => byteLength(contentOf(part)) <= MAX_CONTENT_BYTES,
  );
}

function contentOf(content: PushContent): string {
  if (content.kind === 'text') return plainWords(content.text);
  return renderAnswer(pushText(content), (alt, url) => link(alt === '' ? url : alt, url), false);
}

function cardOf(question: QuestionContent, key: SendKey): Json {
  const words = renderPlain(question.text).trim();
  const value = (index: number) => JSON.stringify({ act: 'answer', push: key, index });
  return questionCard(question, words, key, value, ROOM);
}

function placeOf({ channel, kind, ids }: PushAddress) {
  return { channel, kind: kind === 'user' ? 'direct' : 'group', chat: id<ChatId>(ids[0] ?? '') } as const;
}
