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

/** A text with its `{words}` put in; those that are missing are left out. */
export function fillWords(text: string, words: Readonly<Record<string, string | number>>): string {
  if (!text.includes('{')) return text;
  return text.replace(/\{(\w+)\}/g, (_, word: string) => String(words[word] ?? ''));
}
