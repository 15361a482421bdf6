import { seconds } from './clock.ts';
import type { OpenForm, Run, RunStatus } from './run.ts';
import { chatHead, fileEntry, frame, totalTokens } from './wire.ts';

/** A form as events and blocking replies show it. */
export function formData(run: Run, open: OpenForm): Record<string, unknown> {
  const { form } = open;
  return {
    form_id: open.id,
    node_id: 'human',
    node_title: 'Approval',
    form_content: form.content,
    inputs: form.inputs,
    actions: form.actions,
    display_in_ui: form.web,
    form_token: form.web ? open.token : null,
    resolved_default_values: {},
    expiration_time: seconds(open.expiresAt),
    ...(run.flavour.newAgent ? { approval_channels: [] } : {}),
  };
}

/** Also the only event for those who ask for the events of a run that is over. */
export function finishedFrame(run: Run, status: RunStatus): string {
  return frame('workflow_finished', flowHead(run), { data: finishedData(run, status) });
}

/** The keys that events about the run of a graph share. */
export function flowHead(run: Run): string {
  const runId = `"workflow_run_id":"${run.workflowRunId}"`;
  const task = `"task_id":"${run.taskId}"`;
  return run.mode === 'advanced-chat' ? `${chatHead(run)},${task},${runId}` : `${runId},${task}`;
}

/** The outcome of a run, as `workflow_finished` and blocking replies carry it. */
export function finishedData(run: Run, status: RunStatus): Record<string, unknown> {
  const key = run.mode === 'advanced-chat' ? 'answer' : 'text';
  return {
    id: run.workflowRunId,
    workflow_id: run.app.id,
    status,
    outputs: status === 'failed' ? {} : { [key]: run.answer, ...run.app.moreOutputs },
    error: run.message.error,
    elapsed_time: run.elapsedSeconds,
    total_tokens: totalTokens(run),
    total_steps: run.steps,
    created_by: { id: run.endUserId, user: run.user },
    created_at: seconds(run.startedAt),
    finished_at: seconds(run.clock.now()),
    exceptions_count: 0,
    files: run.files.map(fileEntry),
  };
}
