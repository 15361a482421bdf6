/** The languages in which Posthouse speaks to people. */
export type Lang = 'zh' | 'en';

/** The same sentence in each language. */
export type InLanguages = Readonly<Record<Lang, string>>;

/** Both languages as one text, for what carries one only: the message of a schema's rule. Read again by {@link unpackWords}. */
export function packWords(words: InLanguages): string {
  return `${words.en}\n${words.zh}`;
}

/** Undefined for a text that was not packed. */
export function unpackWords(text: string): InLanguages | undefined {
  const [en, zh, ...more] = text.split('\n');
  return en === undefined || zh === undefined || more.length > 0 ? undefined : { en, zh };
}
