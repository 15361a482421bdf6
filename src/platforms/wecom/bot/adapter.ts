import type { FileContent } from '../../../core/agent.ts';
import type { CardActionEvent, Delivery, FileRef, ReplyAddress } from '../../../core/event.ts';
import type { ChannelName } from '../../../core/ids.ts';
import type { InLanguages } from '../../../core/lang.ts';
import type { Ack, Capabilities, ConnectionState, Platform, Receipt, SendOptions } from '../../../core/platform.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import type { Pusher } from '../../../core/push.ts';
import type { OutboundMessage, Sent } from '../../../core/reply.ts';
import { guessLang } from '../../../core/text.ts';
import { NOTHING_TO_SAY } from '../callback.ts';
import { WecomClient } from '../client.ts';
import { aesKeyOf } from '../crypto.ts';
import { BotApi } from './api.ts';
import { pressedCard } from './cards.ts';
import { checkSetup } from './check.ts';
import type { WecomBotConfig } from './config.ts';
import { parsePayload } from './events.ts';
import { fetchFile } from './files.ts';
import { createIngress, type Entered, type Ingress } from './ingress.ts';
import { MAX_ANSWER_BYTES, STREAM_MS } from './limits.ts';
import { type FrameMessage, Outgoing } from './outgoing.ts';
import { PolledStreams, unknownStream } from './polled.ts';
import { BotPusher } from './pusher.ts';
import { Responding } from './responding.ts';
import { type Accept, WecomBotSocket } from './socket.ts';
import { parseStreamName } from './streams.ts';

type Payload = Entered & { readonly kind: 'payload' };

/** One AI bot of WeCom. */
export class WecomBotPlatform implements Platform {
  readonly name = 'wecom-bot';
  readonly title = { zh: '企业微信', en: 'WeCom' };
  readonly channel: ChannelName;
  readonly can: Capabilities;
  readonly #config: WecomBotConfig;
  readonly #deps: PlatformDeps;
  readonly #client: WecomClient;
  readonly #ingress: Ingress;
  readonly #streams: PolledStreams;
  readonly #responding: Responding;
  readonly #socket: WecomBotSocket;
  readonly #outgoing: Outgoing;
  /** Present in socket mode only. */
  readonly listen?: NonNullable<Platform['listen']>;
  readonly connection?: () => ConnectionState;
  readonly sendsByConnection?: boolean;
  readonly pusher?: Pusher;

  constructor(config: WecomBotConfig, deps: PlatformDeps) {
    this.channel = deps.channel;
    this.#config = config;
    this.#deps = deps;
    const base = { maxAnswerBytes: MAX_ANSWER_BYTES, buttons: true, picturesInText: true } as const;
    this.can =
      config.mode === 'socket'
        ? { ...base, reply: 'stream', sendKeyWindowMs: STREAM_MS }
        : { ...base, reply: 'polled', sendKeyWindowMs: STREAM_MS, filesInText: true };
    this.#client = new WecomClient({ baseUrl: '' }, deps);
    this.#ingress = createIngress(config);
    this.#streams = new PolledStreams(deps);
    this.#responding = new Responding(this.#client, this.#streams, config, deps);
    this.#socket = new WecomBotSocket(config, deps);
    const api = new BotApi(this.#socket, config, deps);
    this.#outgoing = new Outgoing(api, deps);
    if (config.mode !== 'socket') return;
    this.pusher = new BotPusher(api, deps);
    this.listen = (accept: Accept, signal) => this.#socket.run(accept, signal);
    this.connection = () => this.#socket.state;
    this.sendsByConnection = true;
  }

  receive(delivery: Delivery, now: number): Receipt {
    const entered = this.#ingress.enter(delivery, now);
    if (entered.kind === 'echo') return { kind: 'handshake', ack: { ...NOTHING_TO_SAY, body: entered.text } };
    const { payload, reqId, at } = entered;
    const told = parsePayload(payload, { channel: this.channel, botName: this.#config.botName, at, reqId });
    return told.kind === 'poll' ? this.#poll(told.stream, entered) : this.#event(told.event, entered);
  }

  #event(event: (ReturnType<typeof parsePayload> & { kind: 'event' })['event'], entered: Payload): Receipt {
    switch (event.kind) {
      case 'ignored':
        return { kind: 'ignored', event, ack: NOTHING_TO_SAY };
      case 'card-action':
        return { kind: 'question', event, answer: (answer) => this.#pressed(event, answer, entered) };
      case 'message':
        return { kind: 'events', events: [event], ack: this.#opening(event.to, event.parts, entered) };
      case 'entered': {
        const receipt = { kind: 'events', events: [event], ack: NOTHING_TO_SAY } as const;
        return entered.reqId === undefined ? { ...receipt, late: () => this.#greeting(event.key, entered) } : receipt;
      }
      default:
        return { kind: 'events', events: [event], ack: NOTHING_TO_SAY };
    }
  }

  /** Over the callback way the stream is opened by the response, before anybody knows what will stand in it. */
  #opening(
    to: ReplyAddress,
    parts: readonly { readonly kind: string; readonly text?: string }[],
    entered: Payload,
  ): Ack {
    const stream = parseStreamName(to.handle?.['stream'] ?? '');
    if (!stream) return NOTHING_TO_SAY;
    const lang = guessLang(parts.map(({ text = '' }) => text).join(' ')) ?? 'zh';
    return entered.answer(PolledStreams.opening(stream, lang));
  }

  #poll(name: string, entered: Payload): Receipt {
    const stream = parseStreamName(name);
    if (!stream) return { kind: 'handshake', ack: entered.answer(unknownStream(name)) };
    return { kind: 'poll', turn: stream.turn, answer: (look) => entered.answer(this.#streams.answer(stream, look)) };
  }

  #pressed(event: CardActionEvent, answer: Parameters<typeof pressedCard>[0], entered: Payload): Ack {
    const key = typeof event.value === 'string' ? event.value : JSON.stringify(event.value);
    return entered.answer(pressedCard(answer, { task: event.message, key, by: event.from.account }));
  }

  async #greeting(request: string, entered: Payload): Promise<Ack> {
    return entered.answer(await this.#responding.greetings.take(request));
  }

  grows(to: ReplyAddress): boolean {
    return this.#way.grows(to);
  }

  send(message: OutboundMessage, options: SendOptions): Promise<Sent> {
    return this.#way.send(message, options);
  }

  update(sent: Sent, message: FrameMessage, options: SendOptions): Promise<Sent> {
    return this.#way.update(sent, message, options);
  }

  get #way(): Outgoing | Responding {
    return this.#config.mode === 'socket' ? this.#outgoing : this.#responding;
  }

  fetchFile(file: FileRef, maxBytes: number, signal: AbortSignal): Promise<FileContent> {
    const own = aesKeyOf(this.#config.encodingAesKey ?? '');
    return fetchFile(this.#client.http, file, own, maxBytes, signal);
  }

  check(signal: AbortSignal): Promise<readonly InLanguages[]> {
    return checkSetup(this.#config, this.#deps, signal);
  }

  async close(): Promise<void> {
    this.#outgoing.close();
    await this.#client.close();
  }
}
