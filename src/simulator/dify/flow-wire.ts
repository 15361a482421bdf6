import { seconds } from './clock.ts';
import { finishedFrame, flowHead, formData } from './flow-data.ts';
import type { OpenForm, Run, RunStatus } from './run.ts';
import type { Step, ThoughtStep } from './steps.ts';
import {
  audioFrame,
  chatHead,
  errorFrame,
  fileEntry,
  frame,
  metadataOf,
  replaceFrame,
  totalTokens,
  type Wire,
} from './wire.ts';

/**
 * Stands in the payload of every node, as prompts and passwords do in real life: whoever finds it anywhere behind the
 * gateway has found a leak.
 */
export const NODE_CANARY = 'canary-from-a-node-payload';

interface RunningNode {
  readonly id: string;
  readonly started: Record<string, unknown>;
}

/** Chatflows and workflows: a graph of nodes, in a worker behind a relay since 1.13. */
export class FlowWire implements Wire {
  private readonly run: Run;
  private readonly chat: boolean;
  /** Keys that all events share; those about the run have its id too. */
  private readonly errorHead: string;
  private readonly head: string;
  private readonly flowHead: string;
  private readonly open = new Map<string, RunningNode>();

  constructor(run: Run) {
    this.run = run;
    this.chat = run.mode === 'advanced-chat';
    this.errorHead = this.chat ? chatHead(run) : `"workflow_run_id":"${run.workflowRunId}"`;
    this.head = `${this.errorHead},"task_id":"${run.taskId}"`;
    this.flowHead = flowHead(run);
  }

  begin(): void {
    const { run } = this;
    const data = {
      id: run.workflowRunId,
      workflow_id: run.app.id,
      inputs: this.inputs(),
      created_at: seconds(run.startedAt),
      reason: run.form === undefined ? 'initial' : 'resumption',
    };
    this.remember('workflow_started', data);
  }

  private inputs(): Record<string, unknown> {
    const { run } = this;
    const { inputs, query, conversation } = run.message;
    const chat = this.chat
      ? {
          'sys.query': query,
          'sys.conversation_id': conversation?.id,
          'sys.dialogue_count': conversation?.messages.length,
        }
      : {};
    const ids = { 'sys.app_id': run.app.id, 'sys.workflow_id': run.app.id, 'sys.workflow_run_id': run.workflowRunId };
    return { ...inputs, ...chat, 'sys.files': [], 'sys.user_id': run.user, ...ids };
  }

  say(text: string): void {
    this.run.send(this.sayFrame(text));
  }

  sayFrame(text: string): string {
    const from = ['llm', 'text'];
    if (this.chat)
      return frame('message', this.head, { id: this.run.message.id, answer: text, from_variable_selector: from });
    return frame('text_chunk', this.head, { data: { text, from_variable_selector: from } });
  }

  thought(thought: ThoughtStep): void {
    const { run } = this;
    const status = thought.observation === '' ? 'start' : 'success';
    const data = {
      node_execution_id: `${run.workflowRunId}-agent`,
      id: thought.id,
      label: `CALL ${thought.tool}`,
      parent_id: null,
    };
    const more = { error: null, status, data: { input: thought.toolInput }, metadata: {}, node_id: 'agent' };
    this.run.send(frame('agent_log', this.head, { data: { ...data, ...more } }));
  }

  node(step: Step & { readonly kind: 'node' }): void {
    if (step.phase === 'start') this.startNode(step.type, step.title);
    else this.finishNode(step.title);
  }

  private startNode(type: string, title: string): void {
    const { run } = this;
    run.steps += 1;
    const started = {
      id: `${run.workflowRunId}-${run.steps}`,
      node_id: `node-${run.steps}`,
      node_type: type,
      title,
      index: run.steps,
      predecessor_node_id: run.steps === 1 ? null : `node-${run.steps - 1}`,
      inputs: { prompt: NODE_CANARY, query: run.message.query },
      inputs_truncated: false,
      created_at: seconds(run.clock.now()),
      extras: {},
      iteration_id: null,
      loop_id: null,
      agent_strategy: null,
    };
    this.open.set(title, { id: started.id, started });
    this.remember('node_started', started);
  }

  private finishNode(title: string): void {
    const node = this.open.get(title);
    if (node === undefined) return;
    this.open.delete(title);
    this.remember('node_finished', {
      ...node.started,
      process_data: { authorization: NODE_CANARY },
      process_data_truncated: false,
      outputs: { text: this.run.answer },
      outputs_truncated: false,
      status: 'succeeded',
      error: null,
      elapsed_time: 0.1,
      execution_metadata: { total_tokens: totalTokens(this.run), total_price: '0.0000120', currency: 'USD' },
      finished_at: seconds(this.run.clock.now()),
      files: [],
    });
  }

  file(): void {}

  fileText(text: string): void {
    this.say(text);
  }

  replace(text: string, reason: string): void {
    if (this.chat) this.run.send(replaceFrame(this.run, reason));
    else this.run.send(frame('text_replace', this.head, { data: { text } }));
  }

  reasoning(text: string, final: boolean): void {
    const data = {
      message_id: this.chat ? this.run.message.id : null,
      reasoning: text,
      node_id: 'llm',
      is_final: final,
    };
    this.run.send(frame('reasoning_chunk', this.head, { data }));
  }

  audio(bytes: Uint8Array | undefined): void {
    this.run.send(audioFrame(this.head, bytes));
  }

  error(status: number, code: string | undefined, message: string): void {
    this.run.send(errorFrame(this.errorHead, status, code, message));
  }

  halfEnd(): boolean {
    this.messageEnd();
    return true;
  }

  pause(form: OpenForm): void {
    const { run } = this;
    const reason = { TYPE: 'human_input_required', ...formData(run, form) };
    this.remember('human_input_required', formData(run, form));
    this.remember('workflow_paused', {
      workflow_run_id: run.workflowRunId,
      paused_nodes: ['human'],
      outputs: {},
      reasons: [reason],
      status: 'paused',
      created_at: seconds(run.startedAt),
      elapsed_time: run.elapsedSeconds,
      total_tokens: totalTokens(run),
      total_steps: run.steps,
    });
  }

  formFilled(open: OpenForm, action: string, inputs: Readonly<Record<string, unknown>>): void {
    const title = open.form.actions.find(({ id }) => id === action)?.title ?? action;
    const data = { node_id: 'human', node_title: 'Approval', rendered_content: open.form.content };
    this.remember('human_input_form_filled', {
      ...data,
      action_id: action,
      action_text: title,
      submitted_data: inputs,
    });
  }

  formTimedOut(open: OpenForm): void {
    const data = { node_id: 'human', node_title: 'Approval', expiration_time: seconds(open.expiresAt) };
    this.remember('human_input_form_timeout', data);
  }

  finish(status: Exclude<RunStatus, 'running' | 'paused'>): void {
    const { flavour, relayed } = this.run;
    const endsFirst = this.chat && flavour.messageEndFirst && status === 'succeeded';
    if (endsFirst) this.messageEnd();
    this.run.send(finishedFrame(this.run, status));
    // A relay has hung up by now: what the worker says after `workflow_finished` reaches nobody.
    if (relayed) return;
    if (this.chat && !endsFirst && status !== 'failed') this.messageEnd();
    if (status === 'failed') this.error(400, 'invalid_param', `Run failed: ${this.run.message.error ?? ''}`);
  }

  private messageEnd(): void {
    const { run } = this;
    const own = { id: run.message.id, metadata: metadataOf(run), files: run.files.map(fileEntry) };
    this.run.send(frame('message_end', this.head, own));
  }

  private remember(event: string, data: object): void {
    const text = frame(event, this.flowHead, { data });
    this.run.replay.push(text);
    this.run.send(text);
  }
}
