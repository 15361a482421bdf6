import { codeAt } from '../lib/code-at.ts';
import { LOOK_BACK } from './borders.ts';

/** Longest web address that is kept together. */
export const MAX_ADDRESS = 2048;

/** Parameters whose value is personal wherever they stand. */
const PARAMETER =
  /[?&;#](?:[a-z_-]*(?:phone|mobile|cellphone|msisdn|telephone)|tel|(?:user|to|from|contact)?[_-]?e?mail|id_?card(?:_?no)?|idno|identity|bank_?card|card_?no)=$/i;

/** Whether the word that ends here is the scheme of a web address. */
export function beginsAddress(text: string, end: number): boolean {
  return text[end] === ':' && text[end + 1] === '/' && text[end + 2] === '/';
}

/** Where a web address ends: at a blank, a bracket or a quote, or at the first character that is not ASCII. */
export function addressEnd(text: string, from: number): number {
  const limit = Math.min(text.length, from + MAX_ADDRESS);
  let at = from;
  while (at < limit && isAddressCode(codeAt(text, at))) at += 1;
  return at;
}

function isAddressCode(code: number): boolean {
  if (code <= 0x20 || code >= 0x7f) return false;
  // " ' ( ) < > [ ] ` { | }
  return ![0x22, 0x27, 0x28, 0x29, 0x3c, 0x3e, 0x5b, 0x5d, 0x60, 0x7b, 0x7c, 0x7d].includes(code);
}

/** Whether what begins here is the value of a parameter such as `phone=`; other digits of an address stay, or it would lead nowhere. */
export function isPersonalParameter(text: string, start: number): boolean {
  return PARAMETER.test(text.slice(Math.max(0, start - LOOK_BACK), start));
}
