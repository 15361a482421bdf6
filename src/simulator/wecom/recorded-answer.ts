import { asObject, type Json } from '../../lib/read.ts';
import type { SimClock } from '../clock.ts';
import { RecordedMessage } from '../recorded-message.ts';
import { list, text } from './json.ts';
import { isStreaming } from './messages.ts';
import type { Change, Surface, WecomMessage } from './model.ts';

/** A bot's message as it stands when it is looked at; nothing is copied before. */
export class RecordedWecomAnswer extends RecordedMessage<WecomMessage, Change> {
  private readonly clock: SimClock;

  constructor(message: WecomMessage, clock: SimClock) {
    super(message);
    this.clock = clock;
  }

  /** The app, bot, account or robot that sent it. */
  get from(): string {
    return this.message.from.kind === 'bot' ? this.message.from.bot : '';
  }
  get surface(): Surface {
    return this.message.chat.surface;
  }
  /** What stood under the type's name. */
  get body(): Json {
    return this.message.body;
  }
  /** What the caller was told as `msgid`. */
  get sendId(): string | undefined {
    return this.message.sendId;
  }
  /** Whether the vendor cut it: a gateway should never let it come to that. */
  get isTruncated(): boolean {
    return this.message.truncated;
  }
  get streamId(): string | undefined {
    return this.message.stream?.id;
  }
  /** Frames of its stream so far, the first included. */
  get frames(): number {
    return this.message.stream?.frames ?? 0;
  }
  get isStreaming(): boolean {
    return isStreaming(this.message, this.clock.now());
  }
  /** Whether its stream ran out of time before its last frame: the person sees it turn for ever. */
  get isExpired(): boolean {
    const { stream } = this.message;
    return stream !== undefined && !stream.finished && this.clock.now() >= stream.until;
  }
  get isSettled(): boolean {
    return this.message.stream?.finished !== false && (this.text !== '' || this.card !== undefined);
  }
  get feedbackId(): string | undefined {
    return this.message.feedbackId;
  }
  get card(): Json | undefined {
    return this.message.card?.json;
  }
  /** The words that stand in the place of its buttons since an update. */
  get replacedBy(): string | undefined {
    return this.message.card?.replaced;
  }
  /** Labels and keys of its buttons, in their order. */
  get buttons(): readonly { readonly text: string; readonly key: string }[] {
    return buttonsOf(this.card);
  }
  /** What one can read in it, thoughts apart. */
  get text(): string {
    return textOf(this.message).replace(/^<think>[\s\S]*?(?:<\/think>\s*|$)/, '');
  }
  /** What stands in `<think>`. */
  get thought(): string {
    return /^<think>([\s\S]*?)(?:<\/think>|$)/.exec(textOf(this.message))?.[1] ?? '';
  }
}

/** What stands in a message to be read. */
export function textOf(message: WecomMessage): string {
  const { body, card } = message;
  if (card !== undefined) return cardTexts(card.json).join('\n');
  switch (message.type) {
    case 'textcard':
      return [text(body['title']), text(body['description'])].join('\n');
    case 'news':
    case 'mpnews':
      return list(body['articles'])
        .map((article) => text(asObject(article)?.['title']))
        .join('\n');
    case 'miniprogram_notice':
      return [
        text(body['title']),
        text(body['description']),
        ...list(body['content_item']).map(
          (item) => `${text(asObject(item)?.['key'])} ${text(asObject(item)?.['value'])}`,
        ),
      ]
        .filter((line) => line !== '')
        .join('\n');
    case 'msgmenu':
      return menuTexts(body).join('\n');
    default:
      return text(body['content']);
  }
}

function menuTexts(body: Json): string[] {
  const items = list(body['list']).map((item) => {
    const inside = asObject(asObject(item)?.[text(asObject(item)?.['type'])]);
    return text(inside?.['content']);
  });
  return [text(body['head_content']), ...items, text(body['tail_content'])].filter((one) => one !== '');
}

/** Every text of a card that is not a button's. */
export function cardTexts(card: Json): string[] {
  const pairs = (value: unknown): string[] => [text(asObject(value)?.['title']), text(asObject(value)?.['desc'])];
  const rows = list(card['horizontal_content_list']).map((row) => {
    const { keyname, value } = asObject(row) ?? {};
    return [text(keyname), text(value)].filter((one) => one !== '').join(': ');
  });
  const quote = asObject(card['quote_area']);
  return [
    ...pairs(card['main_title']),
    ...pairs(card['emphasis_content']),
    text(quote?.['title']),
    text(quote?.['quote_text']),
    text(card['sub_title_text']),
    ...rows,
    ...list(card['vertical_content_list']).flatMap(pairs),
  ].filter((one) => one !== '');
}

export function buttonsOf(card: Json | undefined): { text: string; key: string }[] {
  const submit = asObject(card?.['submit_button']);
  const menu = list(asObject(card?.['action_menu'])?.['action_list']);
  return [...list(card?.['button_list']), ...(submit === undefined ? [] : [submit]), ...menu].map((button) => {
    const node = asObject(button) ?? {};
    return { text: text(node['text']), key: text(node['key']) };
  });
}
