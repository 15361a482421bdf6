import { standsAlone } from './borders.ts';

const CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = Array.from({ length: 17 }, (_, index) => 3 ** index % 31);
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];
/** Who registers and what, then the region by its province. */
const START = /^(?:[1-8][1-9]|9[1-3]|[AN][1-9]|Y1)(?:1[0-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d{4}/;

/** Whether a word is a unified social credit code (GB 32100): both its check digits are right, that of the organisation within and its own. */
export function isCreditCode(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== 18 || !START.test(word) || !standsAlone(text, start, end)) return false;
  return hasOrganisationDigit(word.slice(8, 17)) && hasOwnDigit(word);
}

function hasOwnDigit(word: string): boolean {
  let sum = 0;
  for (let index = 0; index < 17; index++) {
    const value = CHARACTERS.indexOf(word[index] ?? '');
    if (value < 0) return false;
    sum += value * (WEIGHTS[index] ?? 0);
  }
  return word[17] === CHARACTERS[(31 - (sum % 31)) % 31];
}

/** The code of an organisation (GB 11714): letters count from 10 on. */
function hasOrganisationDigit(code: string): boolean {
  const sum = ORGANISATION_WEIGHTS.reduce(
    (total, weight, index) => total + weight * Number.parseInt(code[index] ?? '', 36),
    0,
  );
  const check = 11 - (sum % 11);
  return code[8] === (check === 10 ? 'X' : check === 11 ? '0' : String(check));
}

/** 91**************00: the first two and the last two are left. */
export function hideCreditCode(characters: string, index: number): boolean {
  return index >= 2 && index < characters.length - 2;
}
