import { type Call, sendRefusal } from './call.ts';
import { seconds } from './clock.ts';
import { finishedData, formData } from './flow-data.ts';
import { refusal } from './refusals.ts';
import type { Run } from './run.ts';
import { metadataOf, totalTokens } from './wire.ts';

/** Plays a run without a stream and answers with its outcome. */
export async function blockingReply(call: Call, run: Run, begin: () => Promise<void>): Promise<void> {
  const rested = new Promise<void>((done) => {
    run.onRest = done;
  });
  await begin();
  await rested;
  if (run.mode === 'workflow') return call.send(200, workflowOutcome(run));
  if (run.failure === undefined) return call.send(200, chatOutcome(run));
  const { status, code, message } = run.failure;
  const text = run.mode === 'advanced-chat' ? `Run failed: ${message}` : message;
  sendRefusal(call.res, refusal(status, code ?? 'internal_server_error', text), run.flavour);
}

/** A workflow's failure is an outcome too: 200 with status failed. */
function workflowOutcome(run: Run): object {
  const data = finishedData(run, run.status);
  const ids = { task_id: run.taskId, workflow_run_id: run.workflowRunId };
  return { ...ids, data: run.status === 'paused' ? { ...data, ...pauseOf(run) } : data };
}

function chatOutcome(run: Run): object {
  const { conversation, id, createdAt } = run.message;
  const outcome = {
    event: 'message',
    task_id: run.taskId,
    id,
    message_id: id,
    ...(conversation === undefined ? {} : { conversation_id: conversation.id }),
    mode: run.mode,
    answer: run.answer,
    metadata: metadataOf(run),
    created_at: seconds(createdAt),
  };
  if (run.status !== 'paused') return outcome;
  const data = { elapsed_time: run.elapsedSeconds, total_tokens: totalTokens(run), total_steps: run.steps };
  const pause = { event: 'workflow_paused', workflow_run_id: run.workflowRunId };
  return { ...outcome, ...pause, data: { ...data, ...pauseOf(run) } };
}

function pauseOf(run: Run): object {
  const reasons = run.form === undefined ? [] : [{ TYPE: 'human_input_required', ...formData(run, run.form) }];
  return { status: 'paused', paused_nodes: ['human'], reasons };
}
