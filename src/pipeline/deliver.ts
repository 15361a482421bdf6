import { wasHeldBack } from '../core/call-failures.ts';
import type { Clock } from '../core/clock.ts';
import { GatewayError, toGatewayError } from '../core/errors.ts';
import { type ChannelName, id, type SendKey } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Platform, SendOptions } from '../core/platform.ts';
import type { Pusher } from '../core/push.ts';
import type { OutboundMessage, Sent } from '../core/reply.ts';
import type { OutboxRow, OutboxStore } from '../core/store.ts';
import { say } from '../core/text.ts';
import { isUnsent } from '../lib/http-error.ts';
import { timesLeft } from '../lib/last-look.ts';
import { retryAt } from '../queue/backoff.ts';
import type { FinalGate } from '../replies/final-gate.ts';
import { handPush, type PushRow } from './deliver-push.ts';
import { toldError, wordsOf } from './told-error.ts';

export interface DeliverParts {
  readonly outbox: OutboxStore;
  readonly platforms: ReadonlyMap<ChannelName, Platform>;
  readonly robots?: ReadonlyMap<ChannelName, Pusher>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly random: () => number;
  readonly maxAttempts: number;
  readonly finals: FinalGate;
}

/** What became of an outgoing message: at the vendor's, to be tried again at that time, or given up. */
export type Delivered =
  | { readonly kind: 'sent'; readonly sent: Sent }
  | { readonly kind: 'later'; readonly at: number }
  | { readonly kind: 'dead'; readonly error: GatewayError };

/**
 * Takes one outbox row to the vendor, under the lease of `holder`.
 *
 * A message that is on the screen gets its last frame; when that message cannot be changed any more, a new one is sent.
 *
 * @param leave - Takes over to wait until it is noted that the message was sent.
 */
export async function deliver(
  row: OutboxRow,
  holder: string,
  parts: DeliverParts,
  signal: AbortSignal,
  leave?: (write: Promise<void>) => void,
): Promise<Delivered> {
  const leavePlace = row.message.kind === 'frame' ? await parts.finals.enter(row.message.to.channel) : undefined;
  if (signal.aborted) {
    // Nothing of it has left, so it is not in doubt.
    leavePlace?.();
    return giveBack(row, holder, parts);
  }
  try {
    const sent = await handOrSayKept(row, holder, parts, signal).finally(leavePlace);
    const noted = parts.outbox.sent(row.seq, holder, sent, parts.clock.now());
    if (leave) leave(noted);
    else await noted;
    countFinal(row, parts);
    return { kind: 'sent', sent };
  } catch (thrown) {
    // Stopping: the row goes back as it is, and the next start tries it under the same key.
    const error = toGatewayError(thrown);
    if (signal.aborted) {
      await parts.outbox.doubt(row.seq, holder);
      return await giveBack(row, holder, parts);
    }
    if (mayHaveArrived(error)) await parts.outbox.doubt(row.seq, holder);
    return await failed(row, holder, parts, error);
  }
}

/** To the next start, as it is. */
async function giveBack(row: OutboxRow, holder: string, { outbox, clock }: DeliverParts): Promise<Delivered> {
  await outbox.release(row.seq, holder);
  return { kind: 'later', at: clock.now() };
}

/** From the end of the turn, when the row was stored, to the screen: also for what needed several tries. */
function countFinal({ message, createdAt }: OutboxRow, { metrics, clock }: DeliverParts): void {
  if (message.kind === 'frame' && message.frame.continues !== true)
    metrics.finalFrame(message.to.channel, clock.now() - createdAt);
}

/** A call that broke off may have been acted on; one that was refused, or that never left, was not. */
function mayHaveArrived(error: GatewayError): boolean {
  if (error.code !== 'platform_unavailable') return false;
  return !isUnsent(error.cause);
}

/** An outbox row with an answer or a sentence of ours. */
type ReplyRow = OutboxRow & { readonly message: OutboundMessage };

function isPush(row: OutboxRow): row is PushRow {
  return row.message.kind === 'push';
}

/** Whoever takes the row over from a process that stood still holds it to be in doubt; only that process can know that nothing has left. */
async function handOrSayKept(row: OutboxRow, holder: string, parts: DeliverParts, signal: AbortSignal): Promise<Sent> {
  const before = timesLeft(signal);
  try {
    return await hand(row, holder, parts, signal);
  } catch (thrown) {
    const error = toGatewayError(thrown);
    const isKept = (error.code === 'lease_lost' || wasHeldBack(error)) && timesLeft(signal) === before;
    if (isKept) await parts.outbox.unsent(row.seq, holder);
    throw thrown;
  }
}

async function hand(row: OutboxRow, holder: string, parts: DeliverParts, signal: AbortSignal): Promise<Sent> {
  const save = (sent: Sent): Promise<void> => parts.outbox.note(row.seq, holder, { ...settled(row, sent), ...sent });
  if (isPush(row)) return handPush(row, parts, parts.clock.now(), { signal, save });
  return handReply(row as ReplyRow, parts, { signal, save });
}

/** Where a keyed message gives way to one without a key, what was in doubt until then is settled: it reached nobody. */
function settled({ sent: before, doubts }: OutboxRow, sent: Sent): Pick<Sent, 'settledDoubts'> {
  if (before?.settledDoubts !== undefined) return { settledDoubts: before.settledDoubts };
  return before?.keyed === true && sent.keyed !== true && doubts > 0 ? { settledDoubts: doubts } : {};
}

async function handReply(row: ReplyRow, parts: DeliverParts, options: SendOptions): Promise<Sent> {
  const platform = parts.platforms.get(row.message.to.channel);
  if (!platform)
    throw new GatewayError('channel_unknown', `no channel ${row.message.to.channel} for an outgoing message`);
  const grown = await update(row, platform, options);
  if (grown) return grown;
  const message = outgoing(row, platform, parts.clock.now());
  const prior = row.sent !== undefined && row.sent.message === undefined ? row.sent : undefined;
  const sent = await platform.send(message, prior === undefined || isUnknown(prior) ? options : { ...options, prior });
  // Under this key the vendor may already show an earlier look of the message, and would show nothing new for sending it again.
  const mayBeStale = prior !== undefined && isUnknown(prior) && message.kind === 'frame' && sent.message !== undefined;
  return mayBeStale && platform.update ? await platform.update(sent, message, options) : sent;
}

function isUnknown(sent: Sent): boolean {
  return Object.keys(sent.handle).length === 0;
}

/** Gives a message on the screen its last frame; undefined when there is none, or when the vendor does not let it change any more. */
async function update(row: ReplyRow, platform: Platform, options: SendOptions): Promise<Sent | undefined> {
  const { message, sent } = row;
  if (sent?.message === undefined || message.kind !== 'frame' || !platform.update) return undefined;
  try {
    return await platform.update(sent, message, options);
  } catch (error) {
    const { code } = toGatewayError(error);
    if (code === 'platform_update_closed' || code === 'platform_target_gone') return undefined;
    throw error;
  }
}

function outgoing(row: ReplyRow, platform: Platform, now: number): OutboundMessage {
  const message = row.sent?.message === undefined ? row.message : { ...row.message, key: anew(row.message.key) };
  const isKeyed = row.sent?.keyed === true && row.sent.message === undefined;
  const covered = isKeyed || platform.can.sendKeyWindowMs > now - row.createdAt;
  const doubts = row.doubts - (row.sent?.settledDoubts ?? 0);
  if (doubts === 0 || covered) return message;
  if (doubts > 1)
    throw new GatewayError('platform_rejected', 'in doubt twice and the vendor keeps no key: not sent again');
  return markRepeat(message);
}

/** The first key belongs to the message that cannot be changed: under it the vendor would show nothing new. */
function anew(key: SendKey): SendKey {
  return id(`${key}-n`);
}

function markRepeat(message: OutboundMessage): OutboundMessage {
  if (message.kind === 'file') return message;
  if (message.kind === 'notice') return { ...message, text: `${message.text} ${say(message.lang, 'repeat')}` };
  const repeat = say(message.frame.lang, 'repeat');
  const notice = message.frame.notice === undefined ? repeat : `${message.frame.notice} ${repeat}`;
  return { ...message, frame: { ...message.frame, notice } };
}

async function failed(row: OutboxRow, holder: string, parts: DeliverParts, error: GatewayError): Promise<Delivered> {
  if (error.code === 'lease_lost') throw error;
  const at = retryAt(error, row.attempts, parts.maxAttempts, parts.clock.now(), parts.random());
  await parts.outbox.fail(row.seq, holder, error.code, at, parts.clock.now());
  const { message, seq, attempts } = row;
  const told = message.kind === 'push' ? error : toldError(error, wordsOf(message));
  const fields = { box: 'outbox', seq, channel: message.to.channel, attempts, error: told };
  if (at !== undefined) {
    parts.metrics.retried('outbox', error.code);
    parts.log.warn('reply delayed', fields);
    return { kind: 'later', at };
  }
  parts.metrics.deadLetter('outbox', error.code);
  parts.log.error('reply given up', fields);
  return { kind: 'dead', error };
}
