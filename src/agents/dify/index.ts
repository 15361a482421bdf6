import type { AgentDefinition } from '../../core/agent-definition.ts';
import { DifyAgent } from './agent.ts';
import { DIFY_ENV, type DifyConfig, difyConfigSchema, difyFromEnv } from './config.ts';

/** Dify apps of every mode: chat, agent, chatflow, workflow, completion and the new agent. */
export const dify: AgentDefinition<DifyConfig> = {
  name: 'dify',
  configSchema: difyConfigSchema,
  envNames: DIFY_ENV,
  fromEnv: difyFromEnv,
  create: (config, deps) => new DifyAgent(config, deps),
};
