import { steadyHex } from '../ids.ts';
import { COMPANY } from '../staff.ts';

/** Stands for the company itself, which has no entry of its own. */
const ROOT = '0';

/** A department's id in this vendor's form. */
export function openDepartmentId(department: number): string {
  return department === COMPANY ? ROOT : `od-${steadyHex(32, 'feishu-department', String(department))}`;
}
