import { GatewayError } from '../core/errors.ts';
import type { ChannelName } from '../core/ids.ts';
import type { PipelineParts, StaffedAgent } from './parts.ts';

/** The agent that answers on a channel. */
export function agentFor(parts: Pick<PipelineParts, 'rules' | 'agents'>, channel: ChannelName): StaffedAgent {
  const name = parts.rules.get(channel)?.agent;
  const agent = name === undefined ? undefined : parts.agents.get(name);
  if (!agent) throw new GatewayError('agent_misconfigured', `no agent for channel ${channel}`);
  return agent;
}
