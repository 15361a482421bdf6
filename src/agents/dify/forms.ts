import type { AfterForm, AgentRun, FilledForm, Paused } from '../../core/agent.ts';
import { GatewayError } from '../../core/errors.ts';
import type { Lang } from '../../core/lang.ts';
import { SseReader } from '../../lib/sse.ts';
import { wholeAnswer } from './answer.ts';
import { RefusedError } from './errors.ts';
import { readEvent } from './events.ts';
import { LOOK_UP_ENDED_MS } from './limits.ts';
import { lookUpUntil, type RecoveryParts } from './recovery.ts';
import { RunState } from './run-state.ts';

export interface FormParts extends RecoveryParts {
  readonly lang: Lang;
}

/** Hands it in, follows the run to its end or its next form, and reads what it has said. */
export async function fillForm(parts: FormParts, run: AgentRun, form: FilledForm): Promise<AfterForm> {
  if (!(await handIn(parts, run, form))) return { kind: 'expired' };
  const paused = await followRun(parts, run);
  if (paused) return paused;
  const stored = await lookUpUntil(parts, run, LOOK_UP_ENDED_MS);
  if (stored.kind !== 'finished')
    throw new GatewayError('agent_failed', `dify: nothing is stored after a form (${stored.kind})`);
  const { raw, ...rest } = stored;
  return { ...rest, answer: wholeAnswer(raw, parts.api.host) };
}

/** @returns Whether somebody has, us in an earlier try perhaps. */
async function handIn(
  { api, signal }: FormParts,
  run: AgentRun,
  { token, answer, values }: FilledForm,
): Promise<boolean> {
  try {
    await api.fillForm(token, { inputs: values, action: answer, user: run.user }, signal);
    return true;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const { code, status } = error.refusal;
    if (code === 'human_input_form_submitted') return true;
    if (code === 'human_input_form_expired' || status === 404) return false;
    throw error;
  }
}

/** A server ends the line after minutes of silence, though the run goes on; so it is joined again until it has ended. */
async function followRun(parts: FormParts, run: AgentRun): Promise<Paused | undefined> {
  const { config, deps, signal } = parts;
  const until = deps.clock.now() + config.totalTimeoutMs;
  while (deps.clock.now() < until) {
    const state = await listenTo(parts, run);
    signal.throwIfAborted();
    if (state.failure) throw state.failure;
    if (state.isPaused) return state.take().find((event) => event.kind === 'paused');
    if (state.phase !== 'open') return undefined;
  }
  throw new GatewayError('agent_timeout', 'dify: a run did not end after its form was handed in');
}

/** One line to the run, until all that matters has come over it or it ends. */
async function listenTo({ api, config, facts, lang, signal }: FormParts, run: AgentRun): Promise<RunState> {
  const { user, workflow = '' } = run;
  const state = new RunState({ user, lang, host: api.host, forgotten: false, isWorkflow: facts.mode === 'workflow' });
  const reader = new SseReader((data) => readEvent(state, data));
  const hangUp = new AbortController();
  const response = await api.follow(workflow, user, config.idleTimeoutMs, AbortSignal.any([signal, hangUp.signal]));
  await response
    .pour((piece) => {
      reader.feed(piece);
      if (state.phase !== 'open') hangUp.abort();
    })
    .catch((error: unknown) => {
      if (!hangUp.signal.aborted) throw error;
    });
  return state;
}
