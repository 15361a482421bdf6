import type { FileContent } from '../../../core/agent.ts';
import type { CardActionEvent, Delivery, FileRef, IgnoredEvent } from '../../../core/event.ts';
import type { ChannelName } from '../../../core/ids.ts';
import type { InLanguages } from '../../../core/lang.ts';
import { memosInMemory } from '../../../core/memos.ts';
import type { Capabilities, Platform, Receipt, SendOptions } from '../../../core/platform.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import type { Pusher } from '../../../core/push.ts';
import type { ActionAnswer, OutboundMessage, Sent } from '../../../core/reply.ts';
import { type Json } from '../../../lib/read.ts';
import { fetchFile } from '../app/files.ts';
import { NOTHING_TO_SAY } from '../callback.ts';
import { WecomClient } from '../client.ts';
import { KfApi } from './api.ts';
import { Briefing } from './briefing.ts';
import { Chats } from './chats.ts';
import { checkSetup } from './check.ts';
import type { WecomKfConfig } from './config.ts';
import { Desk } from './desk.ts';
import { parsePage } from './events.ts';
import { createIngress, type Ingress } from './ingress.ts';
import { MAX_ANSWER_BYTES, SEND_KEY_WINDOW_MS } from './limits.ts';
import { Outgoing } from './outgoing.ts';
import { placeBehind, readPageHeaders } from './places.ts';
import { type Accept, type PlaceOf, Puller } from './puller.ts';
import { KfPusher } from './pusher.ts';

/** The customer service of a company: all accounts that one app may use. */
export class WecomKfPlatform implements Platform {
  readonly name = 'wecom-kf';
  readonly title = { zh: '微信客服', en: 'WeCom customer service' };
  readonly channel: ChannelName;
  readonly can: Capabilities;
  readonly #config: WecomKfConfig;
  readonly #client: WecomClient;
  readonly #api: KfApi;
  readonly #ingress: Ingress;
  readonly #puller: Puller;
  readonly #outgoing: Outgoing;
  readonly pusher: Pusher;

  constructor(config: WecomKfConfig, deps: PlatformDeps) {
    this.channel = deps.channel;
    this.can = {
      reply: 'append',
      maxAnswerBytes: MAX_ANSWER_BYTES,
      sendKeyWindowMs: SEND_KEY_WINDOW_MS,
      buttons: config.buttons,
      suggestsApart: true,
    };
    this.#config = config;
    this.#client = new WecomClient(config, deps);
    this.#api = new KfApi(this.#client);
    this.#ingress = createIngress(config);
    const chats = new Chats(deps.clock, deps.memos ?? memosInMemory());
    const briefing = new Briefing(this.#api, chats, config, deps);
    const desk = new Desk(this.#api, config, chats, briefing, deps);
    this.pusher = new KfPusher(this.#client, this.#api, deps);
    this.#puller = new Puller(this.#api, desk, deps);
    this.#outgoing = new Outgoing(this.#api, desk, chats, config, deps);
  }

  receive(delivery: Delivery, now: number): Receipt {
    const entered = this.#ingress.enter(delivery, now);
    switch (entered.kind) {
      case 'echo':
        return { kind: 'handshake', ack: { ...NOTHING_TO_SAY, body: entered.text } };
      case 'page':
        return this.#page(entered.page, delivery, now);
      case 'signal':
        this.#puller.signaled(entered.account, entered.token);
        return ignored('signal', 'kf_msg_or_event');
      case 'accounts':
        this.#puller.accountsChanged();
        return ignored('own-message', 'kf_account_auth_change');
      case 'other':
        return ignored('unknown-type', entered.what);
    }
  }

  #page(page: Json, { headers, query }: Delivery, now: number): Receipt {
    const account = query['open_kfid'] ?? '';
    const notes = readPageHeaders(headers);
    const { channel } = this;
    const { corpId, historyMinutes } = this.#config;
    const events = parsePage(page, { channel, corpId, account, now, historyMs: historyMinutes * 60_000, ...notes });
    const place = placeBehind(page, account, notes.isFirst);
    return { kind: 'events', events, ack: NOTHING_TO_SAY, ...(place && { place }) };
  }

  listen(accept: Accept, signal: AbortSignal, placeOf: PlaceOf = nowhere): Promise<void> {
    return this.#puller.run(accept, signal, placeOf);
  }

  send(message: OutboundMessage, options: SendOptions): Promise<Sent> {
    return this.#outgoing.send(message, options);
  }

  answerAction(event: CardActionEvent, answer: ActionAnswer, signal: AbortSignal): Promise<void> {
    return this.#outgoing.answerAction(event, answer, signal);
  }

  followPress(event: CardActionEvent, answer: ActionAnswer, signal: AbortSignal): Promise<void> {
    return this.#outgoing.followPress(event, answer, signal);
  }

  fetchFile(file: FileRef, maxBytes: number, signal: AbortSignal): Promise<FileContent> {
    return fetchFile(this.#api, file, maxBytes, signal);
  }

  check(signal: AbortSignal): Promise<readonly InLanguages[]> {
    return checkSetup(this.#config, this.#api, signal);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

function ignored(why: IgnoredEvent['why'], what: string): Receipt {
  return { kind: 'ignored', event: { kind: 'ignored', why, what }, ack: NOTHING_TO_SAY };
}

function nowhere(): Promise<undefined> {
  return Promise.resolve(undefined);
}
