import type { AnswerFile } from '../core/agent.ts';
import { turnSendKey } from '../core/keys.ts';
import type { Lang } from '../core/lang.ts';
import type { Capabilities } from '../core/platform.ts';
import type { OutboundMessage } from '../core/reply.ts';
import type { NewOutboxRow, TurnState } from '../core/store.ts';
import { say } from '../core/text.ts';
import type { HeldLease } from '../queue/leases.ts';
import { type Answer, frameOf } from '../replies/answer.ts';
import { withoutLinksTo } from '../replies/file-links.ts';
import { splitAnswer } from '../replies/split.ts';
import type { AnswerStream } from './answer-stream.ts';
import { closeTurn } from './close-turn.ts';
import { deliverAll } from './deliver-all.ts';
import { countFound } from './guarding.ts';
import { noticeRow } from './notice.ts';
import type { PipelineParts } from './parts.ts';
import { suggestLater } from './suggest.ts';
import type { TurnContext } from './turn-context.ts';

/** How a turn ended, and what the person is told besides the answer. */
export interface TurnOutcome {
  readonly state: 'done' | 'stopped' | 'failed';
  readonly notice?: string;
  /** The notice is all there is to say; no card is needed for it. */
  readonly plain?: boolean;
  /** The question was taken back. */
  readonly canceled?: boolean;
}

export interface Ending {
  readonly context: TurnContext;
  readonly stream: AnswerStream;
  readonly outcome: TurnOutcome;
  readonly held: HeldLease;
}

/** Ends a turn in one transaction (turn over, replies in the outbox, event done), then takes the replies to the vendor. */
export async function endTurn(ending: Ending, parts: PipelineParts, stopping: AbortSignal): Promise<void> {
  const { context, stream, outcome, held } = ending;
  const { answer } = stream;
  const endedAt = parts.clock.now();
  answer.settle();
  if (context.platform.can.filesInText === true) putFilesIntoText(answer);
  const state: Exclude<TurnState, 'running'> = outcome.canceled === true ? 'canceled' : outcome.state;
  const rows = await closeTurn(
    {
      turn: context.turn.id,
      state,
      ...(answer.run && { run: answer.run }),
      suggested: [],
      replies: repliesOf(ending, parts),
      seq: context.row.seq,
      lease: held.lease,
    },
    endedAt,
    parts,
  );
  parts.metrics.turn(context.agent.name, state, endedAt - context.row.receivedAt);
  countFound('out', answer.kept, parts.metrics);
  if (Object.keys(answer.kept).length > 0)
    parts.log.info('personal data kept back', { turn: context.turn.id, kinds: answer.kept });
  const hadFrames = stream.live.open;
  const delivered = await deliverAll(rows, held.lease.holder, parts, stopping, (write) => held.leave(write));
  if (delivered?.kind !== 'sent') return;
  // An answer that went out as one message is its own first frame.
  if (!hadFrames) parts.metrics.firstFrame(context.turn.channel, parts.clock.now() - context.row.receivedAt);
  parts.tracer.step(stream.trace, 'delivered', { parts: rows.length });
  // Of what waits for somebody there is nothing to go on with.
  if (state === 'done' && answer.paused === undefined) suggestLater(context, answer, parts);
}

function repliesOf(ending: Ending, parts: PipelineParts): readonly NewOutboxRow[] {
  const { context, stream, outcome } = ending;
  const { turn, lang } = context;
  if (outcome.plain === true && !stream.live.open) {
    const key = turnSendKey(turn.id, '0');
    const { agent } = turn;
    return [noticeRow({ lane: turn.lane, to: turn.to, key, text: outcome.notice ?? '', lang, agent }, parts)];
  }
  // A question that was taken back before anything was shown is left alone.
  if (outcome.canceled === true && !stream.live.open) return [];
  const files = filesApart(stream.answer, context.platform.can);
  return [...frameRows(ending, files), ...files.map((file, index) => fileRow(context, file, index))];
}

/** An agent's address of a file lives for minutes, and often inside our network only: a link to it is of no use to people. */
function filesApart(answer: Answer, { filesInText, picturesInText }: Capabilities): readonly AnswerFile[] {
  if (filesInText === true) return [];
  return picturesInText === true ? answer.files.filter((file) => !answer.pictures(file)) : answer.files;
}

function putFilesIntoText(answer: Answer): void {
  const missing = answer.files.filter(({ url }) => !answer.mentions(url));
  const lines = missing.map(({ kind, name, url }) => {
    const title = name.replace(/[[\]\\]/g, '');
    return `${kind === 'image' ? '!' : ''}[${title}](<${url}>)`;
  });
  for (const line of lines) answer.append(line);
}

/** @param apart - The files that follow in messages of their own. */
function frameRows({ context, stream, outcome }: Ending, apart: readonly AnswerFile[]): readonly NewOutboxRow[] {
  const { turn, platform, lang } = context;
  const { answer, live } = stream;
  const pieces = splitAnswer(answer.shown(true), platform.can.maxAnswerBytes);
  // Those before the one that grows are whole on the screen; an answer that shrank ends in the one that grows.
  const from = Math.min(live.part, pieces.length - 1);
  const notice = outcome.notice ?? (answer.hasText ? undefined : announced(apart, lang));
  return pieces.slice(from).map((text, offset) => {
    const part = live.part + offset;
    const last = from + offset === pieces.length - 1;
    const frame = frameOf(answer, {
      state: last ? outcome.state : 'done',
      text: withoutLinksTo(apart, text),
      first: part === 0,
      last,
      ...(notice !== undefined && { notice }),
    });
    const message: OutboundMessage = { kind: 'frame', to: turn.to, key: turnSendKey(turn.id, String(part)), frame };
    return { lane: turn.lane, message, turn: turn.id, part, ...(offset === 0 && live.sent && { sent: live.sent }) };
  });
}

/** An answer without a word would look like none. */
function announced(files: readonly AnswerFile[], lang: Lang): string | undefined {
  return files.length > 0 ? say(lang, 'filesFollow') : undefined;
}

/** Parts of files are counted apart from those of the text, so that a longer text cannot take a file's key. */
const FIRST_FILE_PART = 1000;

function fileRow({ turn, lang }: TurnContext, file: AnswerFile, index: number): NewOutboxRow {
  const message: OutboundMessage = { kind: 'file', to: turn.to, key: turnSendKey(turn.id, `f${index}`), file, lang };
  return { lane: turn.lane, message, turn: turn.id, part: FIRST_FILE_PART + index };
}
