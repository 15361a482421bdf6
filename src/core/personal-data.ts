import type { InLanguages } from './lang.ts';

/** What the privacy guard looks for. The words are what people read where a value is left out altogether. */
export const PERSONAL_KINDS = {
  mobile: { zh: '手机号', en: 'mobile number' },
  landline: { zh: '座机号', en: 'phone number' },
  residentId: { zh: '身份证号', en: 'ID number' },
  bankCard: { zh: '银行卡号', en: 'card number' },
  email: { zh: '邮箱', en: 'e-mail address' },
  passport: { zh: '护照号', en: 'passport number' },
  plate: { zh: '车牌号', en: 'licence plate' },
  creditCode: { zh: '统一社会信用代码', en: 'company code' },
} as const satisfies Record<string, InLanguages>;

export type PersonalKind = keyof typeof PERSONAL_KINDS;

/**
 * What becomes of a value.
 * - mask: most of it is starred out; who knows it recognizes it.
 * - block: the name of its kind stands in its place.
 * - allow: it stays.
 */
export const PRIVACY_POLICIES = ['mask', 'block', 'allow'] as const;
export type PrivacyPolicy = (typeof PRIVACY_POLICIES)[number];

/** Something personal that only one organisation knows of (a staff number, a member's card). */
export interface CustomPattern {
  /** What people read in its place, and what counts are kept under. */
  readonly name: string;
  /** A regular expression that `lib/bounded-pattern.ts` accepts. */
  readonly pattern: string;
  readonly policy: PrivacyPolicy;
}

/** What leaves as it is, and what does not. */
export interface PrivacyRules {
  readonly kinds: Readonly<Record<PersonalKind, PrivacyPolicy>>;
  readonly custom: readonly CustomPattern[];
}
