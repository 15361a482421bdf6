import { closesNumber, opensNumber } from './borders.ts';
import { type Chain, endOf, groupsOf } from './chain.ts';
import { isDigitAt, isSeparatorAt } from './characters.ts';
import { isLabelledOther } from './labels.ts';

/** How people group eleven digits. */
const GROUPINGS = new Set(['11', '3 4 4', '3 8', '7 4', '4 3 4', '4 4 3', '3 3 5', '3 5 3', '5 6', '6 5']);
const COUNTRY = /^(?:0086|86)(?=1[3-9])/;

/**
 * Finds a mobile number: 13 to 19 and nine more digits, with `+86`, `86` or `0086` before or without.
 *
 * @param last - Where the value found before ended: a list of numbers is no one long number.
 * @returns Where it ends; undefined when there is none.
 */
export function mobileAt(chain: Chain, last: number): number | undefined {
  const country = COUNTRY.exec(chain.digits)?.[0].length ?? 0;
  const number = chain.digits.slice(country, country + 11);
  if (!/^1[3-9]\d{9}$/.test(number)) return undefined;
  const grouping = groupingOf(chain, country);
  if (grouping === undefined || !GROUPINGS.has(grouping)) return undefined;
  const end = endOf(chain, country + 11);
  const { text, start } = chain;
  if (!opens(chain, grouping, last) || !closesNumber(text, end)) return undefined;
  return grouping === '11' && text[start - 1] !== '+' && isLabelledOther(text, start) ? undefined : end;
}

/** The groups of the number itself, without those of the country's code. */
function groupingOf(chain: Chain, country: number): string | undefined {
  const groups = groupsOf(chain, country + 11);
  if (groups === undefined || country === 0) return groups?.join(' ');
  const [first = 0, ...rest] = groups;
  if (first === country) return rest.join(' ');
  return first > country ? [first - country, ...rest].join(' ') : undefined;
}

function opens({ text, start }: Chain, grouping: string, last: number): boolean {
  if (!opensNumber(text, start)) return false;
  if (grouping === '11' || start - 1 <= last) return true;
  // The end of a longer number in groups.
  const grouped = isSeparatorAt(text, start - 1) && isDigitAt(text, start - 4);
  return !(grouped && isDigitAt(text, start - 2) && isDigitAt(text, start - 3));
}

/** 138****5678: the middle four are starred out. */
export function hideMobile(digits: string, index: number): boolean {
  return index >= digits.length - 8 && index < digits.length - 4;
}
