import type { Lang } from '../../../api/preferences.ts';
import { contentOf, type Json, listOf, objectOf, optionalText, textOf } from '../../../parts/json.ts';
import { readButton, readInput, readSelect, readTable } from './read-controls.ts';
import { readAudio, readChart, readChecker, readOverflow, readPeopleSelect, readPictures } from './read-more.ts';
import type { CardElement, CardHeader, CardText, CardView } from './view.ts';

/**
 * Reads card JSON 2.0, and 1.0 as far as the two agree. What is not understood becomes an `unknown` element that is
 * shown: a card with something missing would look right and be wrong.
 */
export function readCard(json: Json, lang: Lang): CardView {
  const elements = listOf(objectOf(json['body'])['elements'] ?? json['elements']);
  const width = textOf(objectOf(json['config'])['width_mode'], 'default');
  return {
    header: json['header'] === undefined ? undefined : readHeader(objectOf(json['header']), lang),
    elements: elements.map((element) => readElement(element, lang)),
    width: width === 'compact' || width === 'fill' ? width : 'default',
  };
}

function readHeader(header: Json, lang: Lang): CardHeader {
  return {
    title: contentOf(header['title'], lang),
    subtitle: contentOf(header['subtitle'], lang),
    tags: listOf(header['text_tag_list']).map((tag) => ({
      text: contentOf(objectOf(tag)['text'], lang),
      color: textOf(objectOf(tag)['color'], 'neutral'),
    })),
    template: textOf(header['template'], 'default'),
    icon: iconOf(header['icon']),
  };
}

export function readElement(value: unknown, lang: Lang): CardElement {
  const json = objectOf(value);
  const tag = textOf(json['tag']);
  const id = optionalText(json['element_id']);
  const reader = READERS[tag];
  const read = reader?.(json, lang);
  return read === undefined ? { id, tag: 'unknown', name: tag === '' ? '?' : tag, raw: value } : { id, ...read };
}

type Bare<T> = T extends unknown ? Omit<T, 'id'> : never;
/** Undefined for an element of a kind that we do not draw. */
type Reader = (json: Json, lang: Lang) => Bare<CardElement> | undefined;

const READERS: Readonly<Record<string, Reader | undefined>> = {
  markdown: (json, lang) => ({ tag: 'text', text: readText(json, lang, 'full'), icon: iconOf(json['icon']) }),
  plain_text: (json, lang) => ({ tag: 'text', text: readText(json, lang, 'plain'), icon: iconOf(json['icon']) }),
  lark_md: (json, lang) => ({ tag: 'text', text: readText(json, lang, 'lark'), icon: undefined }),
  div: readDiv,
  note: (json, lang) => ({
    tag: 'text',
    icon: undefined,
    text: {
      ...readText({ text_size: 'notation', text_color: 'grey' }, lang, 'lark'),
      text: listOf(json['elements'])
        .map((part) => contentOf(part, lang))
        .join(' '),
    },
  }),
  img: (json, lang) => ({
    tag: 'img',
    key: textOf(json['img_key']),
    alt: contentOf(json['alt'], lang),
    title: contentOf(json['title'], lang),
  }),
  hr: () => ({ tag: 'hr' }),
  button: readButton,
  action: (json, lang) => ({
    tag: 'columns',
    flex: 'flow',
    spacing: '8px',
    background: 'default',
    columns: listOf(json['actions']).map((action) => ({
      width: 'auto',
      weight: 1,
      align: 'top',
      elements: [readElement(action, lang)],
    })),
  }),
  column_set: readColumns,
  collapsible_panel: readPanel,
  interactive_container: (json, lang) => ({
    tag: 'box',
    elements: elementsOf(json, lang),
    behaviors: readButton(json, lang).behaviors,
  }),
  form: (json, lang) => ({ tag: 'form', name: textOf(json['name']), elements: elementsOf(json, lang) }),
  input: readInput,
  date_picker: readInput,
  select_static: readSelect,
  multi_select_static: readSelect,
  select_person: readPeopleSelect,
  multi_select_person: readPeopleSelect,
  overflow: readOverflow,
  checker: readChecker,
  img_combination: readPictures,
  audio: readAudio,
  chart: readChart,
  table: readTable,
  person: (json) => ({ tag: 'people', ids: [textOf(json['user_id'])] }),
  person_list: (json) => ({ tag: 'people', ids: listOf(json['persons']).map((p) => textOf(objectOf(p)['id'])) }),
};

function elementsOf(json: Json, lang: Lang): CardElement[] {
  return listOf(json['elements']).map((element) => readElement(element, lang));
}

function readDiv(json: Json, lang: Lang): Bare<CardElement> {
  const text = objectOf(json['text']);
  const dialect = text['tag'] === 'lark_md' ? 'lark' : 'plain';
  return { tag: 'text', text: readText(text, lang, dialect), icon: iconOf(json['icon']) };
}

function readColumns(json: Json, lang: Lang): Bare<CardElement> {
  return {
    tag: 'columns',
    flex: textOf(json['flex_mode'], 'none'),
    spacing: textOf(json['horizontal_spacing'], '8px'),
    background: textOf(json['background_style'], 'default'),
    columns: listOf(json['columns']).map((value) => {
      const column = objectOf(value);
      return {
        width: textOf(column['width'], 'weighted'),
        weight: Number(column['weight'] ?? 1),
        align: textOf(column['vertical_align'], 'top'),
        elements: elementsOf(column, lang),
      };
    }),
  };
}

function readPanel(json: Json, lang: Lang): Bare<CardElement> {
  const header = objectOf(json['header']);
  const title = objectOf(header['title']);
  const dialect = title['tag'] === 'markdown' ? 'full' : title['tag'] === 'lark_md' ? 'lark' : 'plain';
  return {
    tag: 'panel',
    title: readText(title, lang, dialect),
    expanded: json['expanded'] === true,
    bordered: json['border'] !== undefined,
    background: textOf(header['background_color'] ?? json['background_color'], 'default'),
    icon: undefined,
    elements: elementsOf(json, lang),
  };
}

function readText(json: Json, lang: Lang, dialect: CardText['dialect']): CardText {
  const align = textOf(json['text_align'], 'left');
  return {
    text: contentOf(json, lang),
    dialect,
    size: textOf(json['text_size'], 'normal'),
    color: optionalText(json['text_color']),
    align: align === 'center' || align === 'right' ? align : 'left',
  };
}

function iconOf(value: unknown): string | undefined {
  return optionalText(objectOf(value)['token']);
}
