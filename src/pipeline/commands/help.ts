import { say } from '../../core/text.ts';
import type { Command } from './command.ts';

/** Lists what one can do here. */
export function helpOn(commands: () => readonly Command[]): Command {
  return {
    name: 'help',
    aliases: ['帮助', '?', '？'],
    summary: { zh: say('zh', 'helpHelp'), en: say('en', 'helpHelp') },
    urgent: false,
    async run({ lang }) {
      const lines = commands()
        .filter(({ hidden }) => hidden !== true)
        .map((command) => `- \`/${command.name}\` ${command.summary[lang]}`);
      return [say(lang, 'helpTitle'), '', `- ${say(lang, 'helpAsk')}`, ...lines].join('\n');
    },
  };
}
