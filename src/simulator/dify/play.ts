import { RELAY_IDLE_MS } from './event-stream.ts';
import type { Run, RunStatus } from './run.ts';
import type { HumanForm, Step, ThoughtStep } from './steps.ts';
import { totalTokens, type Wire } from './wire.ts';

/** `APP_MAX_EXECUTION_TIME`: what runs longer is stopped. */
const MAX_EXECUTION_MS = 1_200_000;

/** What a run needs of the world around it. */
export interface PlayHost {
  /** Pauses the run at a form; its submission or the end of its time goes on with the run. */
  openForm(run: Run, form: HumanForm): void;
  /** The run waits for a person: its slot is free. */
  paused(run: Run): void;
  resumed(run: Run): void;
  /** The run is over: the message is filled, the slot free. */
  settled(run: Run): void;
}

/**
 * Plays the steps of an answer. Until the first wait everything happens at once, in the caller's turn, so an answer
 * without waits costs one write.
 */
export async function play(run: Run, wire: Wire, steps: Iterable<Step>, host: PlayHost): Promise<void> {
  for (const step of steps) {
    if (run.stopping) return void finish(run, wire, host, 'stopped');
    if (step.kind === 'wait') await run.wait(step.ms);
    else if (step.kind === 'cut') await cut(run, wire, step.text);
    else if (step.kind === 'hang') return hang(run, wire, host);
    else if (perform(run, wire, step, host) === 'over') return;
  }
  finish(run, wire, host, run.stopping ? 'stopped' : 'succeeded');
}

/** One step; 'over' when no step may follow. */
function perform(
  run: Run,
  wire: Wire,
  step: Exclude<Step, { kind: 'wait' | 'cut' | 'hang' }>,
  host: PlayHost,
): 'over' | undefined {
  switch (step.kind) {
    case 'say':
      run.answer += step.text;
      return void wire.say(step.text);
    case 'output':
      run.answer += step.text;
      return undefined;
    case 'file-text':
      run.answer += step.text;
      return void wire.fileText(step.text);
    case 'replace':
      run.answer = step.text;
      return void wire.replace(step.text, step.reason);
    case 'thought':
      keepThought(run, step.thought);
      return void wire.thought(step.thought);
    case 'node':
      return void wire.node(step);
    case 'file':
      run.files.push(step.file);
      return void wire.file(step.file);
    case 'reasoning':
      return void wire.reasoning(step.text, step.final);
    case 'audio':
      return void wire.audio(step.bytes);
    case 'cite':
      run.message.citations = step.citations;
      return undefined;
    case 'drop':
      run.endStreams('cut');
      return step.keeps ? undefined : lose(run, host);
    case 'eof':
      return void run.endStreams();
    case 'half-end':
      return halfEnd(run, wire, host);
    case 'error':
      return fail(run, wire, host, step, false);
    case 'fail':
      return fail(run, wire, host, { status: 400, code: 'invalid_param', message: step.message }, true);
    case 'pause':
      host.openForm(run, step.form);
      return 'over';
  }
}

/** Two writes, with the border inside a character: each arrives alone. */
async function cut(run: Run, wire: Wire, text: string): Promise<void> {
  const bytes = Buffer.from(wire.sayFrame(text));
  run.answer += text;
  const border = bytes.findIndex((byte) => byte >= 0xc0) + 1;
  run.writeBytes(bytes.subarray(0, border));
  // Long enough for the far side to read the first half on its own, whatever the speed of the clock.
  await new Promise((done) => setTimeout(done, 5));
  run.writeBytes(bytes.subarray(border));
}

/** Nobody works on it any more; the front process knows nothing of that and pings on. */
async function hang(run: Run, wire: Wire, host: PlayHost): Promise<void> {
  if (!run.relayed) {
    await run.wait(MAX_EXECUTION_MS);
    return void finish(run, wire, host, 'stopped');
  }
  run.unstoppable = true;
  await run.wait(RELAY_IDLE_MS);
  lose(run, host);
  run.endStreams();
}

/** As after a crash: the row stays as it was at the start. */
function lose(run: Run, host: PlayHost): 'over' {
  run.replay = [];
  run.rest('failed');
  host.settled(run);
  return 'over';
}

function keepThought(run: Run, thought: ThoughtStep): void {
  const row = {
    id: thought.id,
    chain_id: null,
    message_id: run.message.id,
    position: thought.position,
    thought: thought.thought,
    tool: thought.tool,
    tool_labels: {},
    tool_input: thought.toolInput,
    observation: thought.observation,
    files: [],
    created_at: Math.floor(run.clock.now() / 1000),
  };
  run.message.thoughts = [...run.message.thoughts.filter((known) => !('id' in known) || known.id !== thought.id), row];
}

function halfEnd(run: Run, wire: Wire, host: PlayHost): 'over' {
  const open = wire.halfEnd();
  settle(run, host, 'succeeded');
  if (open && run.relayed) run.flush();
  else run.endStreams();
  return 'over';
}

function fail(run: Run, wire: Wire, host: PlayHost, failure: Failing, asRun: boolean): 'over' {
  const flow = run.mode === 'advanced-chat' || run.mode === 'workflow';
  run.failure = { status: failure.status, code: failure.code, message: failure.message };
  run.message.error = failure.message;
  run.message.status = 'error';
  // A graph that fails says so in `workflow_finished`; only a worker that broke outside of it sends the bare error.
  if (flow && (asRun || failure.code !== undefined)) return finish(run, wire, host, 'failed');
  settle(run, host, 'failed');
  wire.error(failure.status, failure.code, failure.message);
  // The relay does not know this event for an end: it goes on pinging.
  if (run.relayed) run.flush();
  else run.endStreams();
  return 'over';
}

interface Failing {
  readonly status: number;
  readonly code?: string | undefined;
  readonly message: string;
}

function finish(run: Run, wire: Wire, host: PlayHost, status: Ended): 'over' {
  settle(run, host, status);
  wire.finish(status);
  run.endStreams();
  return 'over';
}

type Ended = Exclude<RunStatus, 'running' | 'paused'>;

/** The row is written before the last event is sent, so who reads it right after finds it whole. */
function settle(run: Run, host: PlayHost, status: Ended): void {
  run.message.answer = storedAnswer(run);
  run.message.tokens = totalTokens(run);
  run.message.answerFiles = run.files;
  run.replay = [];
  run.rest(status);
  host.settled(run);
}

/** Releases up to 1.15 cut links to generated files out of what a chatflow stores. */
function storedAnswer(run: Run): string {
  if (!run.flavour.cutsFileLinks || run.mode !== 'advanced-chat' || run.files.length === 0) return run.answer;
  return run.answer.replace(/!?\[[^\]]*\]\([^)]*\/files\/tools\/[^)]*\)/g, '');
}
