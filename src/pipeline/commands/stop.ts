import type { Turn } from '../../core/store.ts';
import { say } from '../../core/text.ts';
import { stopTurn } from '../stop-turn.ts';
import type { Command, CommandContext } from './command.ts';

/**
 * Ends the running answer: the one here, else in a direct chat the person's own on another platform. Its card shows that it was stopped;
 * only where nothing runs, or the card is elsewhere, a sentence is needed.
 */
export const stop: Command = {
  name: 'stop',
  aliases: ['停止', '停'],
  summary: { zh: say('zh', 'helpStop'), en: say('en', 'helpStop') },
  urgent: true,
  async run(context) {
    const { parts, conversation, lang } = context;
    const turn = (await parts.store.turns.running(conversation)) ?? (await elsewhere(context));
    if (turn === undefined || !(await stopTurn(turn.id, parts))) return say(lang, 'nothingToStop');
    if (turn.lane === conversation) return undefined;
    return say(lang, 'stoppedElsewhere', { platform: parts.platforms.get(turn.channel)?.title[lang] ?? turn.channel });
  },
};

async function elsewhere({ parts, person, owner }: CommandContext): Promise<Turn | undefined> {
  return owner.scope === 'person' ? parts.store.turns.runningOf(person.id) : undefined;
}
