import type { AgentEvent, AgentRun, Ask } from '../core/agent.ts';
import { WHOLE_COMPANY } from '../core/members.ts';
import type { Traced } from '../core/tracer.ts';
import { type Answer, frameOf } from '../replies/answer.ts';
import type { GrowingReply } from '../replies/growing-reply.ts';
import { partAt } from '../replies/split.ts';
import { inGuard } from './guarding.ts';
import type { PipelineParts } from './parts.ts';
import type { Question } from './question.ts';
import type { TurnContext } from './turn-context.ts';
import { type TurnControl, unlessAborted } from './turn-control.ts';

/** An answer on its way: what it is so far, the message that shows it, and how it can be ended. */
export interface AnswerStream {
  readonly answer: Answer;
  readonly live: GrowingReply;
  readonly control: TurnControl;
  readonly trace: Traced;
}

/** How long the agent's own stop may take before we hang up; it keeps the partial answer in its history when it is told. */
const STOP_WITHIN_MS = 1_500;

/** Waits for the agent's turn, asks, and folds what it says into the answer while the person watches. */
export async function askAgent(
  question: Question & { kind: 'ask' },
  context: TurnContext,
  stream: AnswerStream,
  parts: PipelineParts,
): Promise<void> {
  const view = createView(context, stream, parts);
  try {
    const release = await context.line.acquire(
      stream.control.signal,
      (position) => view.queued(position),
      shareOf(context),
    );
    try {
      view.asked();
      await parts.tracer.during(stream.trace, 'agent', async () =>
        listen(await askFor(question, context, parts), context, stream, view, parts),
      );
    } finally {
      release();
    }
  } finally {
    view.end();
  }
}

/** A group waits as one, whoever asks in it; in a direct chat each person for herself. */
function shareOf({ row, person }: TurnContext): string {
  const { channel, chat, kind } = row.event.to;
  return kind === 'group' ? JSON.stringify([channel, chat]) : person.id;
}

async function askFor(question: Question & { kind: 'ask' }, context: TurnContext, parts: PipelineParts): Promise<Ask> {
  const { session, row, person, lang, platform, standing } = context;
  const { event } = row;
  const name = event.from.name ?? person.name;
  return {
    user: session.user,
    ...(session.conversation !== undefined && { conversation: session.conversation }),
    text: await parts.recaps.late(question.text, context),
    files: question.files,
    lang,
    recap: () => parts.recaps.now(context),
    inputs: {
      platform: platform.name,
      channel: event.to.channel,
      chat_kind: event.to.kind,
      lang,
      ...(name !== undefined && { user_name: inGuard(event.to, parts, context.agent.name).mask(name).text }),
      ...(standing.own.length > 0 && { department: departmentsOf(context, parts) }),
    },
  };
}

/** Departments are named with their channel: `feishu/od-1`. */
function departmentsOf({ standing: { own }, lang }: TurnContext, { platforms }: PipelineParts): string {
  const isRoot = (id: string): boolean =>
    [...platforms].some(([channel, { directory }]) => id === `${channel}/${directory?.company?.root ?? ''}`);
  return own.map(({ id, name }) => name ?? (isRoot(id) ? WHOLE_COMPANY[lang] : id)).join(', ');
}

async function listen(
  ask: Ask,
  context: TurnContext,
  stream: AnswerStream,
  view: View,
  parts: PipelineParts,
): Promise<void> {
  const { agent } = context;
  const { answer, control, trace } = stream;
  const hangUp = new AbortController();
  const hear = (event: AgentEvent): void => {
    // An agent that was hung up on may still have something to say.
    if (control.signal.aborted) return;
    if (event.kind === 'text' && !answer.hasText) parts.tracer.step(trace, 'first-text');
    answer.add(event);
    if (event.kind === 'started' && event.forgotten) parts.recaps.lost(context);
    view.changed(event);
  };
  try {
    control.signal.throwIfAborted();
    await unlessAborted(agent.run(ask, hear, hangUp.signal), control.signal);
    parts.tracer.step(trace, 'final');
  } catch (error) {
    if (control.stopped !== undefined && answer.run) void tellAgent(answer.run, context, parts, hangUp);
    else hangUp.abort();
    throw error;
  }
}

/** The person has her answer's end already; the agent is told in its own time. */
async function tellAgent(
  run: AgentRun,
  context: TurnContext,
  parts: PipelineParts,
  hangUp: AbortController,
): Promise<void> {
  await stopAgent(run, context, parts);
  hangUp.abort();
}

/** Does not throw: the person's answer has ended, whatever the agent goes on doing. */
export async function stopAgent(run: AgentRun, context: TurnContext, parts: PipelineParts): Promise<void> {
  try {
    await context.agent.stop?.(run, AbortSignal.timeout(STOP_WITHIN_MS));
  } catch (error) {
    parts.log.warn('agent not stopped', { turn: context.turn.id, agent: context.agent.name, error });
  }
}

/** Decides when the person is shown something. */
interface View {
  queued(position: number): void;
  asked(): void;
  changed(event: AgentEvent): void;
  end(): void;
}

/**
 * Nothing is shown of an answer that is complete before its first frame was due: it goes out as one message. The first frame is due with the
 * first text (once all that came with it is read), or when the agent has been silent for `firstFrameMs`.
 */
function createView(context: TurnContext, stream: AnswerStream, parts: PipelineParts): View {
  const { answer, live, control, trace } = stream;
  const { turn, platform } = context;
  let ended = false;
  let position: number | undefined;
  let runSaved: AgentRun | undefined;
  let soon: NodeJS.Immediate | undefined;
  let saving: Promise<void> = Promise.resolve();
  const loading = setTimeout(show, parts.options.firstFrameMs);

  function show(): void {
    if (ended) return;
    saveRun();
    // Shown only after the agent's ids are stored: from then on a restart finds this answer instead of asking again.
    saving.then(
      () => !ended && live.offer(make),
      () => undefined,
    );
  }

  function saveRun(): void {
    if (answer.run === undefined || answer.run === runSaved) return;
    runSaved = answer.run;
    const { run } = answer;
    saving = saving.then(() => parts.store.turns.saveRun(turn.id, context.holder, run));
    saving.catch((error: unknown) => control.fail(error));
  }

  function make(part: number): ReturnType<typeof frameOf> {
    const { text, last } = partAt(answer.shown(false), part, platform.can.maxAnswerBytes);
    const state = position !== undefined ? 'queued' : text === '' ? 'thinking' : 'answering';
    return frameOf(answer, {
      state: last ? state : 'done',
      text,
      first: part === 0,
      last,
      ...(position !== undefined && { position }),
    });
  }

  return {
    queued(place) {
      parts.tracer.step(trace, 'queued', { position: place });
      position = place;
      if (live.open) show();
    },
    asked() {
      parts.tracer.step(trace, 'asked');
      const waited = position !== undefined;
      position = undefined;
      if (waited && live.open) show();
    },
    changed(event) {
      if (event.kind === 'usage' || event.kind === 'done') return;
      if (live.open && answer.run === runSaved) return live.offer(make);
      // Everything that arrived in the same packet is read before this runs.
      soon ??= setImmediate(() => {
        soon = undefined;
        if (answer.hasText || live.open) show();
        else if (!ended) saveRun();
      });
    },
    end() {
      ended = true;
      clearTimeout(loading);
      // `soon` is left to run into nothing: to take an immediate back costs more than that.
    },
  };
}
