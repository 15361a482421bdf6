import { GatewayError, toGatewayError } from '../core/errors.ts';
import { referenceOf, turnSendKey } from '../core/keys.ts';
import type { Lang } from '../core/lang.ts';
import type { Person } from '../core/people-store.ts';
import type { StopReason } from '../core/store.ts';
import { hasText, say } from '../core/text.ts';
import { askBefore } from '../lib/last-look.ts';
import type { HeldLease } from '../queue/leases.ts';
import { Answer } from '../replies/answer.ts';
import { openReply } from '../replies/open-reply.ts';
import type { AnswerStream } from './answer-stream.ts';
import { askAgent, stopAgent } from './ask-agent.ts';
import { endTurn, type TurnOutcome } from './end-turn.ts';
import { askForm } from './forms.ts';
import { outGuard } from './guarding.ts';
import { type PipelineParts, type RowOf, traceOf } from './parts.ts';
import { learnPlaceholders, protectQuestion } from './placeholders.ts';
import { readQuestion, titleOf } from './question.ts';
import { recoverRun, takeWhatIsThere } from './recover.ts';
import { sendRefusal } from './refuse.ts';
import { toldError } from './told-error.ts';
import { beginTurn, type TurnContext } from './turn-context.ts';
import { TurnControl } from './turn-control.ts';

/**
 * One question, from the inbox to its answer at the vendor. Safe to run twice: the turn and all its keys come from the event, and what an
 * earlier run had on the screen is gone on with.
 *
 * @param person - Who asks, as far as is remembered.
 * @param stopping - Aborted when the gateway stops; the event is then given back for the next start.
 */
export async function converse(
  row: RowOf<'message'>,
  person: Person,
  held: HeldLease,
  parts: PipelineParts,
  stopping: AbortSignal,
): Promise<void> {
  const context = await beginTurn(row, person, held.lease.holder, parts);
  if (!context) return;
  if ('kind' in context) return sendRefusal(context, row, held, parts, stopping);
  const control = new TurnControl(stopping, held.lost);
  // A frame may wait for its turn, too, after it was looked at whether it is ours to show.
  askBefore(control.signal, () => held.isSure);
  const stream = openStream(context, held, control, parts);
  const { event } = row;
  const leave = parts.running.add({
    turn: context.turn.id,
    lane: row.lane,
    channel: event.to.channel,
    chat: event.to.chat,
    message: event.message,
    frame: () => stream.live.frame(),
    stop: (reason) => control.stop(reason),
  });
  try {
    await parts.tracer.during(stream.trace, 'turn', () => answer(context, stream, held, parts, stopping));
  } finally {
    leave();
    control.release();
  }
}

async function answer(
  context: TurnContext,
  stream: AnswerStream,
  held: HeldLease,
  parts: PipelineParts,
  stopping: AbortSignal,
): Promise<void> {
  let outcome: TurnOutcome;
  try {
    outcome = await reach(context, stream, parts);
  } finally {
    // Frames end with the turn, also when it is given back: one that lingers would overwrite what the next owner shows.
    await stream.live.close();
  }
  const { tokens } = stream.answer;
  if (context.permission.counted && tokens > 0) await parts.store.rights.spend(context.turn.id, tokens);
  await endTurn({ context, stream, outcome, held }, parts, stopping);
}

function openStream(context: TurnContext, held: HeldLease, control: TurnControl, parts: PipelineParts): AnswerStream {
  const { turn, platform, row, agent, lang } = context;
  const { holder } = held.lease;
  const { event } = row;
  const guard = outGuard(event.to, parts, agent.name);
  const shown = event.to.kind === 'group' || event.pressed === true;
  // The name is read for each frame: an agent may learn its own while it is asked.
  const head = {
    turn: turn.id,
    lang,
    title: () => agent.title,
    ...(shown && { question: titleOf(event, lang, guard) }),
    ...noteOn(context, parts),
  };
  const answer = new Answer(head, guard);
  answer.run = turn.run;
  const trace = { ...traceOf(event), turn: turn.id };
  const live = openReply(
    {
      platform,
      to: turn.to,
      clock: parts.clock,
      signal: control.signal,
      isOurs: () => held.isSure,
      gate: parts.gate,
      keyOf: (part) => turnSendKey(turn.id, String(part)),
      save: (part, sent) => parts.store.turns.saveSent(turn.id, holder, part, sent),
      shown: (frame, count) => {
        if (count === 1) parts.metrics.firstFrame(turn.channel, parts.clock.now() - row.receivedAt);
        parts.tracer.step(trace, 'frame', { count, state: frame.state });
      },
      gaveUp: (error) => parts.log.warn('frames given up', { turn: turn.id, channel: turn.channel, error }),
    },
    shownBefore(context),
  );
  return { answer, live, control, trace };
}

/** Says so when a dialogue goes on that was last used on another platform, and when little is left of a quota. */
function noteOn({ turn, lang, permission }: TurnContext, parts: PipelineParts): { readonly note?: string } {
  const { continuedFrom } = turn;
  const platform = continuedFrom && (parts.platforms.get(continuedFrom)?.title[lang] ?? continuedFrom);
  const notes = [platform && say(lang, 'continuedFrom', { platform }), permission.note].filter(
    (note) => note !== undefined,
  );
  return notes.length > 0 ? { note: notes.join(' ') } : {};
}

/** A first frame is at the vendor's before its message is noted: who died in between has used up the send key. */
function shownBefore({ turn, row }: TurnContext): Parameters<typeof openReply>[1] {
  if (turn.sent) return { part: turn.part, sent: turn.sent };
  return row.attempts > 1 || turn.run !== undefined ? 'perhaps' : undefined;
}

/** Gets to the end of the answer, one way or another. */
async function reach(context: TurnContext, stream: AnswerStream, parts: PipelineParts): Promise<TurnOutcome> {
  const { answer, control } = stream;
  try {
    await learnPlaceholders(context, answer.restorer, parts);
    if (context.turn.stop !== undefined) return await closeStopped(context.turn.stop, context, stream, parts);
    const recovered = await recoverRun(context, stream, parts);
    if (recovered === 'interrupted') return { state: 'failed', notice: say(context.lang, 'interrupted') };
    if (recovered === 'lost') {
      const refusal = await ask(context, stream, parts);
      if (refusal !== undefined) return { state: 'done', notice: refusal, plain: true };
    }
    if (answer.stopped) return { state: 'stopped' };
    if (isSilent(answer) && !answer.succeeded)
      throw new GatewayError('agent_failed', 'the agent ended without an answer');
    return { state: 'done', ...noticeUnder(answer, await askForm(context, answer, parts), context.lang) };
  } catch (thrown) {
    if (control.stopped !== undefined) return endedByPerson(control.stopped, context);
    if (control.signal.aborted) throw control.signal.reason;
    return failure(context, stream, toGatewayError(thrown), parts);
  }
}

function isSilent({ hasText, files }: Answer): boolean {
  return !hasText && files.length === 0;
}

function noticeUnder(answer: Answer, isAsked: boolean, lang: Lang): Pick<TurnOutcome, 'notice'> {
  const { forgotten, paused } = answer;
  const sentences = [
    forgotten && say(lang, 'forgotten'),
    paused && say(lang, isAsked ? 'pausedAsked' : 'paused'),
    isSilent(answer) && say(lang, 'silent'),
  ].filter((one) => typeof one === 'string');
  return sentences.length > 0 ? { notice: sentences.join('\n\n') } : {};
}

/** @returns A sentence instead of an answer, when there is nothing to ask. */
async function ask(context: TurnContext, stream: AnswerStream, parts: PipelineParts): Promise<string | undefined> {
  const { row } = context;
  const read = await readQuestion(row.event, context, parts, stream.control.signal);
  const question = read.kind === 'ask' ? await protectQuestion(read, context, stream.answer.restorer, parts) : read;
  if (question.kind === 'unreadable') return question.sentence;
  await askAgent(question, context, stream, parts);
  return undefined;
}

/** Ended while nobody ran it: the agent is told, and what it had said by then is shown. */
async function closeStopped(
  reason: StopReason,
  context: TurnContext,
  stream: AnswerStream,
  parts: PipelineParts,
): Promise<TurnOutcome> {
  if (context.turn.run !== undefined) {
    await stopAgent(context.turn.run, context, parts);
    await takeWhatIsThere(context.turn.run, context, stream, parts);
  }
  return endedByPerson(reason, context);
}

function endedByPerson(reason: StopReason, context: TurnContext): TurnOutcome {
  if (reason === 'recalled') return { state: 'stopped', notice: say(context.lang, 'recalled'), canceled: true };
  return { state: 'stopped', notice: say(context.lang, 'stopped') };
}

function failure(context: TurnContext, stream: AnswerStream, error: GatewayError, parts: PipelineParts): TurnOutcome {
  const { turn, lang, agent } = context;
  // Ours, not the agent's: the queue tries again, and nobody is told before it has given up.
  if (error.failure.tell !== 'person' || error.code === 'internal') throw error;
  const ref = referenceOf(turn.id);
  parts.metrics.agentError(agent.name, error.code);
  const told = toldError(error, writtenIn(context));
  parts.log.warn('turn failed', { ref, turn: turn.id, agent: agent.name, code: error.code, error: told });
  parts.tracer.step(stream.trace, 'failed', { code: error.code });
  const sentence = say(lang, hasText(error.code) ? error.code : 'internal', error.details);
  return { state: 'failed', notice: say(lang, 'reference', { sentence, ref }) };
}

/** What she wrote, as one text. */
function writtenIn({ row }: TurnContext): string {
  return [...row.event.parts, ...(row.event.quote ?? [])]
    .map((part) => (part.kind === 'text' ? part.text : 'name' in part ? part.name : ''))
    .join('\n');
}
