import { closesNumber, opensNumber } from './borders.ts';
import { type Chain, endOf, groupsOf } from './chain.ts';
import { isLabelledId } from './labels.ts';

/** What the cards of an organisation begin with, and how long they are. */
const RANGES: readonly { readonly start: RegExp; readonly lengths: readonly number[]; readonly grouped?: true }[] = [
  // UnionPay.
  { start: /^62|^81[0-7]/, lengths: [19, 18, 17, 16] },
  // Older cards of Chinese banks.
  { start: /^955[89]|^60138|^603|^456351|^436742/, lengths: [19, 18, 16] },
  { start: /^601428/, lengths: [17] },
  { start: /^4/, lengths: [16] },
  { start: /^5[1-5]/, lengths: [16] },
  // In one piece they look like numbers that begin with a day of these years: 260615…
  { start: /^222[1-9]|^22[3-9]|^2[3-6]|^27[01]|^2720/, lengths: [16], grouped: true },
  { start: /^352[89]|^35[3-8]/, lengths: [16] },
  { start: /^6011|^64[4-9]|^65/, lengths: [16] },
  { start: /^3[47]/, lengths: [15] },
];

/** Finds a bank card: the start of a known range, its length, and the check digit of Luhn; in one piece or grouped as on the card. */
export function bankCardAt(chain: Chain): number | undefined {
  const { digits, text, start } = chain;
  if (digits.length < 15) return undefined;
  for (const range of RANGES) {
    if (!range.start.test(digits)) continue;
    const length = range.lengths.find((count) => isCard(chain, count));
    if (range.grouped && chain.groups[0] === length) continue;
    if (length === undefined) continue;
    const end = endOf(chain, length);
    if (!opensNumber(text, start) || !closesNumber(text, end)) return undefined;
    return isLabelledId(text, start) ? undefined : end;
  }
  return undefined;
}

function isCard(chain: Chain, length: number): boolean {
  const groups = groupsOf(chain, length);
  if (groups === undefined || !isGrouped(groups)) return false;
  return hasLuhnDigit(chain.digits.slice(0, length));
}

/** In fours with a shorter rest, American Express as 4 6 5, some print 6 and the rest. */
function isGrouped(groups: readonly number[]): boolean {
  if (groups.length === 1) return true;
  const grouping = groups.join(' ');
  if (grouping === '4 6 5' || /^6 1[0-3]$/.test(grouping)) return true;
  return groups.slice(0, -1).every((group) => group === 4) && (groups.at(-1) ?? 0) <= 4;
}

function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** ************0000: the last four are left. */
export function hideBankCard(digits: string, index: number): boolean {
  return index < digits.length - 4;
}
