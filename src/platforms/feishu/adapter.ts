import type { FileContent } from '../../core/agent.ts';
import type { Delivery, FileRef, InboundEvent } from '../../core/event.ts';
import type { AccountId, ChannelName, ChatId, MessageId } from '../../core/ids.ts';
import type { InLanguages } from '../../core/lang.ts';
import type { MemberDirectory } from '../../core/members.ts';
import type {
  Ack,
  Capabilities,
  ConnectionState,
  EarlierMessage,
  Platform,
  Receipt,
  SendOptions,
} from '../../core/platform.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import type { ActionAnswer, OutboundMessage, Sent } from '../../core/reply.ts';
import type { Uploads } from '../../lib/uploads.ts';
import { answerBody } from './answers.ts';
import { FeishuApi } from './api.ts';
import { isApprovalEvent, parseApproval } from './approval-events.ts';
import { FeishuApprovals } from './approvals.ts';
import { checkSetup } from './check.ts';
import { FeishuClient } from './client.ts';
import type { FeishuConfig } from './config.ts';
import { isContactEvent, parseContact } from './contact-events.ts';
import { DirectChats } from './direct-chats.ts';
import { FeishuDirectory } from './directory.ts';
import { type Envelope, type EventContext, parseCardAction, parseEvent } from './events.ts';
import { fetchFile } from './files.ts';
import { Identity } from './identity.ts';
import { createImages } from './images.ts';
import { createIngress, type Ingress } from './ingress.ts';
import { MAX_ANSWER_BYTES, SEND_KEY_WINDOW_MS } from './limits.ts';
import { type FrameMessage, Outgoing } from './outgoing.ts';
import { FeishuPusher } from './pusher.ts';
import { readMessage } from './reading.ts';
import { FeishuSocket } from './socket.ts';

const NOTHING_TO_SAY: Ack = { status: 200, contentType: 'application/json', body: '{}' };

/** One Feishu or Lark app. */
export class FeishuPlatform implements Platform {
  readonly name = 'feishu';
  readonly title = { zh: '飞书', en: 'Feishu' };
  readonly channel: ChannelName;
  readonly pusher: FeishuPusher;
  readonly can: Capabilities = {
    reply: 'stream',
    maxAnswerBytes: MAX_ANSWER_BYTES,
    sendKeyWindowMs: SEND_KEY_WINDOW_MS,
    buttons: true,
    picturesInText: true,
  };
  readonly #config: FeishuConfig;
  readonly #deps: PlatformDeps;
  readonly #client: FeishuClient;
  readonly #api: FeishuApi;
  readonly #ingress: Ingress;
  readonly #identity: Identity;
  readonly #images: Uploads;
  readonly #outgoing: Outgoing;
  readonly #socket: FeishuSocket;
  readonly approvals: FeishuApprovals;
  readonly directory: MemberDirectory;
  readonly #chats = new DirectChats();
  /** Present in socket mode only. */
  readonly listen?: NonNullable<Platform['listen']>;
  readonly connection?: () => ConnectionState;

  constructor(config: FeishuConfig, deps: PlatformDeps) {
    this.channel = deps.channel;
    this.#config = config;
    this.#deps = deps;
    this.#client = new FeishuClient(config, deps);
    this.#api = new FeishuApi(this.#client);
    this.approvals = new FeishuApprovals(this.#client, config.approvalCodes);
    this.pusher = new FeishuPusher(this.#api, deps);
    this.directory = new FeishuDirectory(this.#client);
    this.#ingress = createIngress(config);
    this.#identity = new Identity(config.botName, this.#api, deps);
    this.#images = createImages(this.#api, deps);
    this.#outgoing = new Outgoing(this.#api, this.#images, this.#client.callsPerSecond, deps);
    this.#socket = new FeishuSocket(config, this.#client, deps);
    if (config.mode !== 'socket') return;
    this.listen = (accept, signal) => {
      this.#identity.warm();
      return this.#socket.run(accept, signal);
    };
    this.connection = () => this.#socket.state;
  }

  receive(delivery: Delivery, now: number): Receipt {
    const entered = this.#ingress.enter(delivery, now);
    if (entered.kind === 'challenge') return { kind: 'handshake', ack: ackWith({ challenge: entered.challenge }) };
    this.#identity.warm();
    return this.#read(entered.envelope, now);
  }

  #read(envelope: Envelope, now: number): Receipt {
    const reactionsRate = this.#config.reactions === 'rate';
    const context = { channel: this.channel, self: this.#identity.self, now, reactionsRate };
    if (envelope.type === 'card.action.trigger') {
      return { kind: 'question', event: parseCardAction(envelope, context), answer: (answer) => this.#answer(answer) };
    }
    const event = this.#eventIn(envelope, context);
    if (event.kind === 'ignored') return { kind: 'ignored', event, ack: NOTHING_TO_SAY };
    return { kind: 'events', events: [event], ack: NOTHING_TO_SAY };
  }

  #eventIn(envelope: Envelope, context: EventContext): InboundEvent {
    if (isApprovalEvent(envelope.type)) return parseApproval(envelope, context);
    if (isContactEvent(envelope.type)) return parseContact(envelope, context);
    return this.#chats.complete(parseEvent(envelope, context));
  }

  #answer(answer: ActionAnswer): Ack {
    return ackWith(answerBody(answer, this.#images.idOf));
  }

  /** When the month's calls are getting few an answer comes whole. */
  grows(): boolean {
    return this.#deps.budget?.way !== 'message';
  }

  send(message: OutboundMessage, options: SendOptions): Promise<Sent> {
    this.#identity.warm();
    return this.#outgoing.send(message, options);
  }

  update(sent: Sent, message: FrameMessage, options: SendOptions): Promise<Sent> {
    return this.#outgoing.update(sent, message, options);
  }

  fetchFile(file: FileRef, maxBytes: number, signal: AbortSignal): Promise<FileContent> {
    return fetchFile(this.#api, file, maxBytes, signal);
  }

  readMessage(message: MessageId, signal: AbortSignal): Promise<EarlierMessage | undefined> {
    return readMessage(this.#api, message, signal);
  }

  chatOwner(chat: ChatId, signal: AbortSignal): Promise<AccountId | undefined> {
    return this.#api.chatOwner(chat, { priority: 'update', signal });
  }

  check(signal: AbortSignal): Promise<readonly InLanguages[]> {
    return checkSetup({ config: this.#config, client: this.#client, api: this.#api, deps: this.#deps }, signal);
  }

  async close(): Promise<void> {
    this.#identity.close();
    await this.#client.close();
  }
}

function ackWith(body: unknown): Ack {
  return { status: 200, contentType: 'application/json', body: JSON.stringify(body) };
}
