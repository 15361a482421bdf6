import { classAt, isDigitAt, isHyphenAt, isJointAt, isWordAt, LETTER, narrowText, RUN } from './characters.ts';

/** How far before a value one has to look to know whether it is one. */
export const LOOK_BACK = 96;
/** How far behind it. */
export const LOOK_AHEAD = 4;

/** Words that may stand right before a number without a blank: `Tel13800000000`. */
const LABEL = /(?:^|[^A-Za-z0-9])(?:tel|phone|mobile|mob|cell|call|sms|fax|no|id|card|wechat|whatsapp)$/i;
const CURRENCY = new Set(['¥', '￥', '$', '＄', '€', '£', '#', '＃', '№']);
const UNIT = /^[ \u00a0]?(?:元|亿|万元|美元|%|％|℃)/;

/** Whether a number may begin here: not inside a longer one, a word, a path or an amount. */
export function opensNumber(text: string, start: number): boolean {
  const before = text[start - 1];
  if (before === undefined) return true;
  if (CURRENCY.has(before)) return false;
  if (isWordAt(text, start - 1)) return !isDigitAt(text, start - 1) && hasLabelBefore(text, start);
  if (before === '.') return opensAfterPoint(text, start);
  if (before === '/' || before === '\\') return !isPath(text, start) || hasLabelBefore(text, start - 1);
  const joins = before === '_' || isHyphenAt(text, start - 1);
  return !joins || !isWordAt(text, start - 2) || hasLabelBefore(text, start - 1);
}

// A decimal, a version, an address of the internet, a file's name; but `Tel.138…`, and `1.138…` at the start of a line.
function opensAfterPoint(text: string, start: number): boolean {
  if (!isWordAt(text, start - 2) || hasLabelBefore(text, start - 1)) return true;
  const from = Math.max(0, start - 8);
  const line = text.slice(from, start);
  return /\n *[1-9]\d?\.$/.test(line) || (from === 0 && /^ *[1-9]\d?\.$/.test(line));
}

/** Whether the word that ends here says that a number follows. */
export function hasLabelBefore(text: string, end: number): boolean {
  return LABEL.test(narrowText(text.slice(Math.max(0, end - 12), end)));
}

/** A slash behind something with letters: part of a path, not one number beside another. */
function isPath(text: string, start: number): boolean {
  const from = Math.max(0, start - LOOK_BACK);
  let at = start - 1;
  let letters = 0;
  while (at >= from && ((classAt(text, at) & RUN) !== 0 || '/\\~:?=&'.includes(text[at] ?? ''))) {
    if ((classAt(text, at) & LETTER) !== 0) letters += 1;
    at -= 1;
  }
  return letters > 0;
}

/** Whether a number may end here. */
export function closesNumber(text: string, end: number): boolean {
  if (isWordAt(text, end)) return false;
  const next = text[end];
  if (next === undefined) return true;
  if (next === '.' && isDigitAt(text, end + 1)) return false;
  if (next === '_' && isWordAt(text, end + 1)) return false;
  if (isHyphenAt(text, end)) return closesBeforeHyphen(text, end + 1);
  return !UNIT.test(text.slice(end, end + LOOK_AHEAD));
}

// `13800000000-8f3a` is somebody's id, `13800000000-Tom` is not.
function closesBeforeHyphen(text: string, next: number): boolean {
  return !isWordAt(text, next) || /^[A-Z][a-z]/.test(narrowText(text.slice(next, next + 2)));
}

/** Whether a word of letters and digits stands alone: no half of an id, of a path or of a name. */
export function standsAlone(text: string, start: number, end: number): boolean {
  // The ending of a file's name, or a sentence without a blank.
  const isEnding = text[end] === '.' && !isDigitAt(text, end + 1);
  return !joinsWord(text, start - 1, start - 2) && (isEnding || !joinsWord(text, end, end + 1));
}

function joinsWord(text: string, joint: number, beyond: number): boolean {
  if (isWordAt(text, joint)) return true;
  const joins = isJointAt(text, joint) || '/\\=&#@'.includes(text[joint] ?? ' ');
  return joins && isWordAt(text, beyond);
}
