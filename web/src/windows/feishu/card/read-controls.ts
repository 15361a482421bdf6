import type { Lang } from '../../../api/preferences.ts';
import { contentOf, type Json, listOf, objectOf, optionalText, textOf } from '../../../parts/json.ts';
import type { Behavior, CardButton, CardInput, CardSelect, CardTable } from './view.ts';

export function readButton(json: Json, lang: Lang): CardButton {
  const confirm = objectOf(json['confirm']);
  const action = json['form_action_type'] ?? formBehavior(json);
  return {
    tag: 'button',
    text: contentOf(json['text'], lang),
    type: textOf(json['type'], 'default'),
    size: textOf(json['size'], 'medium'),
    width: textOf(json['width'], 'default'),
    icon: optionalText(objectOf(json['icon'])['token']),
    hint: contentOf(json['disabled'] === true ? json['disabled_tips'] : json['hover_tips'], lang),
    disabled: json['disabled'] === true,
    name: textOf(json['name']),
    submits: action === 'submit' || action === 'reset' ? action : undefined,
    confirm:
      json['confirm'] === undefined
        ? undefined
        : { title: contentOf(confirm['title'], lang), text: contentOf(confirm['text'], lang) },
    behaviors: readBehaviors(json),
  };
}

/** An older spelling of `form_action_type`. */
function formBehavior(json: Json): unknown {
  return listOf(json['behaviors'])
    .map(objectOf)
    .find((b) => b['type'] === 'form_action')?.['behavior'];
}

/** Version 1.0 has `value` and `url` on the element itself. */
export function readBehaviors(json: Json): Behavior[] {
  const found: Behavior[] = [];
  for (const behavior of listOf(json['behaviors']).map(objectOf)) {
    if (behavior['type'] === 'callback') found.push({ kind: 'callback', value: behavior['value'] });
    const url = safeUrl(behavior['pc_url'] ?? '') ?? safeUrl(behavior['default_url']);
    if (behavior['type'] === 'open_url' && url !== undefined) found.push({ kind: 'open-url', url });
  }
  if (found.length > 0) return found;
  const url = safeUrl(json['url']);
  if (url !== undefined) return [{ kind: 'open-url', url }];
  return json['value'] === undefined ? [] : [{ kind: 'callback', value: json['value'] }];
}

function safeUrl(value: unknown): string | undefined {
  const url = optionalText(value);
  return url !== undefined && /^https?:/i.test(url) ? url : undefined;
}

export function readInput(json: Json, lang: Lang): CardInput {
  const type = textOf(json['input_type'], 'text');
  return {
    tag: 'input',
    name: textOf(json['name']),
    label: contentOf(json['label'], lang),
    placeholder: contentOf(json['placeholder'], lang),
    value: textOf(json['default_value'] ?? json['initial_date']),
    kind:
      json['tag'] === 'date_picker'
        ? 'date'
        : type === 'multiline_text'
          ? 'multiline'
          : type === 'password'
            ? 'password'
            : 'text',
    maxLength: typeof json['max_length'] === 'number' ? json['max_length'] : undefined,
    required: json['required'] === true,
  };
}

export function readSelect(json: Json, lang: Lang): CardSelect {
  const initial = json['initial_option'] ?? json['selected_values'];
  return {
    tag: 'select',
    vendorTag: textOf(json['tag']),
    name: textOf(json['name']),
    placeholder: contentOf(json['placeholder'], lang),
    multiple: textOf(json['tag']).startsWith('multi_'),
    value: Array.isArray(initial) ? initial.map((v) => textOf(v)) : initial === undefined ? [] : [textOf(initial)],
    options: listOf(json['options']).map((option) => ({
      text: contentOf(objectOf(option)['text'], lang),
      value: textOf(objectOf(option)['value']),
    })),
    behaviors: readBehaviors(json),
    required: json['required'] === true,
  };
}

export function readTable(json: Json, lang: Lang): CardTable {
  return {
    tag: 'table',
    pageSize: Math.min(10, Math.max(1, Number(json['page_size'] ?? 5) || 5)),
    columns: listOf(json['columns'])
      .map(objectOf)
      .map((column) => ({
        name: textOf(column['name']),
        title: contentOf(column['display_name'], lang),
        align: textOf(column['horizontal_align'], 'left'),
        type: textOf(column['data_type'], 'text'),
      })),
    rows: listOf(json['rows']).map(objectOf),
  };
}
