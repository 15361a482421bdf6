import type { AgentDefinition } from '../../core/agent-definition.ts';
import { DifyAgent } from './agent.ts';
import { DIFY_ENV, type DifyConfig, difyConfigSchema, difyFromEnv } from './config.ts';
import { DIFY_HELP } from './help.ts';

/** Dify apps of every mode: chat, agent, chatflow, workflow, completion and the new agent. */
export const dify: AgentDefinition<DifyConfig> = {
  name: 'dify',
  configSchema: difyConfigSchema,
  envNames: DIFY_ENV,
  help: DIFY_HELP,
  fromEnv: difyFromEnv,
  create: (config, deps) => new DifyAgent(config, deps),
};
