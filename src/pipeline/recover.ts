import type { AgentRun } from '../core/agent.ts';
import { toGatewayError } from '../core/errors.ts';
import { frameOf } from '../replies/answer.ts';
import { partAt } from '../replies/split.ts';
import type { AnswerStream } from './answer-stream.ts';
import type { PipelineParts } from './parts.ts';
import type { TurnContext } from './turn-context.ts';

const ASK_AGAIN_MS = 2_000;

/**
 * Takes up a turn whose stream was lost with the process that read it: the agent went on without us, and its answer is fetched instead of
 * asking a second time.
 *
 * @returns `lost`: nothing to take up, the agent has to be asked (again). `interrupted`: too old or too long to wait for.
 */
export async function recoverRun(
  context: TurnContext,
  stream: AnswerStream,
  parts: PipelineParts,
): Promise<'recovered' | 'interrupted' | 'lost'> {
  const { row, turn } = context;
  if (row.attempts <= 1 && turn.run === undefined && turn.sent === undefined) return 'lost';
  if (isTooOld(row, parts)) return 'interrupted';
  if (turn.run === undefined || context.agent.recover === undefined) return 'lost';
  parts.tracer.step(stream.trace, 'recovered');
  return await waitFor(turn.run, context, stream, parts);
}

/** Takes over what the agent had said of a run by now, if it can tell. */
export async function takeWhatIsThere(
  run: AgentRun,
  context: TurnContext,
  stream: AnswerStream,
  parts: PipelineParts,
): Promise<void> {
  const found = await look(run, context, stream, parts);
  if (found !== 'running' && found !== 'lost') stream.answer.takeOver(found);
}

/** By the vendor's clock or ours, whichever is older. */
export function isTooOld(row: TurnContext['row'], parts: Pick<PipelineParts, 'clock' | 'options'>): boolean {
  const { at } = row.event;
  const since = at > 0 ? Math.min(at, row.receivedAt) : row.receivedAt;
  return parts.clock.now() - since > parts.options.answerWithinMs;
}

async function waitFor(
  run: AgentRun,
  context: TurnContext,
  stream: AnswerStream,
  parts: PipelineParts,
): Promise<'recovered' | 'interrupted' | 'lost'> {
  const { clock, options } = parts;
  const { answer, live, control } = stream;
  const until = clock.now() + options.recoverWithinMs;
  for (;;) {
    const found = await look(run, context, stream, parts);
    if (found === 'lost') return 'lost';
    if (found !== 'running') {
      answer.takeOver(found);
      return 'recovered';
    }
    if (clock.now() >= until) return 'interrupted';
    live.offer((part) => {
      const { text, last } = partAt(answer.shown(false), part, context.platform.can.maxAnswerBytes);
      return frameOf(answer, { state: 'thinking', text, first: part === 0, last });
    });
    await clock.sleep(ASK_AGAIN_MS, control.signal);
  }
}

type Look =
  | 'running'
  | 'lost'
  | Extract<Awaited<ReturnType<NonNullable<TurnContext['agent']['recover']>>>, { kind: 'finished' }>;

async function look(run: AgentRun, context: TurnContext, stream: AnswerStream, parts: PipelineParts): Promise<Look> {
  try {
    const found = await context.agent.recover?.(run, stream.control.signal);
    if (found?.kind === 'finished') return found;
    return found?.kind ?? 'lost';
  } catch (error) {
    stream.control.signal.throwIfAborted();
    parts.log.warn('lost run not found yet', {
      turn: context.turn.id,
      agent: context.agent.name,
      error: toGatewayError(error),
    });
    return 'running';
  }
}
