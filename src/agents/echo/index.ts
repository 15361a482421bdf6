import { z } from 'zod';
import type { AgentDefinition, Env } from '../../core/agent-definition.ts';
import { EchoAgent } from './agent.ts';

const echoConfigSchema = z.strictObject({
  title: z.string().trim().min(1).default('Echo'),
  /** Pause between two words, in milliseconds; 0 says everything at once. */
  paceMs: z.coerce.number().int().min(0).max(60_000).default(0),
  maxConcurrent: z.coerce.number().int().min(1).default(10_000),
});

export type EchoConfig = z.output<typeof echoConfigSchema>;

/** Says back what it is asked: for tests, and for a first run without any server. */
export const echo: AgentDefinition<EchoConfig> = {
  name: 'echo',
  configSchema: echoConfigSchema,
  envNames: { paceMs: 'ECHO_PACE_MS', title: 'ECHO_TITLE' },
  help: {
    title: { zh: '卡片上显示的回答者名称', en: 'The answerer’s name on cards' },
    paceMs: {
      zh: '两个词之间停顿的毫秒数；0 表示一次说完',
      en: 'Pause between two words in milliseconds; 0 says everything at once',
    },
    maxConcurrent: { zh: '同时回答的数量', en: 'Answers at once' },
  },
  fromEnv({ ECHO_PACE_MS: paceMs, ECHO_TITLE: title }: Env) {
    return paceMs || title ? { ...(paceMs && { paceMs }), ...(title && { title }) } : undefined;
  },
  create: (config, deps) => new EchoAgent(config, deps),
};
