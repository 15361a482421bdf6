import type { PersonalKind } from '../core/personal-data.ts';
import { codeAt } from '../lib/code-at.ts';
import { addressEnd, beginsAddress, isPersonalParameter, MAX_ADDRESS } from './address.ts';
import { bankCardAt } from './bank-card.ts';
import { LOOK_AHEAD } from './borders.ts';
import { reachOf, readChain } from './chain.ts';
import {
  CLASSES,
  classAt,
  DIGIT,
  isDigitAt,
  isJointAt,
  isSeparatorAt,
  isWordAt,
  JOINT,
  LETTER,
  narrowText,
  PROVINCE,
  RUN,
} from './characters.ts';
import { isCreditCode } from './credit-code.ts';
import { domainEnd, emailAround, isAt, MAX_DOMAIN, MAX_LOCAL } from './email.ts';
import { LEAST_DIGITS, MOST_DIGITS, mayBegin } from './first-group.ts';
import { landlineAt } from './landline.ts';
import { mobileAt } from './mobile.ts';
import { isPassport } from './passport.ts';
import { PLATE_REACH, plateAt } from './plate.ts';
import { residentIdAt } from './resident-id.ts';

/** A value in a text. */
export interface Find<Kind = PersonalKind> {
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
  /** Several that overlap. */
  readonly isJoined?: boolean;
}

/** Characters that may begin something. */
const STARTS = RUN | PROVINCE;
/** Length of a credit code, the longest of the codes; of the others nine and eleven. */
const CODE_LENGTH = 18;
const LEAST_CODE_DIGITS = 7;

/**
 * Looks through a text from left to right, once.
 *
 * Whether something is a value is settled by what stands within {@link LOOK_BACK} characters before it, by itself, and by
 * {@link LOOK_AHEAD} characters behind: so the finds are the same in whatever pieces a text arrives. Where the end of what has arrived
 * leaves it open, the scan stops in front of it.
 */
export class Scan {
  readonly #text: string;
  readonly #isWhole: boolean;
  readonly #finds: Find[];
  #last: number;

  /**
   * @param last - What an earlier scan gave as {@link last}; -1 before the first.
   * @param finds - Receives what is found.
   */
  constructor(text: string, isWhole: boolean, last: number, finds: Find[]) {
    this.#text = text;
    this.#isWhole = isWhole;
    this.#last = last;
    this.#finds = finds;
  }

  /** Where the last value or web address ended: nothing that follows begins before it. */
  get last(): number {
    return this.#last;
  }

  /**
   * @param from - Where an earlier scan stopped; what is before is only looked back at.
   * @returns Up to where all is settled.
   */
  run(from: number): number {
    const text = this.#text;
    const end = text.length;
    let at = from;
    // Half of a group that is longer than any value.
    if (at !== this.#last && isDigitAt(text, at - 1)) while (isDigitAt(text, at)) at += 1;
    while (at < end) {
      const kind = CLASSES[codeAt(text, at)] as number;
      if ((kind & STARTS) === 0) {
        at += 1;
        continue;
      }
      const next = (kind & PROVINCE) !== 0 ? this.#plate(at) : this.#piece(at);
      if (next < 0) return ~next;
      at = next;
    }
    return at;
  }

  /** Letters and digits with single joints between them, as far as they go; most are mere words. */
  #piece(from: number): number {
    const text = this.#text;
    const { length } = text;
    let all = 0;
    let before = 0;
    let stop = from;
    for (; stop < length; stop++) {
      const one = CLASSES[codeAt(text, stop)] as number;
      if ((one & RUN) === 0 || (one & before & JOINT) !== 0) break;
      all |= one;
      before = one;
    }
    const isWords = (all & DIGIT) === 0 && stop < length && !isTelling(codeAt(text, stop));
    return isWords ? stop : this.#run(from, stop);
  }

  /** @returns Where to go on; the complement of where to stop, when it is not settled. */
  #plate(at: number): number {
    const text = this.#text;
    // A city's letter right behind is what makes a plate of a character that is in every third sentence.
    if (at + 1 < text.length && (classAt(text, at + 1) & LETTER) === 0) return at + 1;
    if (!this.#isWhole && at + PLATE_REACH >= text.length && !this.#breaksOff(at + 2)) return ~at;
    const end = plateAt(text, at);
    return end === undefined ? at + 1 : this.#found('plate', at, end);
  }

  /** Whether something stands in what is left of the text that no plate holds. */
  #breaksOff(from: number): boolean {
    for (let at = from; at < this.#text.length; at++) {
      if (!isWordAt(this.#text, at) && !' ·•・.-学警港澳挂领使超试'.includes(this.#text[at] ?? '')) return true;
    }
    return false;
  }

  #run(from: number, stop: number): number {
    const text = this.#text;
    if (stop === text.length) {
      // It may yet turn out to be the first half of an e-mail address.
      if (!this.#isWhole && stop - this.#beginOf(from) <= MAX_LOCAL) return ~from;
    } else if (isAt(text, stop)) {
      const email = this.#email(from, stop);
      if (email !== undefined) return email;
    } else if (text[stop] === ':') {
      const address = this.#address(from, stop);
      if (address !== undefined) return address;
    }
    return this.#words(from, stop);
  }

  /** Where the run began, when an earlier scan stopped within it; no farther back than a local part can be long. */
  #beginOf(from: number): number {
    const text = this.#text;
    const least = Math.max(this.#last, from - MAX_LOCAL - 1, 0);
    let at = from;
    while (at > least && (classAt(text, at - 1) & RUN) !== 0 && !isDoubleJoint(text, at)) at -= 1;
    return at;
  }

  #email(from: number, at: number): number | undefined {
    const text = this.#text;
    const begin = this.#beginOf(from);
    if (at - begin > MAX_LOCAL) return undefined;
    const end = domainEnd(text, at);
    if (!this.#isWhole && end === text.length && end - at <= MAX_DOMAIN) return ~from;
    const found = emailAround(text, begin, at, end);
    return found && found.start >= from ? this.#found('email', found.start, found.end) : undefined;
  }

  #address(from: number, colon: number): number | undefined {
    const text = this.#text;
    if (!this.#isWhole && colon + 3 > text.length && /^:\/?$/.test(text.slice(colon))) return ~from;
    if (!beginsAddress(text, colon) || colon - this.#beginOf(from) > MAX_LOCAL) return undefined;
    const end = addressEnd(text, colon);
    if (!this.#isWhole && end === text.length && end - colon < MAX_ADDRESS) return ~from;
    for (let at = colon + 3; at < end; ) at = this.#parameter(at, end);
    this.#last = end;
    return end;
  }

  #parameter(from: number, end: number): number {
    const text = this.#text;
    const equals = text.indexOf('=', from);
    if (equals < 0 || equals >= end) return end;
    const start = equals + 1;
    if (!isPersonalParameter(text, start)) return start;
    let stop = start;
    while (stop < end && text[stop] !== '&' && text[stop] !== '#') stop += 1;
    const value = text.slice(start, stop).replace('%40', '@');
    const inside: Find[] = [];
    new Scan(value, true, -1, inside).run(0);
    const [find] = inside;
    const isAll = find?.start === 0 && find.end === value.length;
    return find && isAll ? this.#found(find.kind, start, stop) : stop;
  }

  /** The words of a run that may be a number or a code. */
  #words(from: number, stop: number): number {
    const text = this.#text;
    let at = from;
    while (at < stop) {
      let end = at;
      let digits = 0;
      for (; end < stop; end++) {
        const kind = CLASSES[codeAt(text, end)] as number;
        if ((kind & JOINT) !== 0) break;
        digits += kind & DIGIT;
      }
      const next = digits === 0 ? end : this.#word(at, end, digits);
      if (next < 0) return next;
      at = next === end && end < stop ? end + 1 : next;
    }
    return at;
  }

  #word(start: number, end: number, digits: number): number {
    const text = this.#text;
    if (!this.#isWhole && end === text.length && end - start <= CODE_LENGTH) return ~start;
    for (let at = start; at < end; ) {
      if (!isDigitAt(text, at)) {
        at += 1;
        continue;
      }
      let group = at + 1;
      while (isDigitAt(text, group)) group += 1;
      const found = this.#mayBeNumber(at, group) ? this.#number(at) : undefined;
      // Held back from the word's start on: by its end it may be a code.
      if (found !== undefined) return found < 0 ? ~start : found;
      at = group;
    }
    return digits < LEAST_CODE_DIGITS ? end : this.#code(start, end);
  }

  #code(start: number, end: number): number {
    const text = this.#text;
    const length = end - start;
    if (length !== CODE_LENGTH && length !== 9 && length !== 11) return end;
    if (!this.#isWhole && end + 2 > text.length) return ~start;
    const word = narrowText(text.slice(start, end));
    if (isCreditCode(word, text, start, end)) return this.#found('creditCode', start, end);
    return isPassport(word, text, start, end) ? this.#found('passport', start, end) : end;
  }

  /** A quick look, for most numbers in a text are no value. */
  #mayBeNumber(start: number, end: number): boolean {
    // The group may go on.
    if (!this.#isWhole && end === this.#text.length) return end - start <= MOST_DIGITS;
    return mayBegin(this.#text, start, end - start);
  }

  /** Where a number that begins here ends; undefined when none does. */
  #number(start: number): number | undefined {
    const text = this.#text;
    const reach = reachOf(text, start);
    if (!this.#isWhole && reach.digits <= MOST_DIGITS && this.#isOpen(reach.end)) return ~start;
    if (reach.digits < LEAST_DIGITS) return undefined;
    const chain = readChain(text, start, reach);
    const id = residentIdAt(chain);
    if (id !== undefined) return this.#found('residentId', start, id);
    const mobile = mobileAt(chain, this.#last);
    if (mobile !== undefined) return this.#found('mobile', start, mobile);
    const card = bankCardAt(chain);
    if (card !== undefined) return this.#found('bankCard', start, card);
    const landline = landlineAt(chain);
    return landline === undefined ? undefined : this.#found('landline', start, landline);
  }

  /** Whether what follows a number may still come and matter. */
  #isOpen(end: number): boolean {
    const text = this.#text;
    if (end >= text.length) return true;
    if (end + LOOK_AHEAD <= text.length) return false;
    return isWordAt(text, end) || '._)）万美'.includes(text[end] ?? '') || isSeparatorAt(text, end);
  }

  #found(kind: PersonalKind, start: number, end: number): number {
    this.#finds.push({ kind, start, end });
    this.#last = end;
    return end;
  }
}

/** `:`, `@` and its full-width twin make something else of the word before them. */
function isTelling(code: number): boolean {
  return code === 0x3a || code === 0x40 || code === 0xff20;
}

/** `--` and `..` end a run: they draw lines, and stand in no address. */
function isDoubleJoint(text: string, at: number): boolean {
  return isJointAt(text, at) && isJointAt(text, at - 1);
}
