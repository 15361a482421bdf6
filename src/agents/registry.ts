import type { AgentDefinition } from '../core/agent-definition.ts';
import { GatewayError } from '../core/errors.ts';
import { dify } from './dify/index.ts';
import { echo } from './echo/index.ts';

/** The one list of agents. Settings are checked by the definition's `configSchema` before they reach its `create`. */
export const AGENTS: Readonly<Record<AgentKind, AgentDefinition>> = { dify, echo };

export type AgentKind = 'dify' | 'echo';

/** @throws {GatewayError} `config_invalid` for a name that is not in the list. */
export function agentDefinition(name: string): AgentDefinition {
  const found = Object.values(AGENTS).find((definition) => definition.name === name);
  if (!found) throw new GatewayError('config_invalid', `no kind of agent is called ${name}`);
  return found;
}
