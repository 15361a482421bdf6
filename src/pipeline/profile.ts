import type { Agent, AgentProfile } from '../core/agent.ts';
import type { PipelineParts } from './parts.ts';

const NOTHING_KNOWN: AgentProfile = { suggested: [], takes: [] };

/** What an agent says of itself. One that cannot be reached does not keep us from saying something: of it no more is known than that it reads. */
export async function profileOf(
  agent: Agent,
  parts: Pick<PipelineParts, 'log'>,
  signal: AbortSignal,
): Promise<AgentProfile> {
  try {
    return (await agent.profile?.(signal)) ?? NOTHING_KNOWN;
  } catch (error) {
    signal.throwIfAborted();
    parts.log.warn('agent profile not read', { agent: agent.name, error });
    return NOTHING_KNOWN;
  }
}
