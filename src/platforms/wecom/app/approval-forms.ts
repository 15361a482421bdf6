import type { FieldKind, FieldOption, FormEntry, FormField } from '../../../core/approvals.ts';
import { asObject, type Json, listAt, numberAt, objectAt, textAt } from '../../../lib/read.ts';
import { APPROVAL_UTC_OFFSET, MAX_SUMMARIES, MAX_SUMMARY_CHARS } from './limits.ts';

const DAY_SECONDS = 24 * 3600;

/** The vendor's controls in our words (D:91982). @param detail - The answer that holds a template. */
export function fieldsOf(detail: Json): readonly FormField[] {
  return listAt(objectAt(detail, 'template_content'), 'controls').map((one) => {
    const control = asObject(one) ?? {};
    const property = objectAt(control, 'property');
    const config = objectAt(control, 'config');
    const vendorKind = textAt(property, 'control');
    const kind = kindOf(vendorKind, config);
    return {
      id: textAt(property, 'id'),
      label: wordsIn(property, 'title'),
      kind,
      required: numberAt(property, 'require') === 1,
      vendorKind,
      ...((kind === 'choice' || kind === 'choices') && { options: optionsIn(objectAt(config, 'selector')) }),
      ...(isToTheMinute(config) && { toTheMinute: true }),
    };
  });
}

function kindOf(control: string, config: Json): FieldKind {
  if (control === 'Selector') return textAt(objectAt(config, 'selector'), 'type') === 'multi' ? 'choices' : 'choice';
  if (control === 'Contact')
    return textAt(objectAt(config, 'contact'), 'mode') === 'department' ? 'departments' : 'people';
  return KINDS[control] ?? 'other';
}

const KINDS: Readonly<Record<string, FieldKind>> = {
  Text: 'text',
  Textarea: 'text',
  Number: 'number',
  Money: 'number',
  Date: 'date',
  DateRange: 'date-range',
  Tips: 'note',
  Formula: 'note',
};

function isToTheMinute(config: Json): boolean {
  return [objectAt(config, 'date'), objectAt(config, 'date_range')].some((one) => textAt(one, 'type') === 'hour');
}

function optionsIn(selector: Json): readonly FieldOption[] {
  return listAt(selector, 'options').flatMap((one) => {
    const option = asObject(one) ?? {};
    const label = wordsIn(option, 'value');
    return label === '' ? [] : [{ id: textAt(option, 'key'), label }];
  });
}

/** The same words in several languages; the first are Chinese. */
export function wordsIn(from: Json, name: string): string {
  const [first] = listAt(from, name).map((one) => asObject(one) ?? {});
  return first ? textAt(first, 'text') : '';
}

/** A value as the vendor wants it (D:91853). */
export function controlValue({ field, value }: FormEntry): Json {
  return { control: field.vendorKind, id: field.id, value: valueFor({ field, value }) };
}

function valueFor({ field, value }: FormEntry): Json {
  switch (value.kind) {
    case 'text':
      // One line, where the field has one.
      return { text: field.vendorKind === 'Text' ? value.text.replace(/\s*\n\s*/g, ' ') : value.text };
    case 'number':
      return { [field.vendorKind === 'Money' ? 'new_money' : 'new_number']: String(value.number) };
    case 'date':
      return {
        date: { type: field.toTheMinute === true ? 'hour' : 'day', s_timestamp: String(secondsOf(value.date)) },
      };
    case 'date-range':
      return { date_range: rangeFor(field, value.from, value.to) };
    case 'options': {
      const options = value.options.map(({ id }) => ({ key: id }));
      return { selector: { type: field.kind === 'choices' ? 'multi' : 'single', options } };
    }
    case 'ids':
      return field.kind === 'departments'
        ? { departments: value.ids.map((one) => ({ openapi_id: one, name: one })) }
        : { members: value.ids.map((one) => ({ userid: one, name: one })) };
  }
}

/** Days count by halves: a whole one begins at midnight, and its second half at noon. */
function rangeFor(field: FormField, from: string, to: string): Json {
  const [begin, end] = [secondsOf(from), secondsOf(to)];
  if (field.toTheMinute === true) {
    return { type: 'hour', new_begin: begin, new_end: end, new_duration: Math.max(end - begin, 60) };
  }
  const duration = end - begin + DAY_SECONDS;
  return { type: 'halfday', new_begin: begin, new_end: end + DAY_SECONDS / 2, new_duration: duration };
}

function secondsOf(date: string): number {
  return Date.parse(`${date.includes('T') ? date : `${date}T00:00`}:00${APPROVAL_UTC_OFFSET}`) / 1000;
}

/** What the list of approvals shows of it: its first values. */
export function summaryOf(form: readonly FormEntry[]): readonly Json[] {
  return form.slice(0, MAX_SUMMARIES).map(({ field, value }) => {
    const line = `${field.label}：${wordsOf(value)}`;
    const text = [...line].slice(0, MAX_SUMMARY_CHARS).join('');
    return { summary_info: [{ text, lang: 'zh_CN' }] };
  });
}

function wordsOf(value: FormEntry['value']): string {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'number':
      return String(value.number);
    case 'date':
      return value.date;
    case 'date-range':
      return value.from;
    case 'options':
      return value.options.map(({ label }) => label).join('、');
    case 'ids':
      return value.ids.join('、');
  }
}

/** Whether an approval holds these values; the vendor puts more beside them. */
export function holds(info: Json, form: readonly FormEntry[]): boolean {
  const contents = listAt(objectAt(info, 'apply_data'), 'contents').map((one) => asObject(one) ?? {});
  return form.map(controlValue).every(({ id, value }) => {
    const there = contents.find((one) => one['id'] === id);
    return there !== undefined && covers(there['value'], value);
  });
}

function covers(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part)) {
    return Array.isArray(whole) && whole.length === part.length && part.every((one, at) => covers(whole[at], one));
  }
  const [wanted, there] = [asObject(part), asObject(whole)];
  if (!wanted) return whole === part;
  return there !== undefined && Object.entries(wanted).every(([name, value]) => covers(there[name], value));
}
