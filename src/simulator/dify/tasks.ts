import { type AppMode, CHAT_MODES, FLOW_MODES } from './apps.ts';
import { type Call, requireFound, requireUser } from './call.ts';
import { seconds } from './clock.ts';
import type { EventStream } from './event-stream.ts';
import { finishedData, finishedFrame } from './flow-data.ts';
import { stopPaused } from './open-forms.ts';
import { notFound } from './refusals.ts';
import type { Run } from './run.ts';
import { replaceFrame, totalTokens } from './wire.ts';

/** `POST /chat-messages/{task_id}/stop` */
export const stopChat = (call: Call): void => stop(call, CHAT_MODES, 'not_chat_app');
/** `POST /completion-messages/{task_id}/stop` */
export const stopCompletion = (call: Call): void => stop(call, ['completion'], 'not_completion_app');
/** `POST /workflows/tasks/{task_id}/stop` */
export const stopWorkflow = (call: Call): void => stop(call, ['workflow'], 'not_workflow_app');

/**
 * Says success whatever happens. With another user nothing does in chat, agent and completion apps; a graph stops all
 * the same, for its engine asks for no user.
 */
function stop(call: Call, modes: readonly AppMode[], code: string): void {
  call.requireMode(modes, code);
  const user = requireUser(call.json().user);
  const run = call.world.store.tasks.get(call.params[0] ?? '');
  if (run !== undefined && mayStop(run, user)) {
    if (run.status === 'paused') stopPaused(run);
    else run.stop();
  }
  call.send(200, { result: 'success' });
}

function mayStop(run: Run, user: string): boolean {
  return FLOW_MODES.includes(run.mode) || run.user === user;
}

/** `GET /workflows/run/{workflow_run_id}` */
export function readRun(call: Call): void {
  call.requireMode(['workflow'], 'not_workflow_app');
  const run = requireFound(ownRun(call), 'Workflow run not found');
  const { inputs, error } = run.message;
  call.send(200, {
    id: run.workflowRunId,
    workflow_id: run.app.id,
    status: run.status,
    // A string, unlike everywhere else.
    inputs: JSON.stringify(inputs),
    outputs: run.status === 'succeeded' ? finishedData(run, run.status).outputs : {},
    error,
    total_steps: run.steps,
    total_tokens: totalTokens(run),
    created_at: seconds(run.startedAt),
    finished_at: run.finishedAt === undefined ? null : seconds(run.finishedAt),
    elapsed_time: run.elapsedSeconds,
  });
}

function ownRun({ world, app, params }: Call): Run | undefined {
  const run = world.store.runs.get(params[0] ?? '');
  return run?.app.id === app.id ? run : undefined;
}

/**
 * `GET /workflow/{workflow_run_id}/events`: joins a run under way. What happened between leaving and joining is lost,
 * unless a snapshot is asked for.
 */
export function joinRun(call: Call): void {
  const { world, query } = call;
  const user = requireUser(query.get('user'));
  const run = ownRun(call);
  if (!world.flavour.relay || run === undefined || run.user !== user) throw notFound('Workflow run not found');
  const stream = call.openStream(true);
  if (run.over) {
    stream.send(finishedFrame(run, run.status));
    return stream.end();
  }
  if (query.get('include_state_snapshot') === 'true') snapshot(run, stream);
  if (run.status === 'paused' && query.get('continue_on_pause') !== 'true') return stream.end();
  run.listen(stream);
  stream.flush();
}

/** What there is to know so far, as if it happened now. */
function snapshot(run: Run, stream: EventStream): void {
  const [start = '', ...rest] = run.replay;
  stream.send(start);
  if (run.mode === 'advanced-chat' && run.answer !== '') stream.send(replaceFrame(run));
  for (const one of rest) stream.send(one);
}
