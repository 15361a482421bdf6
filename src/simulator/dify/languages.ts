export type Lang = 'zh' | 'en';

/** Chinese as soon as there is one Chinese character in it. */
export function langOf(text: string): Lang {
  return /\p{Script=Han}/u.test(text) ? 'zh' : 'en';
}
