import { codeAt } from '../lib/code-at.ts';

/** What a character can be in a value, one bit each; a character of none of these can neither begin nor continue one. */
export const DIGIT = 1;
export const LETTER = 2;
/** Stands between the words of an e-mail's local part: `.` `_` `%` `+` `-`. */
export const JOINT = 4;
/** A Chinese character that a licence plate may begin with. */
export const PROVINCE = 8;
/** Blanks that may stand between the groups of a number, the invisible ones included. */
export const BLANK = 16;
export const HYPHEN = 32;

/** Letters and digits. */
export const WORD = DIGIT | LETTER;
/** What may stand in one piece with letters and digits. */
export const RUN = WORD | JOINT;

const PROVINCES = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼';
const BLANKS = ' \u00a0\u2002\u2003\u2009\u202f\u3000\u200b\u2060';
const HYPHENS = '-‐‑‒–—－﹣−';

/** One look into a table instead of a chain of comparisons: this is asked of every character that leaves. */
export const CLASSES: Uint8Array = makeClasses();

function makeClasses(): Uint8Array {
  const classes = new Uint8Array(0x1_0000);
  const put = (characters: string, bit: number) => {
    for (const char of characters) classes[char.charCodeAt(0)] = (classes[char.charCodeAt(0)] ?? 0) | bit;
  };
  // ASCII, and its full-width twins.
  for (const shift of [0, 0xfee0]) {
    classes.fill(DIGIT, 0x30 + shift, 0x3a + shift);
    classes.fill(LETTER, 0x41 + shift, 0x5b + shift);
    classes.fill(LETTER, 0x61 + shift, 0x7b + shift);
  }
  put('._%+-', JOINT);
  put(PROVINCES, PROVINCE);
  put(BLANKS, BLANK);
  put(HYPHENS, HYPHEN);
  return classes;
}

/** What a character can be; nothing, before the start and behind the end. */
export function classAt(text: string, index: number): number {
  return index < 0 || index >= text.length ? 0 : (CLASSES[codeAt(text, index)] ?? 0);
}

export function isDigitAt(text: string, index: number): boolean {
  return (classAt(text, index) & DIGIT) !== 0;
}

/** A digit or a Latin letter, full-width ones included. */
export function isWordAt(text: string, index: number): boolean {
  return (classAt(text, index) & WORD) !== 0;
}

export function isJointAt(text: string, index: number): boolean {
  return (classAt(text, index) & JOINT) !== 0;
}

export function isHyphenAt(text: string, index: number): boolean {
  return (classAt(text, index) & HYPHEN) !== 0;
}

/** A blank or a hyphen, as may stand between two groups of a number. */
export function isSeparatorAt(text: string, index: number): boolean {
  return (classAt(text, index) & (BLANK | HYPHEN)) !== 0;
}

/** A character as ASCII where it is the full-width twin of one. */
export function narrow(code: number): number {
  return code >= 0xff01 && code <= 0xff5e ? code - 0xfee0 : code;
}

export function narrowText(text: string): string {
  return text.replace(/[\uff01-\uff5e]/g, (char) => String.fromCharCode(narrow(char.charCodeAt(0))));
}
