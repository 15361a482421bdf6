import type { ListedSession } from '../../core/session-store.ts';
import { say } from '../../core/text.ts';
import { shownTime } from '../../rights/quotas.ts';
import { outGuard } from '../guarding.ts';
import { titleOf } from '../question.ts';
import { agentOf } from '../route.ts';
import type { Command, CommandContext } from './command.ts';

/** As many as fit on a screen. */
const SHOWN = 10;
const LOOKED_AT = 50;
const LONGEST_NAME = 40;

/** Lists a person's conversations, goes on with one of them, or names the running one. */
export const sessions: Command = {
  name: 'sessions',
  aliases: ['会话', '会话列表', '历史对话'],
  summary: { zh: say('zh', 'helpSessions'), en: say('en', 'helpSessions') },
  urgent: false,
  takesWords: true,
  async run(context) {
    const { parts, person, event, lang, owner, argument } = context;
    if (event.to.kind === 'group') return say(lang, 'onlyDirect', { command: 'sessions' });
    const { agent } = await agentOf({ to: event.to, person, owner }, parts);
    const all = await parts.store.sessions.list(person.id, LOOKED_AT);
    const mine = all.filter((session) => session.agent === agent.name).slice(0, SHOWN);
    if (mine.length === 0) return say(lang, 'noSessions');
    const name = /^(?:name|命名|改名)\s+(.+)$/su.exec(argument)?.[1];
    if (name !== undefined) return rename(context, mine, name);
    return argument === '' ? list(context, mine) : resume(context, mine[Number(argument) - 1]);
  },
};

async function list(context: CommandContext, mine: readonly ListedSession[]): Promise<string> {
  const { lang } = context;
  const lines = await Promise.all(
    mine.map(async (session, index) => `${index + 1}. ${await describe(context, session)}`),
  );
  return [say(lang, 'sessionsTitle'), lines.join('\n'), say(lang, 'sessionsHint')].join('\n\n');
}

async function describe(context: CommandContext, session: ListedSession): Promise<string> {
  const { parts, lang } = context;
  const { channel, lastUsedAt, isRunning } = session;
  const platform = channel === undefined ? '' : (parts.platforms.get(channel)?.title[lang] ?? channel);
  const when = lang === 'zh' ? shownTime(lastUsedAt) : `${shownTime(lastUsedAt)} UTC+8`;
  const running = isRunning ? say(lang, 'sessionRunning') : '';
  return `${await nameOf(context, session)} (${[platform, when, running].filter((it) => it !== '').join(', ')})`;
}

/** Its name, else its first words as long as they are kept. */
export async function nameOf({ parts, lang, event }: CommandContext, session: ListedSession): Promise<string> {
  if (session.name !== undefined) return session.name;
  const row = session.firstTurn === undefined ? undefined : await parts.store.inbox.get(session.firstTurn);
  if (row?.event.kind === 'message') return titleOf(row.event, lang, outGuard(event.to, parts)).slice(0, LONGEST_NAME);
  return say(lang, 'sessionUnnamed');
}

async function rename({ parts, person, lang }: CommandContext, mine: readonly ListedSession[], wish: string) {
  const session = mine.find(({ isRunning }) => isRunning) ?? mine[0];
  const name = [...wish.trim()].slice(0, LONGEST_NAME).join('');
  if (!session || !(await parts.store.sessions.rename(person.id, session.id, name))) return say(lang, 'noSessions');
  return say(lang, 'sessionNamed', { name });
}

/** Goes on with a session. */
export async function resume(context: CommandContext, session: ListedSession | undefined): Promise<string> {
  const { parts, person, lang } = context;
  const { clock, store } = parts;
  if (!session || !(await store.sessions.resume(person.id, session, clock.now()))) return say(lang, 'noSuchSession');
  return say(lang, 'sessionResumed', { name: await nameOf(context, session) });
}
