import { agentDefinition } from '../agents/registry.ts';
import type { Agent } from '../core/agent.ts';
import type { AgentName } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import { createSemaphore } from '../lib/semaphore.ts';
import type { StaffedAgent } from '../pipeline/index.ts';
import { type Made, proxyOf } from './made.ts';

/** The agents of the settings, each with the line in front of it. */
export function makeAgents({
  settings,
  log,
  clock,
  random,
  metrics,
  tracer,
  fleet,
}: Made): Map<AgentName, StaffedAgent> {
  const agents = settings.agents.map(({ name, kind, config }): [AgentName, StaffedAgent] => {
    const agent: Agent = agentDefinition(kind).create(config, {
      name,
      clock,
      log,
      random,
      onCall: (api, code, ms) => {
        metrics.agentCall(name, api, code, ms);
        tracer.call({ to: 'agent', name, api, code, ms });
      },
      ...proxyOf(settings),
    });
    const { maxConcurrent } = agent;
    return [
      name,
      { agent, line: createSemaphore(maxConcurrent, fleet.limits?.places(`agent ${name}`, maxConcurrent)) },
    ];
  });
  return new Map(agents);
}

/** Learns the agents' names and limits before somebody asks; one that cannot be reached yet is asked again with the first question. */
export function warm(agents: ReadonlyMap<AgentName, StaffedAgent>, signal: AbortSignal, log: Log): void {
  for (const { agent } of agents.values()) {
    agent.profile?.(signal).catch((error: unknown) => log.warn('agent not reached yet', { agent: agent.name, error }));
  }
}
