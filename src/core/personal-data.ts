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
 * - placeholder: the name of its kind stands in its place. On the way to an agent it is numbered, and the answer says the value again to the
 *   person who gave it.
 * - block: out, the name of its kind stands in its place; in, the question is not asked.
 * - allow: it stays.
 */
export const PRIVACY_POLICIES = ['mask', 'placeholder', 'block', 'allow'] as const;
export type PrivacyPolicy = (typeof PRIVACY_POLICIES)[number];

/** Something personal that only one organisation knows of (a staff number, a member's card). */
export interface CustomPattern {
  /** What people read in its place, and what counts are kept under. */
  readonly name: string;
  /** A regular expression that `lib/bounded-pattern.ts` accepts. */
  readonly pattern: string;
  readonly policy: PrivacyPolicy;
}

/** What becomes of each kind in one place. */
export interface PrivacyRules {
  readonly kinds: Readonly<Record<PersonalKind, PrivacyPolicy>>;
  readonly custom: readonly CustomPattern[];
}

/** In: from a person to an agent. Out: from us to a platform. */
export const PRIVACY_DIRECTIONS = ['in', 'out'] as const;
export type PrivacyDirection = (typeof PRIVACY_DIRECTIONS)[number];

/** Where personal data is looked for; what is not known fits no rule that asks for it. */
export interface PrivacyScene {
  readonly direction: PrivacyDirection;
  readonly agent?: string;
  readonly channel?: string;
  readonly platform?: string;
  readonly audience?: 'direct' | 'group';
}

/** What holds instead of the defaults where all that it names fits; what it leaves out fits always. */
export interface PrivacyRule {
  readonly direction?: PrivacyDirection | undefined;
  readonly agents?: readonly string[] | undefined;
  readonly channels?: readonly string[] | undefined;
  readonly platforms?: readonly string[] | undefined;
  readonly audience?: 'direct' | 'group' | undefined;
  /** Names of kinds and of custom patterns. */
  readonly kinds?: readonly string[] | undefined;
  readonly policy: PrivacyPolicy;
}

/** What the operator wants of personal data, everywhere. */
export interface PrivacySettings extends PrivacyRules {
  /** Whether anything is kept back by default in what goes to a platform. */
  readonly out: boolean;
  /** What becomes by default of what people write, before an agent has it; kinds that are allowed stay allowed. */
  readonly in: Exclude<PrivacyPolicy, 'allow'> | 'off';
  /** The first that fits goes before the defaults. */
  readonly rules: readonly PrivacyRule[];
}
