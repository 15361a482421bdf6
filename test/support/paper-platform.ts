import { GatewayError } from '../../src/core/errors.ts';
import type { Delivery, InboundEvent } from '../../src/core/event.ts';
import { type ChannelName, id, type MessageId, type TurnId } from '../../src/core/ids.ts';
import type {
  Capabilities,
  EarlierMessage,
  Platform,
  PolledLook,
  Receipt,
  SendOptions,
} from '../../src/core/platform.ts';
import type { Pusher } from '../../src/core/push.ts';
import type { ActionAnswer, Frame, OutboundMessage, Sent } from '../../src/core/reply.ts';
import { holdBackUnlessSure, PaperApprovals } from './paper-approvals.ts';

/** A message as it stands on the paper, with every look it had. */
export interface PaperMessage {
  readonly id: MessageId;
  readonly looks: OutboundMessage[];
}

/** The far side asks how an answer looks. */
export interface Poll {
  readonly kind: 'poll';
  readonly turn: TurnId;
}

/** A platform whose far side is a sheet of paper: deliveries are events as JSON, messages are kept as they come. */
export class PaperPlatform implements Platform {
  readonly name = 'paper';
  readonly title = { zh: '纸条', en: 'Paper' };
  readonly channel: ChannelName;
  can: Capabilities = {
    reply: 'stream',
    maxAnswerBytes: 1000,
    sendKeyWindowMs: 3_600_000,
    buttons: true,
    picturesInText: true,
  };
  readonly messages: PaperMessage[] = [];
  readonly answers: ActionAnswer[] = [];
  /** What was told to whoever came and asked, in order. */
  readonly polled: PolledLook[] = [];
  readonly earlier = new Map<string, EarlierMessage>();
  minUpdateIntervalMs = 0;
  pusher?: Pusher;
  /** Set to have presses come as events, and their answers go out by a call. */
  answerAction?: NonNullable<Platform['answerAction']>;
  /** Set to have the far side tell who owns a group. */
  chatOwner?: NonNullable<Platform['chatOwner']>;
  /** Set to have a company's directory. */
  directory?: NonNullable<Platform['directory']>;
  readonly approvals = new PaperApprovals();
  /** Called before every call takes effect; throws to make it fail, waits to make it slow. */
  before: (call: 'send' | 'update', message: OutboundMessage) => void | Promise<void> = () => undefined;
  /** Called when a call has taken effect; throws to lose its answer. */
  after: (call: 'send' | 'update') => void = () => undefined;
  /** Set to have each message noted so before it is sent; a keyed one is then known by its key. */
  notes?: Sent;
  readonly #byKey = new Map<string, PaperMessage>();

  constructor(channel = 'paper') {
    this.channel = id(channel);
  }

  receive(delivery: Delivery): Receipt {
    const ack = { status: 200, contentType: 'application/json', body: '{}' };
    const event = JSON.parse(Buffer.from(delivery.body).toString()) as InboundEvent | Poll;
    if (event.kind === 'poll') {
      return {
        kind: 'poll',
        turn: event.turn,
        answer: (look) => {
          this.polled.push(look);
          return ack;
        },
      };
    }
    if (event.kind === 'card-action' && !this.answerAction) {
      return {
        kind: 'question',
        event,
        answer: (answer) => {
          this.answers.push(answer);
          return ack;
        },
      };
    }
    return { kind: 'events', events: [event], ack };
  }

  async send(message: OutboundMessage, options: SendOptions): Promise<Sent> {
    await this.before('send', message);
    options.signal.throwIfAborted();
    holdBackUnlessSure(options.signal);
    if (this.notes) await options.save(this.notes);
    const known = this.can.sendKeyWindowMs > 0 || this.notes?.keyed ? this.#byKey.get(message.key) : undefined;
    const paper = known ?? { id: id<MessageId>(`p${this.messages.length + 1}`), looks: [message] };
    if (!known) {
      this.messages.push(paper);
      this.#byKey.set(message.key, paper);
    }
    this.after('send');
    return { message: paper.id, handle: { paper: paper.id }, minUpdateIntervalMs: this.minUpdateIntervalMs };
  }

  async update(sent: Sent, message: OutboundMessage & { kind: 'frame' }, { signal }: SendOptions): Promise<Sent> {
    await this.before('update', message);
    holdBackUnlessSure(signal);
    const paper = this.messages.find((candidate) => candidate.id === sent.message);
    if (!paper) throw new GatewayError('platform_target_gone', 'no such paper');
    paper.looks.push(message);
    this.after('update');
    return { ...sent, minUpdateIntervalMs: this.minUpdateIntervalMs };
  }

  async fetchFile() {
    return { bytes: Buffer.from('file'), mime: 'text/plain' };
  }

  async readMessage(message: MessageId): Promise<EarlierMessage | undefined> {
    return this.earlier.get(message);
  }

  /** The newest look of the n-th message, as a frame. */
  frame(index: number): Frame {
    const look = this.messages[index]?.looks.at(-1);
    if (look?.kind !== 'frame') throw new Error(`message ${index} is ${look?.kind ?? 'missing'}`);
    return look.frame;
  }

  /** What each message says in the end. */
  get texts(): readonly string[] {
    return this.messages.map(({ looks }) => textOf(looks.at(-1)));
  }
}

function textOf(message: OutboundMessage | undefined): string {
  if (message?.kind === 'frame') return message.frame.answer;
  return message?.kind === 'notice' ? message.text : (message?.file.url ?? '');
}
