import { say } from '../../core/text.ts';
import { agentOf } from '../route.ts';
import type { Command } from './command.ts';

/** Leaves the dialogue so far behind. */
export const startNew: Command = {
  name: 'new',
  aliases: ['新对话', '新会话', '重新开始'],
  summary: { zh: say('zh', 'helpNew'), en: say('en', 'helpNew') },
  urgent: false,
  async run({ parts, person, owner, lang, event }) {
    const { agent } = await agentOf({ to: event.to, person, owner }, parts);
    await parts.store.sessions.reset(owner, agent.name, parts.clock.now());
    return say(lang, 'newStarted');
  },
};
