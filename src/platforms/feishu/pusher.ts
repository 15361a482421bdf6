import { type ChannelName, type ChatId, id, type SendKey } from '../../core/ids.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import {
  behindWords,
  type PushContent,
  type Pusher,
  type PushMessage,
  type PushOptions,
  partsThatFit,
} from '../../core/push.ts';
import { type Sent, sentWhole } from '../../core/reply.ts';
import { byteLength, splitMarkdown } from '../../lib/markdown.ts';
import type { Body, FeishuApi } from './api.ts';
import { sendFile } from './files.ts';
import { MAX_ANSWER_BYTES, MAX_CARD_BYTES, SEND_KEY_WINDOW_MS } from './limits.ts';
import { viewOf } from './push-content.ts';

/** What an app says to people and groups without having been asked. */
export class FeishuPusher implements Pusher {
  readonly channel: ChannelName;
  readonly reach = { message: { user: 1, chat: 1 } } as const;
  readonly sendsFiles = true;
  readonly asks = 'choices';
  readonly #api: FeishuApi;
  readonly #deps: PlatformDeps;

  constructor(api: FeishuApi, deps: PlatformDeps) {
    this.channel = deps.channel;
    this.#api = api;
    this.#deps = deps;
  }

  partsOf(content: PushContent): readonly PushContent[] {
    if (content.kind === 'file') return behindWords(content, (words) => this.partsOf(words));
    const fits = (part: PushContent): boolean => byteLength(bodyOf(part, 'zh', LONGEST_KEY).content) <= MAX_CARD_BYTES;
    return partsThatFit(content, MAX_ANSWER_BYTES, splitMarkdown, fits);
  }

  knownUntil(_: PushMessage, firstSentAt: number): number {
    return firstSentAt + SEND_KEY_WINDOW_MS;
  }

  async send({ to, content, lang, key }: PushMessage, { signal }: PushOptions): Promise<Sent> {
    const address = {
      channel: to.channel,
      kind: to.kind === 'user' ? 'direct' : 'group',
      chat: id<ChatId>(to.ids[0] ?? ''),
    } as const;
    if (content.kind === 'file') {
      const { message } = await sendFile({ ...content, to: address, key, lang }, this.#api, this.#deps, signal);
      return sentWhole(message);
    }
    const message = await this.#api.send(address, bodyOf(content, lang, key), key, { priority: 'final', signal });
    return sentWhole(message);
  }

  async recall({ message }: Sent, _: PushMessage['to'], signal: AbortSignal): Promise<void> {
    if (message !== undefined) await this.#api.recall(message, { priority: 'final', signal });
  }
}

const LONGEST_KEY = id<SendKey>('x'.repeat(50));

function bodyOf(content: PushContent, lang: PushMessage['lang'], key: SendKey): Body {
  const view = viewOf(content, lang, { key });
  if (view.kind === 'text') return { type: 'text', content: JSON.stringify({ text: view.text }) };
  return { type: 'interactive', content: JSON.stringify(view.card) };
}
