import type { Delivery } from '../core/event.ts';
import type { ChannelName } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Platform } from '../core/platform.ts';
import type { Store } from '../core/store.ts';
import type { Pipeline } from '../pipeline/index.ts';
import { holdAlone } from '../queue/holding.ts';

/** After so long without a sign of life from the holder of a long connection another process opens it. */
export const HOLDING_MS = 6_000;

export interface ListenParts {
  readonly platforms: ReadonlyMap<ChannelName, Platform>;
  readonly pipeline: Pipeline;
  readonly store: Store;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** How the processes of a gateway share what only one may have. */
export interface Sharing {
  /** This process among them. */
  readonly worker: string;
  /** Whether it takes deliveries in. */
  readonly takes: boolean;
  /** Whether it works them off. */
  readonly works: boolean;
  /** Told when a channel's connection comes to this process, and when it goes. */
  readonly held: Set<ChannelName>;
}

/**
 * Opens what brings deliveries by itself (long connections, pulling); resolves when `signal` has ended all of it.
 *
 * @param sharing - Where several processes work on one store: each channel's connection is opened by one of them at a time, and where answers
 *   leave over it, by one that works.
 */
export async function listenAll(parts: ListenParts, sharing: Sharing | undefined): Promise<void> {
  await Promise.all([...parts.platforms.values()].map((platform) => listenTo(platform, parts, sharing)));
}

async function listenTo(platform: Platform, parts: ListenParts, sharing: Sharing | undefined): Promise<void> {
  const { pipeline, store, signal, log } = parts;
  const { channel } = platform;
  if (!platform.listen) return;
  const accept = (delivery: Delivery) => pipeline.accept(delivery);
  const listen = async (until: AbortSignal): Promise<void> => {
    try {
      await platform.listen?.(accept, until, (source) => store.inbox.cursor(channel, source));
    } catch (error) {
      if (!until.aborted) log.error('long connection ended', { channel, error });
    }
  };
  // What pulls for a callback pulls where the callback comes in; the place that is stored with each page keeps it from counting twice.
  if (!sharing || !platform.connection) return sharing?.takes === false ? undefined : listen(signal);
  if (platform.sendsByConnection === true ? !sharing.works : !sharing.takes) return undefined;
  const { worker, held } = sharing;
  const work = async (until: AbortSignal): Promise<void> => {
    held.add(channel);
    log.info('long connection held here', { channel });
    await listen(until);
    held.delete(channel);
    log.info('long connection left to others', { channel });
  };
  return holdAlone(work, { memos: store.memos.of(channel), holder: worker, leaseMs: HOLDING_MS, log }, signal);
}
