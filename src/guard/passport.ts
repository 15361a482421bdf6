import { standsAlone } from './borders.ts';
import { isAboutTravel, isLabelledId } from './labels.ts';

/** The current form of China's passports: `E` and eight digits, or `EA` and seven. */
const CURRENT = /^(?:E\d{8}|E[A-HJ-NP-Z]\d{7})$/;
/** Earlier and official passports, the passes for Hong Kong, Macau and Taiwan: taken for one only where the talk is of such. */
const FURTHER = /^(?:[GDSPHMCWLT]\d{8}|(?:DE|SE|PE|CA|CB|CC|CD|MA|MB|KJ)\d{7}|[HM]\d{10}|1[45]\d{7})$/;

/**
 * Whether a word is the number of a passport or a travel permit. They have no check digit, so capitals alone count, and not what is called
 * something else.
 */
export function isPassport(word: string, text: string, start: number, end: number): boolean {
  const isCurrent = CURRENT.test(word);
  if (!isCurrent && !FURTHER.test(word)) return false;
  if (!standsAlone(text, start, end)) return false;
  if (isAboutTravel(text, start)) return true;
  return isCurrent && !isLabelledId(text, start);
}

/** E*******0: the first and the last are left. */
export function hidePassport(characters: string, index: number): boolean {
  return index > 0 && index < characters.length - 1;
}
