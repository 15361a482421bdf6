import { codeAt } from '../lib/code-at.ts';
import { closesNumber, opensNumber } from './borders.ts';
import { type Chain, endOf, groupsOf } from './chain.ts';
import { isDigitAt, narrow } from './characters.ts';
import { isLabelledId } from './labels.ts';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';
/** Provinces, the three kinds of residents' permits (81 to 83), and 9 for foreigners with a permanent residence. */
const REGION = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9\d)/;
const GROUPINGS = new Set(['18', '6 8 4', '6 4 4 4', '6 4 2 2 4', '14 4', '6 12', '4 4 4 4 2', '6 6 6']);

/** Finds a resident's ID (GB 11643): 18 characters with a date that exists and the right check digit, or 15 with such a date. */
export function residentIdAt(chain: Chain): number | undefined {
  return newIdAt(chain) ?? oldIdAt(chain);
}

function newIdAt(chain: Chain): number | undefined {
  const { digits, text, start } = chain;
  if (digits.length < 17 || !REGION.test(digits) || !isDate(digits.slice(6, 14))) return undefined;
  const check = checkOf(digits);
  const end = check === 'X' ? endWithX(chain) : endWithDigit(chain, check);
  if (end === undefined) return undefined;
  return opensNumber(text, start) && closesNumber(text, end) ? end : undefined;
}

function checkOf(digits: string): string {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return CHECKS[sum % 11] ?? '';
}

function endWithX(chain: Chain): number | undefined {
  const groups = groupsOf(chain, 17);
  if (groups === undefined) return undefined;
  const end = endOf(chain, 17);
  const last = String.fromCharCode(narrow(codeAt(chain.text, end)));
  if (last !== 'X' && last !== 'x') return undefined;
  const whole = [...groups.slice(0, -1), (groups.at(-1) ?? 0) + 1];
  return GROUPINGS.has(whole.join(' ')) ? end + 1 : undefined;
}

function endWithDigit(chain: Chain, check: string): number | undefined {
  const groups = groupsOf(chain, 18);
  const fits = chain.digits[17] === check && groups !== undefined && GROUPINGS.has(groups.join(' '));
  return fits ? endOf(chain, 18) : undefined;
}

/** Given out until 1999, so without a check digit every number with a date is one, but for those that are called something else. */
function oldIdAt(chain: Chain): number | undefined {
  const { digits, text, start, groups } = chain;
  if (groups[0] !== 15 || !REGION.test(digits) || digits[0] === '9') return undefined;
  if (!isDate(`19${digits.slice(6, 12)}`) || digits.slice(2, 4) === '00') return undefined;
  const end = endOf(chain, 15);
  if (!opensNumber(text, start) || !closesNumber(text, end) || isDigitAt(text, end)) return undefined;
  return isLabelledId(text, start) ? undefined : end;
}

/** A day between 1900 and 2049. */
function isDate(digits: string): boolean {
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)].map(Number);
  if (year === undefined || month === undefined || day === undefined || year < 1900 || year > 2049) return false;
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 1****************X: the first and the last are left. */
export function hideResidentId(characters: string, index: number): boolean {
  return index > 0 && index < characters.length - 1;
}
