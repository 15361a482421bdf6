import type { Delivery } from '../core/event.ts';
import type { ChannelName } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Platform } from '../core/platform.ts';
import type { Store } from '../core/store.ts';
import type { Pipeline } from '../pipeline/index.ts';

/** Opens what brings deliveries by itself (long connections, pulling); resolves when `signal` has ended all of it. */
export async function listenAll(
  platforms: ReadonlyMap<ChannelName, Platform>,
  pipeline: Pipeline,
  store: Store,
  signal: AbortSignal,
  log: Log,
): Promise<void> {
  const accept = (delivery: Delivery) => pipeline.accept(delivery);
  const listeners = [...platforms.values()].map(async (platform) => {
    try {
      await platform.listen?.(accept, signal, (source) => store.inbox.cursor(platform.channel, source));
    } catch (error) {
      if (!signal.aborted) log.error('long connection ended', { channel: platform.channel, error });
    }
  });
  await Promise.all(listeners);
}
