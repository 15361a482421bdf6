import { say } from '../../core/text.ts';
import { agentOf } from '../route.ts';
import type { Command } from './command.ts';
import { resume } from './sessions.ts';

const LOOKED_AT = 50;

/** Goes on with the conversation before the running one: after a `/new` that was not meant, or when it has been left alone for too long. */
export const goOn: Command = {
  name: 'continue',
  aliases: ['继续', '继续上次'],
  summary: { zh: say('zh', 'helpContinue'), en: say('en', 'helpContinue') },
  urgent: false,
  async run(context) {
    const { parts, person, event, lang, owner } = context;
    if (event.to.kind === 'group') return say(lang, 'onlyDirect', { command: 'continue' });
    const { agent } = await agentOf({ to: event.to, person, owner }, parts);
    const mine = await parts.store.sessions.list(person.id, LOOKED_AT);
    const before = mine.filter((session) => session.agent === agent.name && !isFresh(session));
    return before.length === 0 ? say(lang, 'noSessions') : resume(context, before[0]);

    function isFresh({ isRunning, lastUsedAt }: (typeof mine)[number]): boolean {
      return isRunning && parts.clock.now() - lastUsedAt <= parts.options.sessionIdleMs;
    }
  },
};
