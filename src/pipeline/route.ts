import { GatewayError } from '../core/errors.ts';
import type { ReplyAddress } from '../core/event.ts';
import type { AgentName, ChannelName } from '../core/ids.ts';
import type { Person } from '../core/people-store.ts';
import type { Asker } from '../core/rights.ts';
import { type Standing, UNKNOWN_STANDING } from '../core/routes.ts';
import type { SessionOwner } from '../core/session-store.ts';
import type { PipelineParts, StaffedAgent } from './parts.ts';
import { pickRoute, type Routed } from './routing.ts';

/** The agent that answers on a channel where nothing else says so. */
export function agentFor(parts: Pick<PipelineParts, 'rules' | 'agents'>, channel: ChannelName): StaffedAgent {
  const name = parts.rules.get(channel)?.agent;
  const agent = name === undefined ? undefined : parts.agents.get(name);
  if (!agent) throw new GatewayError('agent_misconfigured', `no agent for channel ${channel}`);
  return agent;
}

/** Who asks, where and what. */
export interface Asked {
  readonly to: ReplyAddress;
  readonly person: Person;
  readonly owner: SessionOwner;
  /** Absent where there is no question: the agent that would get the next one is looked for. */
  readonly text?: string;
}

export type RouteParts = Pick<
  PipelineParts,
  'rules' | 'agents' | 'routes' | 'directory' | 'rights' | 'platforms' | 'clock'
> & {
  readonly store: { readonly sessions: Pick<PipelineParts['store']['sessions'], 'chosen'> };
};

/** Where a person stands in her organisation, as far as somebody knows. */
export async function standingOf(parts: Pick<PipelineParts, 'directory'>, person: Person): Promise<Standing> {
  const standing = (await parts.directory?.standingOf(person.id)) ?? UNKNOWN_STANDING;
  return { ...standing, left: standing.left || person.hasLeft === true };
}

/** Somebody at a place, with all that rights may be given by. */
export function askerAt(
  { person, to }: Pick<Asked, 'person' | 'to'>,
  { departments, own, left }: Standing,
  { platforms }: Pick<PipelineParts, 'platforms'>,
): Asker {
  const platform = platforms.get(to.channel)?.name ?? to.channel;
  const group = to.kind === 'group' ? to.chat : undefined;
  const ownDepartments = own.map((one) => one.id);
  return { person: person.id, channel: to.channel, platform, group, departments, ownDepartments, left };
}

/** Decides which agent a question is for; nothing is looked up where there is only one. */
export async function decideRoute(asked: Asked, parts: RouteParts): Promise<Routed> {
  const { to, person, owner, text } = asked;
  const standard = agentFor(parts, to.channel).agent.name;
  if (parts.agents.size === 1) return { agent: standard, by: 'channel', steps: [] };
  const [chosen, standing, book] = await Promise.all([
    chosenAgent(owner, to.channel, parts),
    standingOf(parts, person),
    parts.rights.book(),
  ]);
  const asker = askerAt({ person, to }, standing, parts);
  return pickRoute(parts.routes ?? [], {
    channel: to.channel,
    chat: to.chat,
    departments: standing.departments,
    roles: book.rolesOf(asker, parts.clock.now()).map(({ name }) => name),
    standard,
    ...(text !== undefined && { text }),
    ...(chosen !== undefined && { chosen }),
  });
}

/** What was called for, as long as it is among the settings. */
async function chosenAgent(
  owner: SessionOwner,
  channel: ChannelName,
  { agents, store }: RouteParts,
): Promise<AgentName | undefined> {
  // On the way of every question: where there is one agent, there was nothing to choose.
  if (agents.size === 1) return undefined;
  const chosen = await store.sessions.chosen(owner, channel);
  return chosen !== undefined && agents.has(chosen) ? chosen : undefined;
}

/** The agent that the next question would go to, whatever it says. */
export async function agentOf(asked: Omit<Asked, 'text'>, parts: RouteParts): Promise<StaffedAgent> {
  const { agent } = await decideRoute(asked, parts);
  return staffed(agent, parts);
}

export function staffed(name: AgentName, { agents }: Pick<PipelineParts, 'agents'>): StaffedAgent {
  const agent = agents.get(name);
  if (!agent) throw new GatewayError('agent_misconfigured', `no agent ${name} in the settings`);
  return agent;
}
