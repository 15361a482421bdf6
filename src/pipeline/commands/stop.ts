import { say } from '../../core/text.ts';
import type { Command } from './command.ts';

/** Ends the running answer. Its card shows that it was stopped; only where nothing runs a sentence is needed. */
export const stop: Command = {
  name: 'stop',
  aliases: ['停止', '停'],
  summary: { zh: say('zh', 'helpStop'), en: say('en', 'helpStop') },
  urgent: true,
  async run({ parts, conversation, lang }) {
    const running = parts.running.inLane(conversation);
    if (!running) return say(lang, 'nothingToStop');
    running.stop('stopped');
    return undefined;
  },
};
