import type { AgentEvent, AgentRun, Ask } from '../core/agent.ts';
import { WHOLE_COMPANY } from '../core/members.ts';
import type { AnswerStream } from './answer-stream.ts';
import { AnswerView } from './answer-view.ts';
import { inGuard } from './guarding.ts';
import type { PipelineParts } from './parts.ts';
import type { Question } from './question.ts';
import type { TurnContext } from './turn-context.ts';

/** How long the agent's own stop may take before we hang up; it keeps the partial answer in its history when it is told. */
const STOP_WITHIN_MS = 1_500;

/** Waits for the agent's turn, asks, and folds what it says into the answer while the person watches. */
export async function askAgent(
  question: Question & { kind: 'ask' },
  context: TurnContext,
  stream: AnswerStream,
  parts: PipelineParts,
): Promise<void> {
  const view = new AnswerView(context, stream, parts);
  try {
    const release = await context.line.acquire(
      stream.control.signal,
      (position) => view.queued(position),
      shareOf(context),
    );
    try {
      view.asked();
      await parts.tracer.during(stream.trace, 'agent', () => listen(question, context, stream, view, parts));
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

async function askFor(
  question: Question & { kind: 'ask' },
  context: TurnContext,
  { answer }: AnswerStream,
  parts: PipelineParts,
): Promise<Ask> {
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
    keptBy: (telling) => answer.readFrom(telling),
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
  question: Question & { kind: 'ask' },
  context: TurnContext,
  stream: AnswerStream,
  view: AnswerView,
  parts: PipelineParts,
): Promise<void> {
  const { agent } = context;
  const { answer, control, trace } = stream;
  const ask = await askFor(question, context, stream, parts);
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
    await control.unlessEnded(agent.run(ask, hear, hangUp.signal));
    parts.tracer.step(trace, 'final');
  } catch (error) {
    if (control.stopped !== undefined && answer.run) void tellAgent(answer.run, context, parts, hangUp);
    else hangUp.abort();
    throw error;
  } finally {
    answer.keep();
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
