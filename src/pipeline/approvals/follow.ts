import type { Approval, ApprovalReading, ApprovalState } from '../../core/approvals.ts';
import { GatewayError, toGatewayError } from '../../core/errors.ts';
import type { ApprovalOutcome } from '../../core/metrics.ts';
import type { PipelineParts, RowOf } from '../parts.ts';

type Parts = Pick<PipelineParts, 'store' | 'platforms' | 'purposes' | 'log' | 'options'>;

/**
 * What an event about an approval leads to: its row moves on, and at its end whoever asked is called. Safe to run twice: the row
 * knows which end was told. Throws what the queue has to try again.
 */
export async function followApproval(
  row: RowOf<'approval'>,
  parts: Parts,
  signal: AbortSignal,
): Promise<ApprovalOutcome> {
  const { event, channel } = row;
  const approval = await parts.store.approvals.ofInstance(channel, event.instance);
  if (!approval) return strange(row, parts);
  if (event.change.of === 'task') return 'running';
  const moved = await moveOn(approval, { state: event.change.state, at: event.at }, parts, signal);
  if (moved.state === 'running') return moved.stateAt > event.at ? 'stale' : 'running';
  if (moved.handled) return 'stale';
  await tell(moved, parts, signal);
  return 'decided';
}

/**
 * Not ours, or not known as ours yet: the vendor is quick, and tells of an approval before its start has been answered. Then this
 * event is tried again.
 */
async function strange(row: RowOf<'approval'>, { store, log, options }: Parts): Promise<ApprovalOutcome> {
  const { channel, attempts, event } = row;
  const mayBeOurs = event.change.of === 'instance' && event.change.state !== 'running';
  if (mayBeOurs && attempts < options.maxAttempts && (await store.approvals.starting(channel)) > 0) {
    throw new GatewayError('approval_pending', 'an approval has ended that may be the one being started');
  }
  log.debug('event of an approval that was not started here', { channel, seq: row.seq });
  return 'foreign';
}

/** Notes how it stands. An end is read at the vendor: the event does not say who decided, and may be older than the truth. */
export async function moveOn(
  approval: Approval,
  told: { readonly state: ApprovalState; readonly at: number },
  parts: Pick<Parts, 'store' | 'platforms' | 'log'>,
  signal: AbortSignal,
): Promise<Approval> {
  const { id, state, stateAt } = approval;
  const isNews = told.at > stateAt || (state === 'running' && told.state !== 'running');
  if (!isNews) return approval;
  const read = told.state === 'running' ? undefined : await readingOf(approval, parts, signal);
  // It goes on, and this is known: what ended it was taken back before the event came.
  if (read?.state === 'running' && told.at < stateAt) return approval;
  const now = read === undefined || read.state === 'running' ? told.state : read.state;
  const decisions = read?.decisions ?? approval.decisions;
  return (await parts.store.approvals.move(id, { state: now, at: told.at, decisions })) ?? approval;
}

/** Undefined where the vendor refuses to tell: what the event says has to do then. */
async function readingOf(
  { id, channel, instance }: Approval,
  { platforms, log }: Pick<Parts, 'platforms' | 'log'>,
  signal: AbortSignal,
): Promise<ApprovalReading | undefined> {
  const port = platforms.get(channel)?.approvals;
  if (!port || instance === undefined) return undefined;
  try {
    return await port.read(instance, signal);
  } catch (thrown) {
    const error = toGatewayError(thrown);
    if (error.failure.retry !== 'never') throw error;
    log.warn('approval not read, going by its event', { approval: id, channel, error });
    return undefined;
  }
}

/** Calls whoever asked, and notes that it was done. */
export async function tell(
  approval: Approval,
  { store, purposes, log }: Pick<Parts, 'store' | 'purposes' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  const { id, purpose, state, channel } = approval;
  const asked = purposes.get(purpose);
  if (!asked) {
    throw new GatewayError('approval_purpose_unknown', `an approval was started for ${purpose}, which is not there`);
  }
  await asked.decided(approval, signal);
  await store.approvals.handled(id, state as ApprovalState);
  log.info('approval told to whoever asked', { approval: id, channel, purpose, state });
}
