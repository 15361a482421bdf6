import type { ChannelName } from '../../../core/ids.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import type { PushContent, Pusher, PushMessage, PushOptions } from '../../../core/push.ts';
import { type Sent, sentWhole } from '../../../core/reply.ts';
import { indexAtByte } from '../../../lib/markdown.ts';
import { AppApi } from '../app/api.ts';
import { PER_MEMBER_PER_HOUR, PER_MEMBER_PER_MINUTE, SEND_KEY_WINDOW_MS } from '../app/limits.ts';
import { textBody } from '../app/messages.ts';
import type { WecomClient } from '../client.ts';
import { harmless } from '../dialects.ts';
import { MAX_TEXT_BYTES } from '../limits.ts';
import type { KfApi } from './api.ts';

/** What the app behind customer service tells a colleague; customers cannot be written to first. */
export class KfPusher implements Pusher {
  readonly channel: ChannelName;
  readonly reach = { message: { staff: 1 } } as const;
  readonly #client: WecomClient;
  readonly #api: KfApi;
  readonly #deps: PlatformDeps;
  #app: AppApi | undefined;

  constructor(client: WecomClient, api: KfApi, deps: PlatformDeps) {
    this.channel = deps.channel;
    this.#client = client;
    this.#api = api;
    this.#deps = deps;
  }

  /** Plain, and one message: what does not fit is left out. */
  partsOf({ text }: PushContent): readonly PushContent[] {
    const plain = harmless(text);
    return [{ kind: 'text', text: plain.slice(0, indexAtByte(plain, MAX_TEXT_BYTES)) }];
  }

  /** The vendor drops the same call within the interval that comes with it. */
  knownUntil(_: PushMessage, firstSentAt: number): number {
    return firstSentAt + SEND_KEY_WINDOW_MS;
  }

  async send({ to, content, key }: PushMessage, { signal }: PushOptions): Promise<Sent> {
    this.#app ??= await this.#findApp(signal);
    const { msgid } = await this.#app.sendToMany({ users: to.ids }, textBody(content.text), key, {
      priority: 'final',
      signal,
    });
    return sentWhole(msgid, { msgid });
  }

  async #findApp(signal: AbortSignal): Promise<AppApi> {
    const agentId = (await this.#api.ownAgent(signal)) ?? 0;
    const limits = { perMemberPerMinute: PER_MEMBER_PER_MINUTE, perMemberPerHour: PER_MEMBER_PER_HOUR };
    return new AppApi(this.#client, { agentId, limits }, this.#deps);
  }
}
