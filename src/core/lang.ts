/** The languages in which Posthouse speaks to people. */
export type Lang = 'zh' | 'en';

/** The same sentence in each language. */
export type InLanguages = Readonly<Record<Lang, string>>;
