import type { ChannelName } from '../core/ids.ts';
import type { ConnectionState } from '../core/platform.ts';

/** One thing that has to work. */
export interface HealthPart {
  /** `store`, `process`, or `channel <name>`. */
  readonly name: string;
  readonly ok: boolean;
  /** One sentence for the operator, where something is wrong. */
  readonly reason?: string;
  /** The long connection, where there is one. */
  readonly connection?: ConnectionState;
}

export interface Readiness {
  readonly ready: boolean;
  readonly parts: readonly HealthPart[];
}

export interface HealthSources {
  /** Asks the store anything; rejects when it does not answer. */
  readonly askStore: () => Promise<unknown>;
  /** Long connections by channel; undefined for a channel that takes webhooks. */
  readonly connections: () => readonly { readonly channel: ChannelName; readonly connection?: ConnectionState }[];
  /** True from the first signal to stop on. */
  readonly stopping: () => boolean;
}

/** The store answers in microseconds; after this it hangs. */
const STORE_TIMEOUT_MS = 1000;

/**
 * Whether deliveries can be taken and worked off now.
 *
 * A long connection that is down makes the gateway unready only where no channel takes webhooks: else a load balancer
 * would turn away the webhooks of one platform because another is in trouble.
 */
export async function checkReadiness(sources: HealthSources): Promise<Readiness> {
  const channels = sources.connections();
  const onlySockets = channels.length > 0 && channels.every(({ connection }) => connection !== undefined);
  const store = await storePart(sources.askStore);
  const connections = channels.map(({ channel, connection }) => channelPart(channel, connection));
  const stopping = sources.stopping();
  const process: HealthPart = stopping
    ? { name: 'process', ok: false, reason: 'The gateway is stopping.' }
    : { name: 'process', ok: true };
  const connected = !onlySockets || connections.some(({ ok }) => ok);
  return { ready: store.ok && !stopping && connected, parts: [process, store, ...connections] };
}

async function storePart(ask: () => Promise<unknown>): Promise<HealthPart> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), STORE_TIMEOUT_MS);
  });
  try {
    await Promise.race([ask(), late]);
    return { name: 'store', ok: true };
  } catch {
    return { name: 'store', ok: false, reason: 'The store does not answer; the log has the reason.' };
  } finally {
    clearTimeout(timer);
  }
}

function channelPart(channel: ChannelName, connection: ConnectionState | undefined): HealthPart {
  const name = `channel ${channel}`;
  if (connection === undefined) return { name, ok: true };
  if (connection.state === 'open') return { name, ok: true, connection };
  const reason = `The long connection of ${channel} is ${connection.state} (attempt ${connection.attempts}).`;
  return { name, ok: false, reason, connection };
}
