import type { ApprovalTemplate, FieldOption, FieldValue, FormEntry, FormField, FormValues } from './approvals.ts';
import { GatewayError } from './errors.ts';

/**
 * Holds values against a template, before the vendor is asked.
 *
 * @returns The values that fit, in the form's order.
 * @throws {GatewayError} `approval_form_invalid`: a field there is not, a value of the wrong kind, a field that must be filled. The
 *   message names the field, never the value.
 */
export function fillForm(template: ApprovalTemplate, values: FormValues): readonly FormEntry[] {
  const used = new Set<string>();
  const entries = template.fields.flatMap((field): readonly FormEntry[] => {
    const name = nameIn(values, field);
    const value = name === undefined ? undefined : values[name];
    if (name !== undefined) used.add(name);
    if (value === undefined || value === '') return empty(field);
    return [{ field, value: fitted(field, value) }];
  });
  const stray = Object.keys(values).find((name) => !used.has(name));
  if (stray !== undefined) throw wrong(stray, 'the form has no such field');
  return entries;
}

function nameIn(values: FormValues, field: FormField): string | undefined {
  return [field.id, field.label].find((name) => Object.hasOwn(values, name));
}

function empty(field: FormField): readonly FormEntry[] {
  if (field.required && field.kind !== 'note') throw wrong(field.label, 'it must be filled');
  return [];
}

function fitted(field: FormField, value: FieldValue): FormEntry['value'] {
  switch (field.kind) {
    case 'text':
      return { kind: 'text', text: textOf(field, value) };
    case 'number':
      return { kind: 'number', number: numberOf(field, value) };
    case 'date':
      return { kind: 'date', date: dateOf(field, value) };
    case 'date-range':
      return rangeOf(field, value);
    case 'choice':
      return { kind: 'options', options: [optionOf(field, textOf(field, value))] };
    case 'choices':
      return { kind: 'options', options: listOf(field, value).map((one) => optionOf(field, one)) };
    case 'people':
    case 'departments':
      return { kind: 'ids', ids: listOf(field, value) };
    default:
      throw wrong(field.label, `a field of the kind ${field.vendorKind} cannot be filled from here`);
  }
}

function textOf(field: FormField, value: FieldValue): string {
  if (typeof value !== 'string') throw wrong(field.label, 'a text is expected');
  return value;
}

function numberOf(field: FormField, value: FieldValue): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw wrong(field.label, 'a number is expected');
  return number;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MINUTE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

function dateOf(field: FormField, value: FieldValue): string {
  const form = field.toTheMinute === true ? 'YYYY-MM-DDThh:mm' : 'YYYY-MM-DD';
  const pattern = field.toTheMinute === true ? MINUTE : DAY;
  if (typeof value !== 'string' || !pattern.test(value)) throw wrong(field.label, `${form} is expected`);
  // 31 February is a date by its form only.
  const [day = ''] = value.split('T');
  const at = Date.parse(`${value}${value === day ? 'T00:00' : ''}:00Z`);
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(day)) throw wrong(field.label, 'there is no such day');
  return value;
}

function rangeOf(field: FormField, value: FieldValue): FormEntry['value'] {
  if (typeof value !== 'object' || !('from' in value)) throw wrong(field.label, 'two dates are expected');
  const [from, to] = [dateOf(field, value.from), dateOf(field, value.to)];
  if (to < from) throw wrong(field.label, 'it ends before it begins');
  return { kind: 'date-range', from, to };
}

function listOf(field: FormField, value: FieldValue): readonly string[] {
  const list = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(list) || list.length === 0 || list.some((one) => typeof one !== 'string' || one === '')) {
    throw wrong(field.label, 'a list is expected');
  }
  return list as readonly string[];
}

function optionOf(field: FormField, wanted: string): FieldOption {
  const option = field.options?.find(({ id, label }) => id === wanted || label === wanted);
  if (!option) throw wrong(field.label, 'it has no such option');
  return option;
}

function wrong(field: string, why: string): GatewayError {
  return new GatewayError('approval_form_invalid', `approval form, field "${field.slice(0, 60)}": ${why}`, {
    details: { field },
  });
}
