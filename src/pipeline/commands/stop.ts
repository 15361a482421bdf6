import { say } from '../../core/text.ts';
import { stopTurn } from '../stop-turn.ts';
import type { Command } from './command.ts';

/** Ends the running answer. Its card shows that it was stopped; only where nothing runs a sentence is needed. */
export const stop: Command = {
  name: 'stop',
  aliases: ['停止', '停'],
  summary: { zh: say('zh', 'helpStop'), en: say('en', 'helpStop') },
  urgent: true,
  async run({ parts, conversation, lang }) {
    const turn = await parts.store.turns.running(conversation);
    const stopped = turn !== undefined && (await stopTurn(turn.id, parts));
    return stopped ? undefined : say(lang, 'nothingToStop');
  },
};
