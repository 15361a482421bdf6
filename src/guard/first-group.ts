import { codeAt } from '../lib/code-at.ts';
import { narrow } from './characters.ts';

/** Least digits of any value that is made of digits alone. */
export const LEAST_DIGITS = 11;
/** Most digits of one group of a value. */
export const MOST_DIGITS = 24;

const MOBILE = 1;
const COUNTRY = 2;
const AREA = 4;
const REGION = 8;
const CARD = 16;

/** What a number may be by its first two digits. */
const BEGINNINGS: Uint8Array = beginnings();
/** What it may be by the length of its first group, country code included. */
const LENGTHS: Uint8Array = lengths();

/** Whether a value may begin with a group of so many digits: a quick answer that is never a wrong no. */
export function mayBegin(text: string, start: number, length: number): boolean {
  if (length < 2 || length > MOST_DIGITS) return false;
  const first = narrow(codeAt(text, start)) - 0x30;
  const second = narrow(codeAt(text, start + 1)) - 0x30;
  return ((BEGINNINGS[first * 10 + second] ?? 0) & (LENGTHS[length] ?? 0)) !== 0;
}

function beginnings(): Uint8Array {
  const table = new Uint8Array(100);
  const allow = (what: number, from: number, to = from) => {
    for (let at = from; at <= to; at++) table[at] = (table[at] ?? 0) | what;
  };
  allow(AREA, 1, 9);
  allow(MOBILE, 13, 19);
  allow(COUNTRY, 0);
  allow(COUNTRY, 86);
  // Provinces; 81 to 83 and 9 are residents from elsewhere.
  for (const [from, to] of [
    [11, 15],
    [21, 23],
    [31, 37],
    [41, 46],
    [50, 54],
    [61, 65],
    [71, 71],
    [81, 83],
    [90, 99],
  ])
    allow(REGION, from ?? 0, to);
  for (const [from, to] of [
    [22, 27],
    [34, 37],
    [40, 49],
    [51, 55],
    [60, 60],
    [62, 62],
    [64, 65],
    [81, 81],
    [95, 95],
  ])
    allow(CARD, from ?? 0, to);
  return table;
}

function lengths(): Uint8Array {
  const table = new Uint8Array(MOST_DIGITS + 1);
  const allow = (what: number, ...wanted: readonly number[]) => {
    for (const length of wanted) table[length] = (table[length] ?? 0) | what;
  };
  allow(MOBILE, 3, 4, 5, 6, 7, 11);
  allow(COUNTRY, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
  allow(AREA, 3, 4, 6, 7, 8, 10, 11, 12);
  allow(REGION, 6, 14, 15, 17, 18);
  allow(CARD, 4, 6, 15, 16, 17, 18, 19);
  return table;
}
