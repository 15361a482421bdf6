import { FLOW_MODES } from './apps.ts';
import { blockingReply } from './blocking.ts';
import type { Call, World } from './call.ts';
import { ChatWire } from './chat-wire.ts';
import type { Checked } from './checked.ts';
import { newConversation } from './conversations.ts';
import { demoAnswer } from './demo-answers.ts';
import { earlyRefusal } from './early.ts';
import { keepGenerated } from './files.ts';
import { FlowWire } from './flow-wire.ts';
import { langOf } from './languages.ts';
import { openForm } from './open-forms.ts';
import { DEFAULT_PACE, type Question } from './options.ts';
import { type PlayHost, play } from './play.ts';
import type { Asked } from './record.ts';
import type { StoredConversation, StoredMessage } from './rows.ts';
import { Run } from './run.ts';
import { type ScenarioName, scenarioIn } from './scenarios.ts';
import { script } from './scripts.ts';
import type { Step } from './steps.ts';
import type { Talk } from './talk.ts';
import type { Wire } from './wire.ts';

/**
 * Begins a run and answers the call with its stream, or with its outcome.
 * @throws {Refusal} when the scenario is one of those that never begin.
 */
export async function startRun(call: Call, checked: Checked): Promise<void> {
  const { world, app } = call;
  const question = questionOf(call, checked);
  const scenario = chooseScenario(world, question, call.path);
  const refused = earlyRefusal(scenario, call);
  if (refused !== undefined) throw refused;

  const conversation = conversationOf(call, checked);
  const message = newMessage(call, checked, conversation, scenario);
  const run = newRun(call, checked, message, scenario);
  const asked = remember(call, run, scenario);
  const wire: Wire = FLOW_MODES.includes(app.mode) ? new FlowWire(run) : new ChatWire(run);
  const host = hostOf(world, asked, wire, scenario);
  const steps = (): Step[] => script(scenario, talkOf(call, checked, question));
  if (!checked.streaming) return blockingReply(call, run, () => begin(world, run, wire, steps, host));

  run.listen(call.openStream(run.relayed));
  await begin(world, run, wire, steps, host);
}

/** Runs behind a relay wait for a worker; their listeners get pings meanwhile. */
async function begin(world: World, run: Run, wire: Wire, steps: () => Step[], host: PlayHost): Promise<void> {
  if (run.relayed) await takeWorker(world, run);
  wire.begin();
  await play(run, wire, steps(), host);
}

async function takeWorker(world: World, run: Run): Promise<void> {
  const { workers } = world.tuning;
  if (workers > 0 && world.working >= workers) {
    run.flush();
    await new Promise<void>((go) => world.line.push(go));
  }
  world.working += 1;
}

function questionOf({ app }: Call, checked: Checked): Question {
  const { query, user, conversation, inputs } = checked;
  const turn = (conversation?.messages.length ?? 0) + 1;
  return {
    query,
    app: app.key,
    user,
    conversation: conversation?.id,
    inputs,
    turn,
    get earlier() {
      return (conversation?.messages ?? []).slice(0, turn - 1).map((one) => one.query);
    },
  };
}

function chooseScenario(world: World, question: Question, path: string): ScenarioName {
  const { faults, tuning, chance } = world;
  const struck = faults.none ? undefined : faults.strike(path, question.app, true, chance.next);
  if (struck?.kind === 'scenario') return struck.name;
  const chosen = tuning.words ? scenarioIn(question.query) : undefined;
  if (chosen !== undefined) return chosen;
  return (typeof tuning.scenario === 'function' ? tuning.scenario(question) : tuning.scenario) ?? 'normal';
}

function conversationOf(call: Call, checked: Checked): StoredConversation | undefined {
  const { mode } = call.app;
  if (mode === 'workflow' || mode === 'completion') return undefined;
  const conversation = checked.conversation ?? newConversation(call, checked);
  conversation.inputs = checked.inputs;
  conversation.updatedAt = call.world.clock.now();
  return conversation;
}

/** Shared, for most messages have none of anything and there are many of them. */
const NONE: readonly never[] = [];

function newMessage(
  call: Call,
  checked: Checked,
  conversation: StoredConversation | undefined,
  scenario: ScenarioName,
): StoredMessage {
  const { world, app } = call;
  const message: StoredMessage = {
    id: world.chance.uuid(),
    app,
    user: checked.user,
    conversation,
    query: checked.query,
    inputs: checked.inputs,
    files: checked.files,
    createdAt: world.clock.now(),
    answer: '',
    status: 'normal',
    error: null,
    feedback: undefined,
    citations: NONE,
    thoughts: NONE,
    answerFiles: NONE,
    tokens: 0,
  };
  if (scenario === 'no-suggestions') message.suggests = 'none';
  if (scenario === 'slow-suggestions') message.suggests = 'slow';
  for (const { stored } of checked.files) if (stored !== undefined) stored.attached = true;
  world.store.addMessage(message);
  return message;
}

function newRun(call: Call, checked: Checked, message: StoredMessage, scenario: ScenarioName): Run {
  const { world, app } = call;
  const flow = FLOW_MODES.includes(app.mode);
  const run = new Run({
    app,
    user: checked.user,
    endUserId: world.store.endUserId(app, checked.user),
    flavour: world.flavour,
    clock: world.clock,
    taskId: world.chance.uuid(),
    workflowRunId: flow ? world.chance.uuid() : '',
    message,
    streaming: checked.streaming,
  });
  run.unstoppable = scenario === 'unstoppable';
  world.store.tasks.set(run.taskId, run);
  if (flow) world.store.runs.set(run.workflowRunId, run);
  countActive(world, run, 1);
  return run;
}

function remember({ world }: Call, run: Run, scenario: ScenarioName): Asked {
  const { message, app, user, taskId, streaming } = run;
  return world.recorder.began({
    at: run.startedAt,
    app: app.key,
    user,
    conversation: message.conversation?.id,
    message: message.id,
    task: taskId,
    query: message.query,
    files: message.files.map(({ name }) => name),
    inputs: message.inputs,
    scenario,
    streaming,
  });
}

function hostOf(world: World, asked: Asked, wire: Wire, scenario: ScenarioName): PlayHost {
  const { store, recorder, clock } = world;
  const host: PlayHost = {
    openForm: (run, form) => openForm(world, run, wire, form, host),
    paused: (run) => leaveSlot(world, run),
    resumed: (run) => {
      countActive(world, run, 1);
      if (run.relayed) world.working += 1;
    },
    settled: (run) => {
      recorder.ended(asked, clock.now());
      leaveSlot(world, run);
      store.tasks.delete(run.taskId);
      store.trimRuns();
      const { conversation } = run.message;
      if (conversation === undefined) return;
      conversation.updatedAt = clock.now();
      if (scenario === 'forget') store.removeConversation(conversation);
    },
  };
  return host;
}

function countActive({ active }: World, run: Run, change: 1 | -1): void {
  active.set(run.app.id, Math.max(0, (active.get(run.app.id) ?? 0) + change));
}

function leaveSlot(world: World, run: Run): void {
  countActive(world, run, -1);
  if (!run.relayed) return;
  world.working = Math.max(0, world.working - 1);
  world.line.shift()?.();
}

function talkOf(call: Call, checked: Checked, question: Question): Talk {
  const { world, app, req } = call;
  const { tuning, chance } = world;
  const { query, user, inputs, turn } = question;
  const lang = langOf(query);
  const name = typeof inputs.user_name === 'string' && inputs.user_name !== '' ? inputs.user_name : undefined;
  return {
    query,
    user,
    inputs,
    turn,
    lang,
    app: app.key,
    mode: app.mode,
    conversation: question.conversation,
    flavour: world.flavour,
    files: checked.files,
    pace: { ...DEFAULT_PACE, ...tuning.pace },
    get earlier() {
      return question.earlier;
    },
    get text() {
      return tuning.answer?.(question) ?? demoAnswer({ query, lang, turn, name });
    },
    uuid: () => chance.uuid(),
    make: (fileName, mime, bytes) => keepGenerated(world, req, { app, user }, { name: fileName, mime, bytes }),
  };
}
