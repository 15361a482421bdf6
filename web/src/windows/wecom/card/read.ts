import { type Json, listOf, objectOf, textOf } from '../../../parts/json.ts';

/** A template card as the client draws it; what the JSON does not have is empty. */
export interface TemplateView {
  readonly source: string;
  readonly title: string;
  readonly text: string;
  readonly emphasis: { readonly title: string; readonly text: string } | undefined;
  readonly quote: { readonly title: string; readonly text: string } | undefined;
  readonly subTitle: string;
  readonly image: string;
  readonly rows: readonly Row[];
  readonly paragraphs: readonly { readonly title: string; readonly text: string }[];
  readonly jumps: readonly { readonly title: string; readonly url: string }[];
  readonly selects: readonly Select[];
  readonly buttons: readonly Button[];
  readonly submit: Button | undefined;
  /** Behind the three dots. */
  readonly actions: readonly Button[];
  /** The words that took the place of the buttons. */
  readonly replaced: string;
  /** Where a press on the card itself leads. */
  readonly url: string;
}

export interface Row {
  readonly name: string;
  readonly value: string;
  readonly url: string;
}

export interface Button {
  readonly text: string;
  readonly key: string;
  /** Opens an address instead of telling the app. */
  readonly url: string;
  /** 1 filled, 2 in the client's colour, 3 red, 4 plain. */
  readonly style: number;
}

export interface Select {
  /** Under which the choice is told. */
  readonly key: string;
  readonly title: string;
  readonly look: 'list' | 'radio' | 'boxes';
  readonly chosen: readonly string[];
  readonly options: readonly { readonly id: string; readonly text: string }[];
}

export function readTemplate(json: Json): TemplateView {
  const main = pair(json['main_title']);
  const image = objectOf(json['card_image']);
  const beside = objectOf(json['image_text_area']);
  const submit = objectOf(json['submit_button']);
  return {
    source: textOf(objectOf(json['source'])['desc']),
    title: main.title,
    text: main.text,
    emphasis: given(pair(json['emphasis_content'])),
    quote: given({
      title: textOf(objectOf(json['quote_area'])['title']),
      text: textOf(objectOf(json['quote_area'])['quote_text']),
    }),
    subTitle: textOf(json['sub_title_text']),
    image: textOf(image['url']) || textOf(beside['image_url']),
    rows: listOf(json['horizontal_content_list']).map(readRow),
    paragraphs: listOf(json['vertical_content_list']).map(pair),
    jumps: listOf(json['jump_list']).map((value) => {
      const jump = objectOf(value);
      return { title: textOf(jump['title']), url: textOf(jump['url']) };
    }),
    selects: readSelects(json),
    buttons: listOf(json['button_list']).map(readButton),
    submit: submit['key'] === undefined ? undefined : readButton(submit),
    actions: listOf(objectOf(json['action_menu'])['action_list']).map(readButton),
    replaced: textOf(json['replaced_text']),
    url: textOf(objectOf(json['card_action'])['url']),
  };
}

function pair(value: unknown): { readonly title: string; readonly text: string } {
  const { title, desc } = objectOf(value);
  return { title: textOf(title), text: textOf(desc) };
}

function given<T extends { readonly title: string; readonly text: string }>(one: T): T | undefined {
  return one.title === '' && one.text === '' ? undefined : one;
}

function readRow(value: unknown): Row {
  const row = objectOf(value);
  return { name: textOf(row['keyname']), value: textOf(row['value']), url: textOf(row['url']) };
}

function readButton(value: unknown): Button {
  const button = objectOf(value);
  const opens = button['type'] === 1;
  return {
    text: textOf(button['text']),
    key: textOf(button['key']),
    url: opens ? textOf(button['url']) : '',
    style: Number(button['style'] ?? 1),
  };
}

/** One place to choose above the buttons, several with a submit button, or a vote. */
function readSelects(json: Json): Select[] {
  const lists = [
    ...listOf(json['select_list']),
    ...(json['button_selection'] === undefined ? [] : [json['button_selection']]),
  ];
  const vote = json['checkbox'];
  return [...lists.map((one) => readSelect(one, 'list')), ...(vote === undefined ? [] : [readVote(vote)])];
}

function readSelect(value: unknown, look: Select['look']): Select {
  const select = objectOf(value);
  const options = listOf(select['option_list']).map((one) => {
    const option = objectOf(one);
    return { id: textOf(option['id']), text: textOf(option['text']) };
  });
  const marked = listOf(select['option_list']).flatMap((one) => {
    const option = objectOf(one);
    return option['is_checked'] === true ? [textOf(option['id'])] : [];
  });
  const first = textOf(select['selected_id']) || (look === 'list' ? (options[0]?.id ?? '') : '');
  return {
    key: textOf(select['question_key']),
    title: textOf(select['title']),
    look,
    chosen: marked.length > 0 ? marked : first === '' ? [] : [first],
    options,
  };
}

function readVote(value: unknown): Select {
  return readSelect(value, objectOf(value)['mode'] === 1 ? 'boxes' : 'radio');
}
