import type { Lang } from '../../../api/preferences.ts';
import { contentOf, type Json, listOf, objectOf, optionalText, textOf } from '../../../parts/json.ts';
import { readBehaviors, readSelect } from './read-controls.ts';
import type { CardAudio, CardChart, CardChecker, CardOverflow, CardPictures, CardSelect } from './view.ts';

/** Choices behind three dots. */
export function readOverflow(json: Json, lang: Lang): CardOverflow {
  return {
    tag: 'overflow',
    options: listOf(json['options'])
      .map(objectOf)
      .map((option) => ({
        text: contentOf(option['text'], lang),
        value: textOf(option['value']),
        behaviors: readBehaviors({ ...option, value: undefined }),
      })),
    behaviors: readBehaviors(json),
  };
}

export function readChecker(json: Json, lang: Lang): CardChecker {
  return {
    tag: 'checker',
    name: textOf(json['name']),
    text: contentOf(json['text'], lang),
    checked: json['checked'] === true,
    disabled: json['disabled'] === true,
    behaviors: readBehaviors(json),
  };
}

/** Options are people, by their ids; without any, everybody of the chat could be chosen, whom the card does not name. */
export function readPeopleSelect(json: Json, lang: Lang): CardSelect {
  return { ...readSelect(json, lang), people: true };
}

export function readPictures(json: Json): CardPictures {
  const mode = textOf(json['combination_mode'], 'double');
  return {
    tag: 'pictures',
    across: mode === 'trisect' || mode === 'triple' ? 3 : 2,
    keys: listOf(json['img_list']).map((one) => textOf(objectOf(one)['img_key'])),
  };
}

export function readAudio(json: Json, lang: Lang): CardAudio {
  return { tag: 'audio', key: textOf(json['file_key']), text: contentOf(json['text'], lang) };
}

const CHART_KINDS = ['bar', 'line', 'area', 'pie'] as const;

/** A chart by the vendor's `chart_spec` (VChart's), as far as we draw it; undefined for any other. */
export function readChart(json: Json): CardChart | undefined {
  const spec = objectOf(json['chart_spec']);
  const kind = CHART_KINDS.find((one) => one === spec['type']);
  const values = valuesIn(spec['data']);
  const [label] = fieldsOf(spec[kind === 'pie' ? 'categoryField' : isAcross(spec) ? 'yField' : 'xField']);
  const [value] = fieldsOf(spec[kind === 'pie' ? 'valueField' : isAcross(spec) ? 'xField' : 'yField']);
  if (kind === undefined || label === undefined || value === undefined || values.length === 0) return undefined;
  const [own] = fieldsOf(spec['seriesField']);
  const series = kind === 'pie' || own === label ? undefined : own;
  const names = [...new Set(values.map((row) => (series === undefined ? '' : textOf(row[series]))))];
  return {
    tag: 'chart',
    kind,
    title: textOf(objectOf(spec['title'])['text']),
    labels: [...new Set(values.map((row) => textOf(row[label])))],
    series: names.map((name) => ({
      name,
      points: new Map(
        values
          .filter((row) => series === undefined || textOf(row[series]) === name)
          .map((row) => [textOf(row[label]), Number(row[value]) || 0]),
      ),
    })),
  };
}

function isAcross(spec: Json): boolean {
  return spec['direction'] === 'horizontal';
}

/** One table, or the first of several. */
function valuesIn(data: unknown): Json[] {
  const first = Array.isArray(data) ? data[0] : data;
  return listOf(objectOf(first)['values']).map(objectOf);
}

function fieldsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((one) => optionalText(one) ?? []);
}
