import { toGatewayError } from '../core/errors.ts';
import type { OutboxRow } from '../core/store.ts';
import { type Delivered, deliver } from './deliver.ts';
import type { PipelineParts } from './parts.ts';

/**
 * Takes rows that this process holds to the vendor, in order. One that has to wait stops those behind it: they are given back and follow it.
 *
 * @param leave - Takes over to wait until it is noted that the last one was sent; see {@link deliver}.
 * @returns What became of the last one that was tried; undefined for no rows.
 */
export async function deliverAll(
  rows: readonly OutboxRow[],
  holder: string,
  parts: PipelineParts,
  signal: AbortSignal,
  leave?: (write: Promise<void>) => void,
): Promise<Delivered | undefined> {
  const { outbox } = parts.store;
  let last: Delivered | undefined;
  let tried = 0;
  try {
    for (const row of rows) {
      tried += 1;
      if (last?.kind === 'later') await outbox.release(row.seq, holder);
      else last = await deliverOne(row, holder, parts, signal, row === rows.at(-1) ? leave : undefined);
    }
    return last;
  } catch (error) {
    // Somebody else has them, those too that were not tried.
    if (toGatewayError(error).code === 'lease_lost')
      for (const { seq } of rows.slice(tried)) await outbox.unsent(seq, holder);
    throw error;
  }
}

/** Takes one row to the vendor and plans its next try where it needs one. */
export async function deliverOne(
  row: OutboxRow,
  holder: string,
  parts: PipelineParts,
  signal: AbortSignal,
  leave?: (write: Promise<void>) => void,
): Promise<Delivered> {
  const { store, platforms, robots, clock, log, metrics, random, options, tracer, finals } = parts;
  const { maxAttempts } = options;
  const means = {
    outbox: store.outbox,
    platforms,
    ...(robots && { robots }),
    clock,
    log,
    metrics,
    random,
    maxAttempts,
    finals,
  };
  const { to } = row.message;
  const trace = { channel: to.channel, ...(row.turn !== undefined && { turn: row.turn }) };
  const delivered = await tracer.during(trace, 'send', () => deliver(row, holder, means, signal, leave));
  if (delivered.kind === 'later') parts.remind(delivered.at);
  return delivered;
}
