import { GatewayError, toGatewayError } from '../core/errors.ts';
import type { Lane } from '../core/ids.ts';
import { noticeKey, referenceOf, turnIdOf, turnSendKey } from '../core/keys.ts';
import type { Claimed, InboxRow, Lease, NewOutboxRow, OutboxRow, Turn } from '../core/store.ts';
import { say } from '../core/text.ts';
import { retryAt } from '../queue/backoff.ts';
import type { First } from '../queue/scheduler.ts';
import { Answer, frameOf } from '../replies/answer.ts';
import { closeTurn } from './close-turn.ts';
import { deliverAll, deliverOne } from './deliver-all.ts';
import { outGuard } from './guarding.ts';
import { handleEvent } from './handle-event.ts';
import { type HeldLane, tellHolder } from './held-lane.ts';
import { noticeRow } from './notice.ts';
import { type PipelineParts, traceOf } from './parts.ts';

/** Claims of one event before it is held to be what kills the process; a machine that fails does not fail so often with the same one. */
const MOST_CLAIMS = 20;

/** What a lane's steps leave to the next one. */
interface Tail {
  /** What the last step wrote and did not wait for: the next claim travels to the store with it. */
  left: Promise<void>;
  /** What the lane was begun with, until it is taken up. */
  first: First | undefined;
}

const WRITTEN = Promise.resolve();

/** Works a lane off, one thing at a time and in order, until nothing is left to do now. Does not throw. */
export async function workLane(
  lane: Lane,
  parts: PipelineParts,
  stopping: AbortSignal,
  first: First | undefined,
): Promise<void> {
  const tail: Tail = { left: WRITTEN, first };
  try {
    while ((tail.first || !stopping.aborted) && (await workOne(lane, tail, parts, stopping)));
    await tail.left;
  } catch (error) {
    // The store is away, or somebody else has the lane: the rows are where they were, and the next sweep finds them.
    parts.log.error('lane left', { lane, error: toGatewayError(error) });
  }
}

/** @returns Whether there may be more to do. */
async function workOne(lane: Lane, tail: Tail, parts: PipelineParts, stopping: AbortSignal): Promise<boolean> {
  const { first } = tail;
  const lease = first?.lease ?? parts.leases.next();
  tail.first = undefined;
  const next = first ? await first.claimed : await claimBehind(tail, lane, lease, parts);
  if (next?.box === 'inbox') {
    const wentWell = await workEvent(next.row, lease, tail, parts, stopping);
    // What failed may have left a word for the person; else nothing is there but what woke the lane meanwhile.
    return !(wentWell && next.alone);
  }
  if (next?.box === 'outbox') await workMessage(next.row, lease, tail, parts, stopping);
  else if (next?.box === 'held') return meetHolder({ lane, holder: next.holder }, parts);
  // What was begun with and not taken is somewhere in the lane.
  return next?.box === 'outbox' || first !== undefined;
}

/**
 * Somebody holds the lane. A lease of our own that we find here is nobody's: in this process nobody else works in the lane. It was given, and the
 * connection broke off before we heard of it.
 */
async function meetHolder(held: HeldLane, parts: PipelineParts): Promise<boolean> {
  const { lane, holder } = held;
  const isNobodys = parts.leases.isOurs(holder);
  if (isNobodys) await parts.store.lapse(lane, holder, parts.clock.now());
  else tellHolder(held, parts);
  return isNobodys;
}

async function claimBehind(tail: Tail, lane: Lane, lease: Lease, parts: PipelineParts): Promise<Claimed | undefined> {
  const { left } = tail;
  if (left === WRITTEN) return parts.store.claim(lane, lease, parts.clock.now());
  tail.left = WRITTEN;
  if (!parts.store.inOrder) await left;
  // Both at once: a store that has ended refuses the claim before it has answered the write.
  const [written, claimed] = await Promise.allSettled([left, parts.store.claim(lane, lease, parts.clock.now())]);
  if (claimed.status === 'rejected') throw claimed.reason;
  if (written.status === 'fulfilled') return claimed.value;
  await giveBack(claimed.value, lease.holder, parts);
  throw written.reason;
}

async function giveBack(claimed: Claimed | undefined, holder: string, { store }: PipelineParts): Promise<void> {
  if (claimed?.box === 'inbox') await store.inbox.release(claimed.row.seq, holder);
  if (claimed?.box === 'outbox') await store.outbox.release(claimed.row.seq, holder);
}

async function workMessage(
  row: OutboxRow,
  lease: Lease,
  tail: Tail,
  parts: PipelineParts,
  stopping: AbortSignal,
): Promise<void> {
  const held = parts.leases.keep(lease, (longer) => parts.store.outbox.renew(row.seq, longer), stopping);
  try {
    await deliverOne(row, lease.holder, parts, stopping, (write) => held.leave(write));
  } finally {
    tail.left = held.left;
    held.release();
  }
}

async function workEvent(
  row: InboxRow,
  lease: Lease,
  tail: Tail,
  parts: PipelineParts,
  stopping: AbortSignal,
): Promise<boolean> {
  const held = parts.leases.keep(lease, (longer) => parts.store.inbox.renew(row.seq, longer), stopping);
  try {
    if (row.attempts > MOST_CLAIMS)
      throw new GatewayError('overloaded', 'the process has died with this event too often');
    await handleEvent(row, held, parts, stopping);
    return true;
  } catch (thrown) {
    if (stopping.aborted) await parts.store.inbox.release(row.seq, lease.holder);
    else await failed(row, lease, toGatewayError(thrown), parts, stopping);
    return false;
  } finally {
    tail.left = held.left;
    held.release();
  }
}

async function failed(
  row: InboxRow,
  lease: Lease,
  error: GatewayError,
  parts: PipelineParts,
  stopping: AbortSignal,
): Promise<void> {
  if (error.code === 'lease_lost' || error.code === 'store_unavailable') throw error;
  const { clock, random, options, metrics, log, store } = parts;
  const at = retryAt(error, row.attempts, options.maxAttempts, clock.now(), random());
  const fields = {
    box: 'inbox',
    seq: row.seq,
    channel: row.channel,
    kind: row.event.kind,
    attempts: row.attempts,
    error,
  };
  parts.tracer.step(traceOf(row.event), 'failed', { code: error.code });
  if (at !== undefined) {
    await store.inbox.fail(row.seq, lease.holder, error.code, at, clock.now());
    metrics.retried('inbox', error.code);
    log.warn('event delayed', fields);
    return parts.remind(at);
  }
  await giveUp(row, lease, error, parts, stopping);
  metrics.deadLetter('inbox', error.code);
  log.error('event given up', fields);
}

/** A turn that has begun ends as failed, on the card it has; anything else becomes a dead letter with a word to the person. */
async function giveUp(
  row: InboxRow,
  lease: Lease,
  error: GatewayError,
  parts: PipelineParts,
  stopping: AbortSignal,
): Promise<void> {
  const { inbox, turns } = parts.store;
  const turn = await turns.running(row.lane);
  if (turn?.seq === row.seq) {
    const end = {
      turn: turn.id,
      state: 'failed',
      suggested: [],
      replies: [failedReply(turn, parts)],
      seq: row.seq,
      lease,
    } as const;
    await deliverAll(await closeTurn(end, parts.clock.now(), parts), lease.holder, parts, stopping);
    return;
  }
  if (row.event.kind === 'message') await apologize(row, parts);
  await inbox.fail(row.seq, lease.holder, error.code, undefined, parts.clock.now());
}

function failedReply(turn: Turn, parts: Pick<PipelineParts, 'agents' | 'guards' | 'platforms'>): NewOutboxRow {
  const { id: turnId, lang, part, sent } = turn;
  const notice = say(lang, 'reference', { sentence: say(lang, 'internal'), ref: referenceOf(turnId) });
  const title = parts.agents.get(turn.agent)?.agent.title ?? turn.agent;
  const answer = new Answer({ turn: turnId, lang, title: () => title }, outGuard(turn.to, parts, turn.agent));
  const frame = frameOf(answer, { state: 'failed', text: '', first: part === 0, last: true, notice });
  const message = { kind: 'frame', to: turn.to, key: turnSendKey(turnId, String(part)), frame } as const;
  return { lane: turn.lane, message, turn: turnId, part, ...(sent && { sent }) };
}

/** Nobody is left waiting without a word; the operator finds the event among the dead letters. */
async function apologize(row: InboxRow, parts: PipelineParts): Promise<void> {
  const { event, lane } = row;
  const lang = event.from.lang ?? 'zh';
  const text = say(lang, 'internal');
  await parts.store.outbox.put(
    [noticeRow({ lane, to: event.to, key: noticeKey(turnIdOf(event)), text, lang }, parts)],
    parts.clock.now(),
  );
}
