import type { SimClock } from '../clock.ts';
import { RecordedMessage } from '../recorded-message.ts';
import { record } from './card-check.ts';
import { isStreaming } from './card-entity.ts';
import type { CardJson, Change, FeishuMessage, Update } from './model.ts';

/** A bot's message as it stands when it is looked at; nothing is copied before. */
export class RecordedAnswer extends RecordedMessage<FeishuMessage, Change> {
  private readonly clock: SimClock;

  constructor(message: FeishuMessage, clock: SimClock) {
    super(message);
    this.clock = clock;
  }

  get appId(): string {
    return this.message.from.kind === 'app' ? this.message.from.app.id : '';
  }
  get rootId(): string | undefined {
    return this.message.rootId;
  }
  get threadId(): string | undefined {
    return this.message.threadId;
  }
  get uuid(): string | undefined {
    return this.message.uuid;
  }
  // What happened to its card entity counts as well.
  override get updatedAt(): number {
    return this.message.entity?.history.at(-1)?.at ?? this.message.updatedAt;
  }
  override get updates(): number {
    return this.message.updates + (this.message.entity?.updates ?? 0);
  }
  override get history(): readonly Update[] {
    return [...this.message.history, ...(this.message.entity?.history ?? [])].sort((a, b) => a.at - b.at);
  }
  get followUps(): readonly string[] {
    return this.message.followUps;
  }
  get cardId(): string | undefined {
    return this.message.entity?.id;
  }
  get card(): CardJson | undefined {
    return this.message.entity?.json ?? this.message.card;
  }
  /** The last sequence of its card entity. */
  get sequence(): number | undefined {
    return this.message.entity?.sequence;
  }
  /** Whether its card's streaming mode is open, as the vendor sees it. */
  get isStreaming(): boolean {
    const { entity } = this.message;
    return entity !== undefined && isStreaming(entity, this.clock.now());
  }
  /** Whether its card's streaming mode was opened and nobody closed it: it ended, or will end, by time. */
  get isLeftOpen(): boolean {
    return this.message.entity?.streamingUntil !== undefined;
  }
  get isSettled(): boolean {
    return !this.isLeftOpen && this.text !== '';
  }
  /** What one can read in it: all texts of a card's body in their order (buttons apart), or the message's own text. */
  get text(): string {
    const { card } = this;
    return card === undefined ? plainText(this.message) : textsOf(card['body'] ?? card['elements']).join('\n');
  }
  /** The buttons' callback values, in their order. */
  get buttons(): readonly { readonly text: string; readonly value: unknown; readonly node: CardJson }[] {
    return buttonsOf(this.card?.['body'] ?? this.card?.['elements']);
  }
}

function plainText(message: FeishuMessage): string {
  const content = record(JSON.parse(message.content)) ?? {};
  if (typeof content['text'] === 'string') return content['text'];
  if (message.type === 'post') return textsOf(content['content']).join('\n');
  return '';
}

/** Every text below a node, in the order of the page; labels of buttons are not among them. */
export function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  const node = record(value);
  if (node === undefined || node['tag'] === 'button') return [];
  const own = ['content', 'text'].map((key) => node[key]).filter((text) => typeof text === 'string');
  const inner = ['title', 'header', 'text', 'elements', 'columns', 'actions', 'content'].map((key) => node[key]);
  return [...own, ...inner.flatMap((part) => (typeof part === 'object' ? textsOf(part) : []))];
}

function buttonsOf(value: unknown): { text: string; value: unknown; node: CardJson }[] {
  if (Array.isArray(value)) return value.flatMap(buttonsOf);
  const node = record(value);
  if (node === undefined) return [];
  if (node['tag'] === 'button') return [{ text: textsOf(node['text']).join(' '), value: callbackValue(node), node }];
  return ['elements', 'columns', 'actions'].flatMap((key) => buttonsOf(node[key]));
}

/** What a press on an element sends: the value of its callback behaviour, or the older plain `value`. */
export function callbackValue(node: CardJson): unknown {
  const behaviors = Array.isArray(node['behaviors']) ? node['behaviors'] : [];
  const callback = behaviors.map(record).find((behavior) => behavior?.['type'] === 'callback');
  return callback === undefined ? node['value'] : callback['value'];
}
