import type { FieldKind, FieldOption, FormEntry, FormField } from '../../core/approvals.ts';
import { asObject, type Json, listAt, objectAt, parseObject, textAt } from '../../lib/read.ts';

/** The vendor's components in our words; what is not here cannot be filled from here (create-an-approval-form-template). */
const KINDS: Readonly<Record<string, FieldKind>> = {
  TextField: 'text',
  TextareaField: 'text',
  NumberField: 'number',
  MoneyField: 'number',
  DDSelectField: 'choice',
  DDMultiSelectField: 'choices',
  DDDateField: 'date',
  DDDateRangeField: 'date-range',
  InnerContactField: 'people',
  DepartmentField: 'departments',
  TextNote: 'note',
  CalculateField: 'note',
  SeqNumberField: 'note',
};

/** The fields of a form; a field that is not shown takes nothing. */
export function fieldsOf(schema: Json): readonly FormField[] {
  return listAt(objectAt(schema, 'schemaContent'), 'items')
    .map((item) => asObject(item) ?? {})
    .filter((item) => objectAt(item, 'props')['hidden'] !== true)
    .map(fieldOf);
}

function fieldOf(item: Json): FormField {
  const props = objectAt(item, 'props');
  const component = textAt(item, 'componentName');
  const kind = KINDS[component] ?? 'other';
  return {
    id: textAt(props, 'componentId') || textAt(props, 'id'),
    label: textAt(props, 'label'),
    kind,
    required: props['required'] === true,
    vendorKind: component,
    ...((kind === 'choice' || kind === 'choices') && { options: listAt(props, 'options').flatMap(optionOf) }),
    ...(/[Hh]/.test(textAt(props, 'format')) && { toTheMinute: true }),
  };
}

/** An object, the JSON of one, or the bare text of it: the vendor's pages show all three. */
function optionOf(option: unknown): readonly FieldOption[] {
  const read = asObject(option) ?? (typeof option === 'string' ? (parseObject(option) ?? { value: option }) : {});
  const label = textAt(read, 'value');
  return label === '' ? [] : [{ id: textAt(read, 'key') || label, label }];
}

/** A value as the vendor wants it: always a text, and under the field's label. */
export function componentValue({ field, value }: FormEntry): { readonly name: string; readonly value: string } {
  return { name: field.label, value: textFor({ field, value }) };
}

function textFor({ field, value }: FormEntry): string {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'number':
      return String(value.number);
    case 'date':
      return dated(value.date);
    case 'date-range':
      return JSON.stringify([dated(value.from), dated(value.to)]);
    case 'options': {
      const labels = value.options.map(({ label }) => label);
      return field.kind === 'choice' ? (labels[0] ?? '') : JSON.stringify(labels);
    }
    case 'ids':
      return field.kind === 'departments' ? value.ids.join(',') : JSON.stringify(value.ids);
  }
}

function dated(date: string): string {
  return date.replace('T', ' ');
}

/** Whether an approval holds these values; it may hold more, which the vendor has worked out. */
export function holds(instance: Json, form: readonly FormEntry[]): boolean {
  const values = new Map(
    listAt(instance, 'formComponentValues').map((one) => {
      const read = asObject(one) ?? {};
      return [textAt(read, 'name'), textAt(read, 'value')] as const;
    }),
  );
  return form.map(componentValue).every(({ name, value }) => values.get(name) === value);
}
