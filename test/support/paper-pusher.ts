import { type ChannelName, id } from '../../src/core/ids.ts';
import {
  type PushContent,
  type Pusher,
  type PushMessage,
  type PushOptions,
  partsThatFit,
} from '../../src/core/push.ts';
import type { Asks } from '../../src/core/push-question.ts';
import type { Sent } from '../../src/core/reply.ts';
import { byteLength, splitMarkdown } from '../../src/lib/markdown.ts';

/** Brings pushes onto a sheet of paper; a line holds 300 bytes, a notice reaches three people. */
export class PaperPusher implements Pusher {
  readonly channel: ChannelName = id('paper');
  readonly reach = { message: { user: 1, chat: 1 }, notice: { user: 3, department: 1, everyone: 1 } } as const;
  readonly onceADay = 'notice';
  asks: Asks = 'choices';
  readonly messages: PushMessage[] = [];
  readonly recalled: string[] = [];
  keyWindowMs = 0;
  /** Called before a message is on the paper; throws to refuse it. */
  before: (message: PushMessage) => void | Promise<void> = () => undefined;
  /** Called when it is; throws to lose the answer. */
  after: () => void = () => undefined;
  refused: NonNullable<Sent['refused']> = {};

  knows(user: string): boolean {
    return user !== 'stranger';
  }

  partsOf(content: PushContent): readonly PushContent[] {
    return partsThatFit(content, 300, splitMarkdown, ({ text }) => byteLength(text) <= 300);
  }

  knownUntil(_: PushMessage, firstSentAt: number): number {
    return firstSentAt + this.keyWindowMs;
  }

  async send(message: PushMessage, { signal }: PushOptions): Promise<Sent> {
    await this.before(message);
    signal.throwIfAborted();
    const isKnown = this.keyWindowMs > 0 && this.messages.some(({ key }) => key === message.key);
    if (!isKnown) this.messages.push(message);
    this.after();
    return { handle: { key: message.key }, minUpdateIntervalMs: 0, refused: this.refused };
  }

  async outcome(_: Sent, { ids }: PushMessage['to']) {
    return { finished: true, receivers: Object.fromEntries(ids.map((one) => [one, 'read' as const])) };
  }

  async recall({ handle }: Sent): Promise<void> {
    this.recalled.push(String(handle['key']));
  }

  /** To whom, and what, in order. */
  get said(): readonly string[] {
    return this.messages.map(({ to, content }) => `${to.way} ${to.kind} ${to.ids.join('+')}: ${content.text}`);
  }
}
