import type { FieldKind, FormEntry, FormField } from '../../core/approvals.ts';
import { asObject, type Json, listAt, textAt } from '../../lib/read.ts';
import { APPROVAL_UTC_OFFSET } from './limits.ts';

/** The vendor's widgets in our words (approval-v4/instance/approval-instance-form-control-parameters). */
const KINDS: Readonly<Record<string, FieldKind>> = {
  input: 'text',
  textarea: 'text',
  number: 'number',
  amount: 'number',
  date: 'date',
  dateInterval: 'date-range',
  radio: 'choice',
  radioV2: 'choice',
  checkbox: 'choices',
  checkboxV2: 'choices',
  contact: 'people',
  department: 'departments',
  text: 'note',
  formula: 'note',
  serialNumber: 'note',
};

/** @param form - The JSON text of a definition. */
export function fieldsOf(form: string): readonly FormField[] {
  return widgetsIn(form).map((widget) => {
    const type = textAt(widget, 'type');
    const kind = KINDS[type] ?? 'other';
    const options = listAt(widget, 'option').flatMap((one) => {
      const option = asObject(one) ?? {};
      const label = textAt(option, 'text');
      return label === '' ? [] : [{ id: textAt(option, 'value') || label, label }];
    });
    return {
      id: textAt(widget, 'id'),
      label: textAt(widget, 'name'),
      kind,
      required: widget['required'] === true,
      vendorKind: type,
      ...((kind === 'choice' || kind === 'choices') && { options }),
      ...(/[Hh]/.test(textAt(widget, 'value')) && kind.startsWith('date') && { toTheMinute: true }),
    };
  });
}

function widgetsIn(form: string): readonly Json[] {
  try {
    const list: unknown = JSON.parse(form);
    return Array.isArray(list) ? list.map((one) => asObject(one) ?? {}) : [];
  } catch {
    return [];
  }
}

/** A value as the vendor wants it, under the widget's id. */
export function widgetValue({ field, value }: FormEntry): Json {
  const { id, vendorKind: type } = field;
  switch (value.kind) {
    case 'text':
      return { id, type, value: value.text };
    case 'number':
      return { id, type, value: value.number, ...(type === 'amount' && { currency: 'CNY' }) };
    case 'date':
      return { id, type, value: instantOf(value.date) };
    case 'date-range':
      return { id, type, value: intervalOf(value.from, value.to) };
    case 'options': {
      // The newer widgets go by the option's id, the older ones by what it says.
      const chosen = value.options.map((option) => (type.endsWith('V2') ? option.id : option.label));
      return { id, type, value: field.kind === 'choice' ? chosen[0] : chosen };
    }
    case 'ids':
      return type === 'department'
        ? { id, type, value: value.ids.map((one) => ({ open_id: one })) }
        : { id, type, value: value.ids, open_ids: value.ids };
  }
}

/** The vendor's organisations keep Beijing's time. */
function instantOf(date: string): string {
  return `${date.includes('T') ? date : `${date}T00:00`}:00${APPROVAL_UTC_OFFSET}`;
}

/** Days count from the first to the last, both included; times by their difference. */
function intervalOf(from: string, to: string): Json {
  const [start, end] = [instantOf(from), instantOf(to)];
  const days = (Date.parse(end) - Date.parse(start)) / 86_400_000;
  return { start, end, interval: from.includes('T') ? Math.round(days * 100) / 100 : days + 1 };
}
