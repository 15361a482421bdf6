import { isWordAt, narrowText } from './characters.ts';

/** Longest plate with its dot, and one character behind. */
export const PLATE_REACH = 10;

const LETTERS = 'A-HJ-NP-Z';
/** Five places, or six of a new-energy car (a `D` or `F` and one more of them first, or last). */
const PLATE = new RegExp(
  `^.[${LETTERS}][ ·•・.-]?(?:[DFABCEGHJK][${LETTERS}\\d]\\d{4}|\\d{5}[DFABCEGHJK]|[${LETTERS}\\d]{5}|[${LETTERS}\\d]{4}[学警港澳挂领使超试])`,
);
/** 最新A…, 阿里云A…: words that end in a province's character. */
const WORDS: Readonly<Record<string, RegExp>> = {
  新: /[最更全刷重创革翻]$/,
  云: /(?:里|讯|为|动|私有|公有|混合|上)$/,
  青: /年$/,
};

/**
 * Finds a licence plate at a province's character.
 *
 * @returns Where it ends; undefined when there is none.
 */
export function plateAt(text: string, start: number): number | undefined {
  const written = narrowText(text.slice(start, start + PLATE_REACH));
  const found = PLATE.exec(written.toUpperCase())?.[0];
  if (found === undefined) return undefined;
  const end = start + found.length;
  const digits = found.replace(/\D/g, '').length;
  // Plates are written in capitals; a small letter is somebody's haste, several are a word.
  const least = written.startsWith(found) ? 3 : 5;
  if (digits < least || isWordAt(text, end)) return undefined;
  const province = text[start] ?? '';
  return WORDS[province]?.test(text.slice(Math.max(0, start - 2), start)) === true ? undefined : end;
}

/** 京A·***00: province, city and the last two are left. */
export function hidePlate(characters: string, index: number): boolean {
  return index >= 2 && index < characters.length - 2;
}
