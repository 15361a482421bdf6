import type { ApprovalField } from './approvals.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MINUTE = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/;

/** Whether a value has the shape that a component takes; else the vendor answers `formConverterError`. (initiate-approval) */
export function isValueOf({ componentType, options = [], format = '' }: ApprovalField, value: string): boolean {
  const date = format.includes('HH') ? MINUTE : DAY;
  switch (componentType) {
    case 'NumberField':
    case 'MoneyField':
      return /^-?\d+(?:\.\d+)?$/.test(value);
    case 'DDDateField':
      return date.test(value);
    case 'DDDateRangeField': {
      const ends = listOf(value);
      return ends.length === 2 && ends.every((end) => date.test(end));
    }
    case 'DDSelectField':
      return options.includes(value);
    case 'DDMultiSelectField': {
      const chosen = listOf(value);
      return chosen.length > 0 && chosen.every((one) => options.includes(one));
    }
    case 'InnerContactField':
      return listOf(value).length > 0;
    default:
      return true;
  }
}

function listOf(value: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) ? list.map(String) : [];
  } catch {
    return [];
  }
}
