import { asObject, type Json, listAt, objectAt, parseObject, textAt } from '../../lib/read.ts';
import { RecordedMessage } from '../recorded-message.ts';
import type { CardState, Change, DingtalkCard, DingtalkMessage, SentBy } from './model.ts';
import { TEXT_KEYS } from './templates.ts';

/** A robot's message as it stands when it is looked at; nothing is copied before. */
export class RecordedDingtalkAnswer extends RecordedMessage<DingtalkMessage, Change> {
  /** The client id of the app that sent it. */
  get from(): string {
    return this.message.from.kind === 'bot' ? this.message.from.app : '';
  }
  get sentBy(): SentBy | undefined {
    return this.message.sentBy;
  }
  get body(): Json {
    return this.message.body;
  }
  /** `processQueryKey`; of a card, its `carrierId`. */
  get queryKey(): string | undefined {
    return this.message.queryKey;
  }
  /** People who are called by it, by `SimPerson.id`; `all` for everybody. */
  get mentions(): readonly string[] {
    return this.message.mentions;
  }
  get track(): string | undefined {
    return this.message.card?.track;
  }
  get template(): string | undefined {
    return this.message.card?.template;
  }
  get cardState(): CardState | undefined {
    return this.message.card?.state;
  }
  /** Streaming calls so far. */
  get streamed(): number {
    return this.message.card?.streamed ?? 0;
  }
  /** The card's variables. */
  get params(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.message.card?.params ?? []);
  }
  /** Not empty, and when it is a card that streams, at its end. */
  get isSettled(): boolean {
    const { card } = this.message;
    if (card === undefined) return this.text !== '';
    return card.state === 'finished' || card.state === 'failed';
  }
  /** Its buttons, in their order; those of links have no id. */
  get buttons(): readonly CardButtonView[] {
    return buttonsOf(this.message);
  }
  get text(): string {
    return textOf(this.message);
  }
}

export interface CardButtonView {
  readonly text: string;
  readonly id: string | undefined;
  readonly url: string | undefined;
  /** The vendor's word for it, where it gives one. */
  readonly color?: string;
}

/** What stands in a message to be read. */
export function textOf({ card, type, body }: DingtalkMessage): string {
  if (card !== undefined) return textOfCard(card);
  const inside = objectAt(body, type);
  switch (type) {
    case 'text':
      return textAt(inside, 'content') || textAt(body, 'content');
    case 'sampleText':
      return textAt(body, 'content');
    case 'richText':
      return listAt(body, 'richText')
        .map((piece) => textAt(asObject(piece) ?? {}, 'text'))
        .join('');
    case 'feedCard':
      return listAt(inside, 'links')
        .map((link) => textAt(asObject(link) ?? {}, 'title'))
        .join('\n');
    case 'audio':
      return textAt(body, 'recognition');
    default:
      return textAt(inside, 'text') || textAt(inside, 'markdown') || textAt(body, 'text') || textAt(body, 'fileName');
  }
}

function textOfCard({ params }: DingtalkCard): string {
  return TEXT_KEYS.map((key) => params.get(key) ?? '')
    .filter((text) => text !== '')
    .join('\n');
}

export function buttonsOf({ card, type, body }: DingtalkMessage): CardButtonView[] {
  if (card !== undefined) return listed(card);
  const inside = type === 'actionCard' || type === 'action_card' ? objectAt(body, type) : body;
  const links = [
    [textAt(inside, 'singleTitle'), textAt(inside, 'singleURL')],
    [textAt(inside, 'single_title'), textAt(inside, 'single_url')],
    ...listAt(inside, 'btn_json_list').map((one) => [
      textAt(asObject(one) ?? {}, 'title'),
      textAt(asObject(one) ?? {}, 'action_url'),
    ]),
    ...listAt(inside, 'btns').map((one) => [
      textAt(asObject(one) ?? {}, 'title'),
      textAt(asObject(one) ?? {}, 'actionURL'),
    ]),
    ...[1, 2, 3, 4, 5].map((n) => [textAt(inside, `actionTitle${n}`), textAt(inside, `actionURL${n}`)]),
    ...[1, 2].map((n) => [textAt(inside, `buttonTitle${n}`), textAt(inside, `buttonUrl${n}`)]),
  ];
  return links.flatMap(([text = '', url]) => (text === '' ? [] : [{ text, url, id: undefined }]));
}

/** The public templates draw the list `msgButtons` of `sys_full_json_obj`; own ones usually have a variable of that kind. */
function listed({ params }: DingtalkCard): CardButtonView[] {
  const whole = parseObject(params.get('sys_full_json_obj') ?? '') ?? {};
  const lists = [
    ...listAt(whole, 'msgButtons'),
    ...['msgButtons', 'buttons', 'btns'].flatMap((key) => listIn(params.get(key))),
  ];
  return lists.flatMap((value) => {
    const one = asObject(value);
    if (one === undefined) return [];
    const color = textAt(one, 'color');
    const [id, url] = [textAt(one, 'id') || undefined, textAt(one, 'url') || undefined];
    return [{ text: textAt(one, 'text'), id, url, ...(color !== '' && { color }) }];
  });
}

function listIn(source: string | undefined): readonly unknown[] {
  return listAt(parseObject(`{"list":${source === undefined || source === '' ? '[]' : source}}`) ?? {}, 'list');
}
