import type { ApprovalWidget } from './approvals.ts';

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/;

/** Whether a value has the shape that a widget takes. (approval-v4/instance/approval-instance-form-control-parameters) */
export function isValueOf({ type, option = [] }: ApprovalWidget, value: unknown): boolean {
  switch (type) {
    case 'input':
    case 'textarea':
      return typeof value === 'string' && value !== '';
    case 'number':
    case 'amount':
      return typeof value === 'number';
    case 'date':
      return typeof value === 'string' && RFC3339.test(value);
    case 'dateInterval': {
      const { start, end, interval } = (value ?? {}) as Record<string, unknown>;
      return RFC3339.test(String(start)) && RFC3339.test(String(end)) && typeof interval === 'number';
    }
    case 'radio':
      return option.some(({ text }) => text === value);
    case 'radioV2':
      return option.some((one) => one.value === value);
    case 'checkbox':
      return isList(value) && value.every((chosen) => option.some(({ text }) => text === chosen));
    case 'checkboxV2':
      return isList(value) && value.every((chosen) => option.some((one) => one.value === chosen));
    case 'contact':
    case 'department':
      return isList(value);
    // Shown, worked out by the vendor, or of a kind that nobody fills here.
    default:
      return false;
  }
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}
