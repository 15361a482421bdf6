import { isConversationGone, readErrorEvent, refusedError } from './errors.ts';
import { readAgentForm } from './form-fields.ts';
import type { RunState } from './run-state.ts';
import { type Fields, fieldsOf, listOf, textOf, wordOf } from './values.ts';

/**
 * Tells a run what one event of its stream says.
 *
 * @param data - The event's JSON; what is not JSON, or not known, is passed over.
 */
export function readEvent(run: RunState, data: string): void {
  if (isSkipped(data)) return finishStep(run, data);
  const event = parse(data);
  if (!event) return;
  run.identify(event);
  READERS.get(textOf(event['event']))?.(run, event);
}

const NODE_FINISHED = '{"event":"node_finished"';

/** Long and of no use to us: not even parsed. */
const SKIPPED = [
  NODE_FINISHED,
  ...['node_retry', 'iteration_', 'loop_', 'agent_log', 'tts_message'].map((name) => `{"event":"${name}`),
];

function isSkipped(data: string): boolean {
  return SKIPPED.some((beginning) => data.startsWith(beginning));
}

/** The head is enough: the rest is the node's data, which may be megabytes and is nobody's business. */
function finishStep(run: RunState, data: string): void {
  if (!data.startsWith(NODE_FINISHED)) return;
  const id = /"data":\{"id":"([^"]{1,100})"/.exec(data.slice(0, 600))?.[1];
  if (id !== undefined) run.stepFinished(id);
}

function parse(data: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(data));
  } catch {
    return undefined;
  }
}

type Read = (run: RunState, event: Fields) => void;

const READERS: ReadonlyMap<string, Read> = new Map(
  Object.entries<Read>({
    message: (run, event) => run.sayMessage(textOf(event['answer'])),
    agent_message: (run, event) => run.sayAgentMessage(textOf(event['answer'])),
    // Where a file exists when the first words come, the words themselves bear this name.
    message_file: (run, event) =>
      wordOf(event['answer']) === undefined ? run.file(event) : run.say(textOf(event['answer'])),
    message_replace: (run, event) => run.replace(textOf(event['answer'])),
    text_chunk: (run, event) => run.say(textOf(fieldsOf(event['data'])['text'])),
    text_replace: (run, event) => run.replace(textOf(fieldsOf(event['data'])['text'])),
    agent_thought: readThought,
    reasoning_chunk: readReasoning,
    message_end: readMessageEnd,
    workflow_started: (run) => run.flowStarted(),
    node_started: readStep,
    node_finished: () => undefined,
    workflow_finished: (run, event) => run.flowFinished(fieldsOf(event['data'])),
    human_input_required: readForm,
    workflow_paused: (run) => run.pause(),
    error: (run, event) => {
      const refusal = readErrorEvent(event);
      run.failure = refusedError(refusal, 'stream');
      run.conversationGone = isConversationGone(refusal);
    },
  }),
);

/** Its text repeats what came as the answer, so only the tools are shown. */
function readThought(run: RunState, event: Fields): void {
  const tools = textOf(event['tool'])
    .split(';')
    .filter((tool) => tool !== '');
  const id = wordOf(event['id']);
  if (id === undefined || tools.length === 0) return;
  const labels = fieldsOf(event['tool_labels']);
  const text = tools.map((tool) => run.toolLabel(labels, tool)).join(', ');
  run.think({ id, kind: 'tool', text, state: wordOf(event['observation']) === undefined ? 'running' : 'done' });
}

function readReasoning(run: RunState, event: Fields): void {
  const data = fieldsOf(event['data']);
  run.reason(`reasoning ${textOf(data['node_id'])}`, textOf(data['reasoning']), data['is_final'] === true);
}

function readMessageEnd(run: RunState, event: Fields): void {
  const metadata = fieldsOf(event['metadata']);
  run.messageEnded = true;
  run.cite(metadata['retriever_resources']);
  run.count(fieldsOf(metadata['usage'])['total_tokens']);
  for (const file of listOf(event['files'])) run.file(file);
}

/** Nodes that say nothing to a person. */
const PLUMBING = new Set(['start', 'end', 'answer', 'if-else', 'assigner', 'variable-assigner', 'variable-aggregator']);

function readStep(run: RunState, event: Fields): void {
  run.flowStarted();
  const data = fieldsOf(event['data']);
  const isInside = wordOf(data['iteration_id']) !== undefined || wordOf(data['loop_id']) !== undefined;
  const type = textOf(data['node_type']);
  const id = wordOf(data['id']);
  if (id === undefined || isInside || PLUMBING.has(type) || type.endsWith('-start')) return;
  run.step(id, textOf(data['title']));
}

function readForm(run: RunState, event: Fields): void {
  const data = fieldsOf(event['data']);
  // `{{#$output.name#}}` stands where the form has an input.
  const content = textOf(data['form_content'])
    .replace(/\{\{#[^{}]*#\}\}/g, '')
    .trim();
  run.asksPerson(content || textOf(data['node_title']), readAgentForm(data));
}
