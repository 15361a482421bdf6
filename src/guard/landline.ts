import { closesNumber, opensNumber } from './borders.ts';
import { type Chain, endOf, groupsOf } from './chain.ts';
import { isDigitAt, isHyphenAt } from './characters.ts';
import { isLabelledOther } from './labels.ts';

const COUNTRY = /^(?:0086|86)(?=\d)/;
/** Two digits for the largest cities, three for all others; a number in a city has eight digits, elsewhere seven or eight. */
const NUMBER = /^0?(?:(?:10|2[0-5789])[1-9]\d{7}|(?:3[1-9]|4[1-8]|5[1-9]|6[369]|7[1-9]|8[1-9]|9[0-9])\d[1-9]\d{6,7})/;
const LOCAL_GROUPINGS = new Set(['7', '8', '3 4', '4 4', '4 3']);

/** Finds a landline number with its area code: `010-88880000`, `(0755)8888 000`, `+86 21 8888 0000`; the extension behind it stays. */
export function landlineAt(chain: Chain): number | undefined {
  const { digits, text, start } = chain;
  const international = text[start - 1] === '+' || digits.startsWith('0086');
  const country = COUNTRY.exec(digits)?.[0].length ?? 0;
  // Without the country's code an area code begins with its zero.
  if (country === 0 ? digits[0] !== '0' : !international && digits[country] !== '0') return undefined;
  const area = areaLength(digits.slice(country));
  if (area === undefined) return undefined;
  const isLarge = /^0?(?:10|2)/.test(digits.slice(country));
  for (const length of isLarge ? [8] : [8, 7]) {
    const end = endAfter(chain, country, area, length);
    if (end !== undefined) return end;
  }
  return undefined;
}

/** How many digits the area code has, its zero included; undefined where none begins. */
function areaLength(national: string): number | undefined {
  if (!NUMBER.test(national)) return undefined;
  const zero = national.startsWith('0') ? 1 : 0;
  return /^(?:10|2)/.test(national.slice(zero)) ? zero + 2 : zero + 3;
}

function endAfter(chain: Chain, country: number, area: number, length: number): number | undefined {
  const count = country + area + length;
  const groups = groupsOf(chain, count);
  if (groups === undefined || !isGrouped(groups, country, area, length)) return undefined;
  const end = endOf(chain, count);
  const { text, start } = chain;
  if (!opensNumber(text, start) || !(closesNumber(text, end) || hasExtension(text, end))) return undefined;
  return groups.length === 1 && isLabelledOther(text, start) ? undefined : end;
}

/** The area code may stand apart or not; the number itself is grouped as people do it. */
function isGrouped(groups: readonly number[], country: number, area: number, length: number): boolean {
  const rest = [...groups];
  for (const head of [country, area]) {
    if (head === 0) continue;
    const [first = 0] = rest;
    if (first === head) rest.shift();
    else if (first > head) rest[0] = first - head;
    else return false;
  }
  return LOCAL_GROUPINGS.has(rest.join(' ')) && rest.reduce((sum, group) => sum + group, 0) === length;
}

/** `-801` behind the number. */
function hasExtension(text: string, end: number): boolean {
  if (!isHyphenAt(text, end)) return false;
  let at = end + 1;
  while (isDigitAt(text, at)) at += 1;
  const digits = at - end - 1;
  return digits >= 1 && digits <= 5 && closesNumber(text, at);
}

/** 010-****0000: of the number behind the area code the last four digits are left. */
export function hideLandline(digits: string, index: number): boolean {
  const country = COUNTRY.exec(digits)?.[0].length ?? 0;
  const area = country + (areaLength(digits.slice(country)) ?? 0);
  return index >= area && index < digits.length - 4;
}
