import { codeAt } from '../lib/code-at.ts';
import { isDigitAt, isSeparatorAt, narrow, narrowText } from './characters.ts';

/** Most digits of any value: a bank card has 19, two more for what may stand before. */
const MAX_DIGITS = 24;

/** Digits that may belong together: one group, or several with one blank or hyphen between each. */
export interface Chain {
  readonly text: string;
  /** Of the first digit. */
  readonly start: number;
  /** As ASCII. */
  readonly digits: string;
  /** Behind each digit, where it stands in the text; absent where all stand in one piece. */
  readonly ends?: readonly number[];
  /** How many digits each group has. */
  readonly groups: readonly number[];
}

/** How far a chain of digits goes: cheap, for most digits are no value. */
export interface Reach {
  readonly digits: number;
  /** Behind its last digit. */
  readonly end: number;
}

/**
 * Measures the digits from `start` on.
 *
 * The last group is whole, also when it is longer than any value: half of a long number is none.
 */
export function reachOf(text: string, start: number): Reach {
  let digits = 0;
  let at = start;
  for (;;) {
    while (isDigitAt(text, at)) {
      at += 1;
      digits += 1;
    }
    const next = nextGroup(text, start, at);
    if (digits >= MAX_DIGITS || next === undefined) return { digits, end: at };
    at = next;
  }
}

/** Where the next group begins, when the one that ends at `at` may have one: behind a blank, a hyphen, or the bracket of an area code. */
function nextGroup(text: string, start: number, at: number): number | undefined {
  const isBracket = (text[at] === ')' || text[at] === '）') && (text[start - 1] === '(' || text[start - 1] === '（');
  if (isBracket && isSeparatorAt(text, at + 1) && isDigitAt(text, at + 2)) return at + 2;
  if (!isBracket && !isSeparatorAt(text, at)) return undefined;
  return isDigitAt(text, at + 1) ? at + 1 : undefined;
}

/** Reads the chain that {@link reachOf} has measured. */
export function readChain(text: string, start: number, { digits: count, end }: Reach): Chain {
  // In one piece, as most are.
  if (end - start === count) return { text, start, digits: narrowText(text.slice(start, end)), groups: [count] };
  const ends: number[] = [];
  const groups: number[] = [];
  let digits = '';
  let group = 0;
  for (let at = start; at < end; at++) {
    if (isDigitAt(text, at)) {
      digits += String.fromCharCode(narrow(codeAt(text, at)));
      ends.push(at + 1);
      group += 1;
    } else {
      if (group > 0) groups.push(group);
      group = 0;
    }
  }
  groups.push(group);
  return { text, start, digits, ends, groups };
}

/** The groups that make up the first `count` digits; undefined when a group's middle is the border. */
export function groupsOf(chain: Chain, count: number): readonly number[] | undefined {
  let sum = 0;
  for (let index = 0; index < chain.groups.length; index++) {
    sum += chain.groups[index] ?? 0;
    if (sum === count) return chain.groups.slice(0, index + 1);
    if (sum > count) return undefined;
  }
  return undefined;
}

/** Behind the first `count` digits. */
export function endOf(chain: Chain, count: number): number {
  return chain.ends?.[count - 1] ?? chain.start + count;
}
