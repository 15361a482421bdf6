import type { FileContent } from '../../../core/agent.ts';
import type { CardActionEvent, Delivery, FileRef, InboundEvent } from '../../../core/event.ts';
import type { ChannelName } from '../../../core/ids.ts';
import type { InLanguages } from '../../../core/lang.ts';
import type { MemberDirectory } from '../../../core/members.ts';
import type { Capabilities, Platform, Receipt, SendOptions } from '../../../core/platform.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import type { Pusher } from '../../../core/push.ts';
import type { ActionAnswer, OutboundMessage, Sent } from '../../../core/reply.ts';
import type { Json } from '../../../lib/read.ts';
import { NOTHING_TO_SAY } from '../callback.ts';
import { WecomClient } from '../client.ts';
import { AppApi } from './api.ts';
import { isApprovalEvent, parseApproval } from './approval-events.ts';
import { WecomApprovals } from './approvals.ts';
import { checkSetup } from './check.ts';
import type { WecomConfig } from './config.ts';
import { isContactChange, parseContactChange } from './contact-events.ts';
import { WecomDirectory } from './directory.ts';
import { type EventContext, parseEvent } from './events.ts';
import { fetchFile } from './files.ts';
import { createIngress, type Ingress } from './ingress.ts';
import { MAX_ANSWER_BYTES, SEND_KEY_WINDOW_MS } from './limits.ts';
import { setMenu } from './menu.ts';
import { Outgoing } from './outgoing.ts';
import { WecomPusher } from './pusher.ts';

/** One self-built app (自建应用) of a company. */
export class WecomAppPlatform implements Platform {
  readonly name = 'wecom';
  readonly title = { zh: '企业微信', en: 'WeCom' };
  readonly channel: ChannelName;
  readonly can: Capabilities;
  readonly #config: WecomConfig;
  readonly #client: WecomClient;
  readonly #api: AppApi;
  readonly #ingress: Ingress;
  readonly #outgoing: Outgoing;
  readonly approvals: WecomApprovals;
  readonly directory: MemberDirectory;
  readonly pusher: Pusher;
  /** Nothing comes this way; it sets the menu, where the settings ask for that. */
  readonly listen?: NonNullable<Platform['listen']>;

  constructor(config: WecomConfig, deps: PlatformDeps) {
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
    this.#api = new AppApi(this.#client, config, deps);
    this.approvals = new WecomApprovals(this.#client, config.approvalTemplates, deps);
    this.directory = new WecomDirectory(this.#client);
    this.#ingress = createIngress(config);
    this.#outgoing = new Outgoing(this.#api, config, deps);
    this.pusher = new WecomPusher(this.#api, config, deps);
    if (config.menu === 'commands') this.listen = (_, signal) => setMenu(this.#api, deps, signal);
  }

  receive(delivery: Delivery, now: number): Receipt {
    const entered = this.#ingress.enter(delivery, now);
    if (entered.kind === 'echo') return { kind: 'handshake', ack: { ...NOTHING_TO_SAY, body: entered.text } };
    const { corpId, agentId } = this.#config;
    const context = { channel: this.channel, corpId, agentId, now };
    const events = eventsIn(entered.event, context);
    const [first] = events;
    if (first?.kind === 'ignored') return { kind: 'ignored', event: first, ack: NOTHING_TO_SAY };
    return { kind: 'events', events, ack: NOTHING_TO_SAY };
  }

  send(message: OutboundMessage, options: SendOptions): Promise<Sent> {
    return this.#outgoing.send(message, options);
  }

  answerAction(event: CardActionEvent, answer: ActionAnswer, signal: AbortSignal): Promise<void> {
    return this.#outgoing.answerAction(event, answer, signal);
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

function eventsIn(event: Json, context: EventContext): readonly InboundEvent[] {
  if (isContactChange(event)) return parseContactChange(event, context);
  return [isApprovalEvent(event) ? parseApproval(event, context) : parseEvent(event, context)];
}
