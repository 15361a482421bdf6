import type { AgentRun } from '../../core/agent.ts';
import type { AgentDeps } from '../../core/agent-definition.ts';
import { type FailureCode, GatewayError } from '../../core/errors.ts';
import { HttpError } from '../../lib/http-client.ts';
import type { DifyApi } from './api.ts';
import type { DifyConfig } from './config.ts';
import { toAgentError } from './errors.ts';
import type { AppFacts } from './facts.ts';
import { CALL_TIMEOUT_MS, LOOK_UP_BROKEN_MS, LOOK_UP_ENDED_MS, LOOK_UP_WAITS_MS } from './limits.ts';
import { lookUpRun, type StoredRun } from './stored.ts';

/** How a stream ended before the run did. */
export type EarlyEnd = 'ended early' | 'broken' | 'idle';

export interface RecoveryParts {
  readonly api: DifyApi;
  readonly config: DifyConfig;
  readonly deps: AgentDeps;
  readonly facts: AppFacts;
  readonly signal: AbortSignal;
}

/** How long a stored answer is waited for. A stream that ended in order was ended by the run's own end. */
export const LOOK_UP_MS: Readonly<Record<EarlyEnd, number>> = {
  idle: 0,
  'ended early': LOOK_UP_ENDED_MS,
  broken: LOOK_UP_BROKEN_MS,
};

/** Looks again while the run goes on, at least once. What cannot be asked now is asked again too. */
export async function lookUpUntil(parts: RecoveryParts, run: AgentRun, budgetMs: number): Promise<StoredRun> {
  const { api, config, deps, facts, signal } = parts;
  const endAt = deps.clock.now() + budgetMs;
  for (let look = 0; ; look++) {
    const lookUp = { api, mode: facts.mode, outputKey: config.outputKey, now: deps.clock.now() };
    const stored = await lookUpRun(lookUp, run, signal).catch(unknownYet);
    signal.throwIfAborted();
    const waitMs = LOOK_UP_WAITS_MS[Math.min(look, LOOK_UP_WAITS_MS.length - 1)] ?? 0;
    if (stored.kind !== 'running' || deps.clock.now() + waitMs > endAt) return stored;
    await deps.clock.sleep(waitMs, signal);
  }
}

/** Unless it was us who hung up. */
function unknownYet(error: unknown): StoredRun {
  if (error instanceof HttpError && error.kind === 'aborted') return { kind: 'lost' };
  return { kind: 'running' };
}

/** The person is told already; whether Dify hears of it changes nothing for her. */
export function stopLate({ api, facts, deps }: RecoveryParts, run: AgentRun): void {
  if (run.task === undefined) return;
  api.stop(facts.mode, run.task, run.user, AbortSignal.timeout(CALL_TIMEOUT_MS)).catch((error: unknown) => {
    deps.log.debug('dify run not stopped', { agent: deps.name, error: toAgentError(error, 'stop') });
  });
}

export function lostError(end: EarlyEnd, stored: StoredRun): GatewayError {
  return new GatewayError(
    lostCode(end, stored),
    `dify: the stream was ${end} and no answer is stored (${stored.kind})`,
  );
}

function lostCode(end: EarlyEnd, stored: StoredRun): FailureCode {
  if (end === 'idle') return 'agent_timeout';
  return end === 'broken' || stored.kind === 'running' ? 'agent_unavailable' : 'agent_failed';
}
