import { assertNever, GatewayError, toGatewayError } from '../core/errors.ts';
import type { Delivery, IgnoredEvent, InboundEvent, StorableEvent } from '../core/event.ts';
import type { DeliveryOutcome } from '../core/metrics.ts';
import type { Ack, Receipt } from '../core/platform.ts';
import type { Accepted, NewInboxRow } from '../core/store.ts';
import { rowFor } from './accept-row.ts';
import { answerAction } from './actions.ts';
import { type PipelineParts, traceOf } from './parts.ts';
import { lookAt } from './poll.ts';
import { takeIn } from './take.ts';

/**
 * Takes a delivery in, whichever way it came. Resolves with the vendor's acknowledgement once what it told is committed; if we die in
 * between, the platform delivers again and the event key makes it one row.
 *
 * @throws {GatewayError} A refusal (`signature_invalid`, …), or `store_unavailable`, after which the vendor delivers again.
 */
export async function accept(delivery: Delivery, parts: PipelineParts): Promise<Ack> {
  const startedAt = performance.now();
  try {
    const ack = await take(delivery, parts);
    parts.metrics.acked(delivery.channel, performance.now() - startedAt);
    return ack;
  } catch (thrown) {
    // Logged by whoever brought it, who knows from where and how often.
    const error = toGatewayError(thrown);
    parts.metrics.delivery(delivery.channel, error.code);
    throw error;
  }
}

async function take(delivery: Delivery, parts: PipelineParts): Promise<Ack> {
  const receipt = read(delivery, parts);
  switch (receipt.kind) {
    case 'handshake':
    case 'ignored':
      if (receipt.kind === 'ignored') tellOfLoss(delivery, receipt.event, parts);
      parts.metrics.delivery(delivery.channel, receipt.kind);
      return receipt.ack;
    case 'events':
      await store(delivery, receipt, parts);
      return (await receipt.late?.()) ?? receipt.ack;
    case 'poll':
      parts.metrics.delivery(delivery.channel, 'poll');
      return receipt.answer(await lookAt(receipt.turn, delivery.channel, parts));
    case 'question':
      parts.metrics.delivery(delivery.channel, 'question');
      return receipt.answer(await answerAction(receipt.event, parts));
    default:
      return assertNever(receipt);
  }
}

/** Something happened, and the vendor does not say what: the operator has to know that more was allowed for than is left. */
function tellOfLoss({ channel }: Delivery, { why, what }: IgnoredEvent, { log }: PipelineParts): void {
  if (why === 'quota-gone') log.warn('an event came empty: the month’s pushes are used up', { channel, what });
}

function read(delivery: Delivery, parts: PipelineParts): Receipt {
  const platform = parts.platforms.get(delivery.channel);
  if (!platform) throw new GatewayError('channel_unknown', `no channel ${delivery.channel}`);
  return platform.receive(delivery, parts.clock.now());
}

async function store(delivery: Delivery, receipt: Receipt & { kind: 'events' }, parts: PipelineParts): Promise<void> {
  const { events, place } = receipt;
  await parts.scopes.ready();
  const rows = events.filter((event) => isWanted(event, parts)).map((event) => rowFor(event, parts));
  const cursor = place && { channel: delivery.channel, name: place.source, place: place.place };
  if (rows.length === 0 && !cursor) return parts.metrics.delivery(delivery.channel, 'ignored');
  for (const row of rows)
    parts.tracer.step(traceOf(row.event), 'received', { via: delivery.via, kind: row.event.kind });
  const now = parts.clock.now();
  const incoming = rows.map((row) => takeIn(row, now, parts));
  const accepted = await parts.store.inbox
    .accept(
      incoming.map(({ row }) => row),
      now,
      cursor,
    )
    .catch((error: unknown) => {
      for (const one of incoming) one.settle(undefined);
      for (const row of rows) parts.tracer.step(traceOf(row.event), 'failed', { code: toGatewayError(error).code });
      throw error;
    });
  incoming.forEach((one, index) => {
    one.settle(accepted[index]);
  });
  rows.forEach((row, index) => {
    settle(row, accepted[index], parts);
  });
  parts.metrics.delivery(delivery.channel, becameOf(accepted));
}

function becameOf(accepted: readonly Accepted[]): DeliveryOutcome {
  if (accepted.length === 0) return 'ignored';
  return accepted.every((one) => one.duplicate) ? 'duplicate' : 'stored';
}

function settle(row: NewInboxRow, accepted: Accepted | undefined, parts: PipelineParts): void {
  const duplicate = accepted?.duplicate === true;
  parts.metrics.event(row.channel, row.event.kind, duplicate);
  parts.tracer.step(traceOf(row.event), duplicate ? 'duplicate' : 'stored');
}

function isWanted(event: InboundEvent, parts: PipelineParts): event is StorableEvent {
  if (event.kind === 'ignored') return false;
  if (event.kind !== 'message' || event.addressed) return true;
  return parts.rules.get(event.to.channel)?.answer === 'always';
}
