import { list, text } from '../json.ts';
import type { OaControl } from './approvals.ts';

type Value = Readonly<Record<string, unknown>>;

/** Whether a value has the shape that a control takes. (D:91853) */
export function isValueOf(control: OaControl, value: Value): boolean {
  switch (control.control) {
    case 'Text':
      return isText(value['text']) && !text(value['text']).includes('\n');
    case 'Textarea':
      return isText(value['text']);
    case 'Number':
      return isNumber(value['new_number']);
    case 'Money':
      return isNumber(value['new_money']);
    case 'Date': {
      const { type, s_timestamp: at } = inside(value, 'date');
      return type === control.unit && typeof at === 'string' && /^\d{9,10}$/.test(at);
    }
    case 'DateRange': {
      const { type, new_begin: begin, new_end: end, new_duration: duration } = inside(value, 'date_range');
      const isSpan = [begin, end, duration].every((one) => typeof one === 'number' && Number.isInteger(one));
      return type === control.unit && isSpan && Number(begin) <= Number(end) && Number(duration) > 0;
    }
    case 'Selector': {
      const { type, options } = inside(value, 'selector');
      const chosen = list(options).map((one) => (one as { key?: unknown }).key);
      const isKnown = chosen.every((key) => control.options?.some((option) => option.key === key));
      const fits = control.multiple === true ? type === 'multi' : type === 'single' && chosen.length === 1;
      return fits && chosen.length > 0 && isKnown;
    }
    case 'Contact':
      return list(value[control.mode === 'department' ? 'departments' : 'members']).length > 0;
    // Tips take nothing; the others nobody fills here.
    default:
      return false;
  }
}

function inside(value: Value, name: string): Value {
  const found = value[name];
  return typeof found === 'object' && found !== null ? (found as Value) : {};
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** Numbers are written as texts. */
function isNumber(value: unknown): boolean {
  return typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value);
}
