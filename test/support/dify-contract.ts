import { afterAll, beforeAll, describe, it } from 'vitest';
import { dify } from '../../src/agents/dify/index.ts';
import type { Agent } from '../../src/core/agent.ts';
import { type AgentName, id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type DifyStandInServer, startDifyStandIn } from '../../src/simulator/dify/index.ts';

/**
 * Runs the Dify contracts against the stand-in; against a real Dify with DIFY_BASE_URL and a key for each mode at hand
 * (DIFY_CONTRACT_KEY_CHAT, …_AGENT_CHAT, …_ADVANCED_CHAT, …_WORKFLOW, …_COMPLETION, …_AGENT), which costs some tokens; without such
 * a key, an address in the environment is left alone. DIFY_CONTRACT_QUERY_VARIABLE names the input that takes the question.
 */
const IS_REAL = Object.keys(process.env).some((name) => name.startsWith('DIFY_CONTRACT_KEY_'));
const REAL_URL = IS_REAL ? process.env['DIFY_BASE_URL'] : undefined;

/** Whether a real Dify answers, with apps of which we know no more than they say. */
export const IS_REAL_DIFY = REAL_URL !== undefined;
/** How long one question may take, in milliseconds. */
export const DIFY_TIMEOUT = IS_REAL_DIFY ? 120_000 : 20_000;

const STAND_IN_KEYS = {
  chat: 'app-demo-chat',
  'agent-chat': 'app-demo-agent-chat',
  'advanced-chat': 'app-demo-chatflow',
  workflow: 'app-demo-workflow',
  completion: 'app-demo-completion',
  agent: 'app-demo-agent',
} as const;

export type DifyContractMode = keyof typeof STAND_IN_KEYS;

let standIn: DifyStandInServer | undefined;

/** The contract for every mode that there is a key for; the others are named as not run. */
export function forEachDifyMode(contract: (mode: DifyContractMode, key: string) => void): void {
  beforeAll(async () => {
    if (REAL_URL === undefined) standIn = await startDifyStandIn({ flavour: '1.16', speed: 30 });
  });
  afterAll(() => standIn?.close());
  for (const mode of Object.keys(STAND_IN_KEYS) as DifyContractMode[]) {
    const key = keyFor(mode);
    if (key === undefined)
      describe.skip(`a Dify app of mode ${mode} (no ${keyName(mode)})`, () => void it('is asked', () => undefined));
    else describe(`a Dify app of mode ${mode}`, () => contract(mode, key));
  }
}

/** The address of the API; known when the tests run. */
export function difyContractUrl(): string {
  return REAL_URL ?? standIn?.url ?? '';
}

export function makeContractAgent(apiKey: string): Agent {
  const queryVariable = process.env['DIFY_CONTRACT_QUERY_VARIABLE'];
  const settings = { baseUrl: difyContractUrl(), apiKey, ...(queryVariable ? { queryVariable } : {}) };
  const config = dify.configSchema.parse(settings);
  return dify.create(config, { name: id<AgentName>('demo'), clock: systemClock, log: noLog, random: Math.random });
}

function keyName(mode: DifyContractMode): string {
  return `DIFY_CONTRACT_KEY_${mode.toUpperCase().replaceAll('-', '_')}`;
}

function keyFor(mode: DifyContractMode): string | undefined {
  return REAL_URL === undefined ? STAND_IN_KEYS[mode] : process.env[keyName(mode)];
}
