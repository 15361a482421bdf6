import type { Lang } from '../../core/lang.ts';
import { say } from '../../core/text.ts';
import type { Command } from './command.ts';

const WORDS: ReadonlyMap<string, Lang> = new Map([
  ['zh', 'zh'],
  ['中文', 'zh'],
  ['chinese', 'zh'],
  ['en', 'en'],
  ['英文', 'en'],
  ['english', 'en'],
]);

/** Chooses the language of what Posthouse says, on every platform. */
export const chooseLang: Command = {
  name: 'lang',
  aliases: ['语言', 'language'],
  summary: { zh: say('zh', 'helpLang'), en: say('en', 'helpLang') },
  urgent: false,
  takesWords: true,
  async run({ parts, person, lang, argument }) {
    const chosen = WORDS.get(argument.toLowerCase());
    if (!chosen) return say(lang, 'langUsage');
    await parts.store.people.setLang(person.id, chosen);
    parts.people.forget([person.id]);
    return say(chosen, 'langChosen');
  },
};
