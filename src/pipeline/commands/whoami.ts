import { say } from '../../core/text.ts';
import { agentOf } from '../route.ts';
import type { Command } from './command.ts';

/** Tells who Posthouse takes one for: name, accounts, agent. In a group only what everybody there sees anyway. */
export const whoami: Command = {
  name: 'whoami',
  aliases: ['我是谁'],
  summary: { zh: say('zh', 'helpWhoami'), en: say('en', 'helpWhoami') },
  urgent: false,
  async run({ parts, person, event, lang, owner }) {
    const name = person.name ?? event.from.name ?? event.from.account;
    const { agent } = await agentOf({ to: event.to, person, owner }, parts);
    const lines = [say(lang, 'whoamiName', { name }), say(lang, 'whoamiAgent', { agent: agent.title })];
    if (event.to.kind === 'group') return lines.join('\n\n');
    const accounts = await parts.store.people.accounts(person.id);
    const items = accounts.map((account) => {
      const platform = parts.platforms.get(account.channel)?.title[lang] ?? account.channel;
      return `- ${platform}: ${account.name ?? account.account}`;
    });
    const hint = accounts.length === 1 ? [say(lang, 'whoamiAlone')] : [];
    return [...lines, [say(lang, 'whoamiAccounts'), ...items].join('\n'), ...hint].join('\n\n');
  },
};
