import { createHash } from 'node:crypto';
import type { FileContent } from '../../core/agent.ts';
import type { CardActionEvent, Delivery, FileRef, InboundEvent, ReplyAddress } from '../../core/event.ts';
import type { ChannelName } from '../../core/ids.ts';
import type { InLanguages } from '../../core/lang.ts';
import type { MemberDirectory } from '../../core/members.ts';
import type { Ack, Capabilities, ConnectionState, Platform, Receipt, SendOptions } from '../../core/platform.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import type { Pusher } from '../../core/push.ts';
import type { ActionAnswer, OutboundMessage, Sent } from '../../core/reply.ts';
import type { Json } from '../../lib/read.ts';
import { isVendorUrl } from './addresses.ts';
import { answerBody } from './answers.ts';
import { DingtalkApi } from './api.ts';
import { APPROVAL_EVENTS, parseApproval } from './approval-events.ts';
import { DingtalkApprovals } from './approvals.ts';
import { checkSetup } from './check.ts';
import { DingtalkClient } from './client.ts';
import { type DingtalkConfig, robotCodeOf } from './config.ts';
import { isContactEvent, parseContact } from './contact-events.ts';
import { DingtalkDirectory } from './directory.ts';
import { type EventContext, parseMessage, parsePress, parseRecall } from './events.ts';
import { fetchFile } from './files.ts';
import { createImages } from './images.ts';
import { type Entered, enter } from './ingress.ts';
import { MAX_ANSWER_BYTES } from './limits.ts';
import { WorkNotices } from './notices/notices.ts';
import { type FrameMessage, Outgoing } from './outgoing.ts';
import { DingtalkPusher } from './pusher.ts';
import { QuestionCards } from './questions.ts';
import { DingtalkSocket } from './socket.ts';
import { type Template, templateOf } from './templates.ts';

/** The robot of one DingTalk app. */
export class DingtalkPlatform implements Platform {
  readonly name = 'dingtalk';
  readonly title = { zh: '钉钉', en: 'DingTalk' };
  readonly channel: ChannelName;
  readonly can: Capabilities;
  readonly pusher: Pusher;
  readonly #config: DingtalkConfig;
  readonly #client: DingtalkClient;
  readonly #api: DingtalkApi;
  readonly #template: Template;
  readonly #outgoing: Outgoing;
  readonly #socket: DingtalkSocket;
  readonly approvals: DingtalkApprovals;
  readonly directory: MemberDirectory;
  /** Present in stream mode only. */
  readonly listen?: NonNullable<Platform['listen']>;
  readonly connection?: () => ConnectionState;

  constructor(config: DingtalkConfig, deps: PlatformDeps) {
    this.channel = deps.channel;
    this.#config = config;
    // Presses come over the long connection, or to an address that was registered with a secret.
    const buttons = config.mode === 'stream' || config.cardSecret !== undefined;
    this.can = { reply: 'stream', maxAnswerBytes: MAX_ANSWER_BYTES, sendKeyWindowMs: 0, buttons, picturesInText: true };
    this.#client = new DingtalkClient(config, deps);
    this.#api = new DingtalkApi(this.#client, config);
    this.approvals = new DingtalkApprovals(this.#client);
    this.directory = new DingtalkDirectory(this.#client);
    this.#template = templateOf(config);
    const images = createImages(this.#api, deps);
    const { budget } = this.#client;
    const parts = { api: this.#api, images, template: this.#template, budget };
    this.#outgoing = new Outgoing(parts, config, buttons, deps);
    const notices = config.agentId === undefined ? undefined : new WorkNotices(this.#client, config.agentId);
    // A template of one's own ends by streaming, which a question has nothing for.
    const questions = buttons && this.#template.told ? new QuestionCards(this.#api, this.#template) : undefined;
    this.pusher = new DingtalkPusher(this.#api, notices, questions, deps);
    this.#socket = new DingtalkSocket(config, this.#client, deps);
    if (config.mode !== 'stream') return;
    this.listen = (accept, signal) => this.#socket.run(accept, signal);
    this.connection = () => this.#socket.state;
  }

  receive(delivery: Delivery, now: number): Receipt {
    const entered = enter(delivery, this.#config, now);
    switch (entered.kind) {
      case 'message': {
        this.#client.budget.countPush('message');
        const event = parseMessage(entered.payload, this.#context(now));
        const ack = nothingToSay(delivery);
        return event.kind === 'ignored' ? { kind: 'ignored', event, ack } : { kind: 'events', events: [event], ack };
      }
      case 'press': {
        this.#client.budget.countPush('press');
        const event = parsePress(entered.payload, nameOf(delivery), this.#context(now));
        return { kind: 'question', event, answer: (answer) => this.#answer(answer, event) };
      }
      case 'event':
        this.#client.budget.countPush('event', entered.type);
        return this.#readEvent(entered, now);
      case 'unknown':
        return unknownTopic(entered.topic);
    }
  }

  #readEvent({ type, payload, seal }: Entered & { readonly kind: 'event' }, now: number): Receipt {
    const ack = ackWith(200, seal === undefined ? '' : seal('success'));
    // The vendor tries the address before it saves it.
    if (seal !== undefined && type === 'check_url') return { kind: 'handshake', ack };
    const events = isContactEvent(type)
      ? parseContact(type, payload, this.#context(now))
      : [this.#eventIn(type, payload, now)];
    const [first] = events;
    return first?.kind === 'ignored' ? { kind: 'ignored', event: first, ack } : { kind: 'events', events, ack };
  }

  #eventIn(type: string, payload: Json, now: number): InboundEvent {
    if (type === 'robot_msg_recall') return parseRecall(payload, this.#context(now));
    if (APPROVAL_EVENTS.has(type)) return parseApproval(type, payload, this.#context(now));
    return { kind: 'ignored', why: KNOWN_UNWANTED.has(type) ? 'not-subscribed' : 'unknown-type', what: type };
  }

  #context(now: number): EventContext {
    const { baseUrl, oapiBaseUrl, clientId } = this.#config;
    return {
      channel: this.channel,
      robotCodes: [clientId, robotCodeOf(this.#config)],
      isOurs: (url) => isVendorUrl(url, [baseUrl, oapiBaseUrl]),
      now,
    };
  }

  #answer(answer: ActionAnswer, event: CardActionEvent): Ack {
    return ackWith(200, JSON.stringify(answerBody(answer, this.#template, event.to.kind)));
  }

  grows(to: ReplyAddress): boolean {
    return this.#outgoing.takesCards(to);
  }

  send(message: OutboundMessage, options: SendOptions): Promise<Sent> {
    return this.#outgoing.send(message, options);
  }

  update(sent: Sent, message: FrameMessage, options: SendOptions): Promise<Sent> {
    return this.#outgoing.update(sent, message, options);
  }

  fetchFile(file: FileRef, maxBytes: number, signal: AbortSignal): Promise<FileContent> {
    return fetchFile(this.#api, file, maxBytes, signal);
  }

  check(signal: AbortSignal): Promise<readonly InLanguages[]> {
    return checkSetup(this.#config, this.#client, signal);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

/** Events of the robot and of contacts that say nothing to us. */
const KNOWN_UNWANTED: ReadonlySet<string> = new Set(
  `robot_msg_read im_cool_app_install im_cool_app_uninstall
   chat_add_member chat_remove_member chat_quit chat_disband chat_update_title chat_update_owner
   user_active_org org_admin_add org_admin_remove org_change label_user_change`.split(/\s+/),
);

function unknownTopic(what: string): Receipt {
  return { kind: 'ignored', event: { kind: 'ignored', why: 'unknown-type', what }, ack: ackWith(404, '') };
}

/** Over HTTP a body is a reply, and this is how to give none. */
function nothingToSay({ via }: Delivery): Ack {
  return ackWith(200, via === 'socket' ? '' : JSON.stringify({ msgtype: 'empty' }));
}

function ackWith(status: number, body: string): Ack {
  return { status, contentType: 'application/json', body };
}

/** Tells this delivery from others, for what has no id of its own. */
function nameOf({ headers, body }: Delivery): string {
  const frame = headers['message-id'];
  if (frame !== undefined && frame !== '') return frame;
  const at = headers['x-ddpaas-signature-timestamp'] ?? '';
  return createHash('sha256').update(at).update(body).digest('base64url').slice(0, 24);
}
