import type { Lang } from '../core/lang.ts';
import { PERSONAL_KINDS, type PersonalKind } from '../core/personal-data.ts';
import { hideBankCard } from './bank-card.ts';
import { isWordAt, narrow } from './characters.ts';
import { hideCreditCode } from './credit-code.ts';
import { hideEmail } from './email.ts';
import { hideLandline } from './landline.ts';
import { hideMobile } from './mobile.ts';
import { hidePassport } from './passport.ts';
import { hidePlate } from './plate.ts';
import { hideResidentId } from './resident-id.ts';

/**
 * How a text is written. In Markdown stars and brackets are escaped where they would else mean something: `138****5678 … 139****5678` has
 * four of what makes words bold. In the name of a file no star may stand at all.
 */
export type TextForm = 'plain' | 'markdown' | 'name';

const STARS: Readonly<Record<TextForm, string>> = { plain: '*', markdown: '\\*', name: 'x' };

/** Which characters of a value are starred out: its letters and digits as ASCII, counted from 0; what stands between them stays. */
type Hide = (characters: string, index: number) => boolean;

const HIDE: Readonly<Record<Exclude<PersonalKind, 'email'>, Hide>> = {
  mobile: hideMobile,
  landline: hideLandline,
  residentId: hideResidentId,
  bankCard: hideBankCard,
  passport: hidePassport,
  plate: hidePlate,
  creditCode: hideCreditCode,
};

/** A value with most of it starred out; of a kind that only an organisation knows, the ends stay when it is long enough. */
export function starOut(kind: string, value: string, form: TextForm): string {
  const star = STARS[form];
  if (kind === 'email') return hideEmail(value, star);
  const hide: Hide = kind in HIDE ? HIDE[kind as keyof typeof HIDE] : hideMiddle;
  let characters = '';
  for (const char of value) if (isCharacter(char)) characters += narrowChar(char);
  let out = '';
  let index = 0;
  for (const char of value) out += isCharacter(char) && hide(characters, index++) ? star : char;
  return out;
}

function hideMiddle(characters: string, index: number): boolean {
  return characters.length < 6 || (index > 0 && index < characters.length - 1);
}

/** Letters and digits; the Chinese character of a plate is one too. */
function isCharacter(char: string): boolean {
  return isWordAt(char, 0) || /[\p{L}\p{N}]/u.test(char);
}

function narrowChar(char: string): string {
  return char.length === 1 ? String.fromCharCode(narrow(char.charCodeAt(0))) : 'x';
}

/** The name of what stood here, in brackets. */
export function placeholder(kind: string, lang: Lang, form: TextForm): string {
  const name = kind in PERSONAL_KINDS ? PERSONAL_KINDS[kind as PersonalKind][lang] : kind;
  // A bracket behind it would make a link of it.
  return form === 'markdown' ? `\\[${name}\\]` : `[${name}]`;
}
