import { say } from '../../core/text.ts';
import { mayUse } from '../authorize.ts';
import type { StaffedAgent } from '../parts.ts';
import { decideRoute } from '../route.ts';
import type { Command, CommandContext } from './command.ts';

/** Lists the agents one may use, and calls for one of them: from then on it answers in this conversation. */
export const chooseAgent: Command = {
  name: 'agent',
  aliases: ['agents', '智能体', '助手'],
  summary: { zh: say('zh', 'helpAgent'), en: say('en', 'helpAgent') },
  urgent: false,
  takesWords: true,
  async run(context) {
    const { argument, lang } = context;
    const agents = await agentsFor(context);
    if (argument === '') return list(context, agents);
    if (/^(?:auto|default|自动|默认)$/iu.test(argument)) return call(context, undefined);
    const wanted = find(agents, argument);
    return wanted ? call(context, wanted) : `${say(lang, 'agentUnknown')}\n\n${await list(context, agents)}`;
  },
};

/** Those she may use. */
async function agentsFor({ parts, person, event, lang }: CommandContext): Promise<readonly StaffedAgent[]> {
  const all = [...parts.agents.values()];
  const petitioner = { person, to: event.to, lang };
  const may = await Promise.all(all.map(({ agent }) => mayUse(petitioner, 'agent', agent.name, parts)));
  return all.filter((_, index) => may[index]);
}

/** By name, by title or by its place in the list. */
function find(agents: readonly StaffedAgent[], wish: string): StaffedAgent | undefined {
  const wanted = small(wish);
  const named = agents.find(({ agent }) => small(agent.name) === wanted || small(agent.title) === wanted);
  return named ?? (/^\d{1,3}$/.test(wanted) ? agents[Number(wanted) - 1] : undefined);
}

function small(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

async function list(context: CommandContext, agents: readonly StaffedAgent[]): Promise<string> {
  const { parts, person, owner, event, lang } = context;
  const { agent: current } = await decideRoute({ to: event.to, person, owner }, parts);
  const lines = agents.map(({ agent }, index) => {
    const title = agent.title === agent.name ? agent.name : `${agent.title} (${agent.name})`;
    return `${index + 1}. ${title}${agent.name === current ? ` ← ${say(lang, 'agentCurrent')}` : ''}`;
  });
  return [say(lang, 'agentTitle'), lines.join('\n'), say(lang, 'agentHint')].join('\n\n');
}

async function call(context: CommandContext, wanted: StaffedAgent | undefined): Promise<string> {
  const { parts, owner, channel, lang, event, person } = context;
  await parts.store.sessions.choose(owner, channel, wanted?.agent.name, parts.clock.now());
  if (wanted) return say(lang, 'agentChosen', { agent: wanted.agent.title });
  const { agent } = await decideRoute({ to: event.to, person, owner }, parts);
  return say(lang, 'agentAuto', { agent: parts.agents.get(agent)?.agent.title ?? agent });
}
