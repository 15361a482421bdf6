import type { Settings } from '../config/settings.ts';
import type { Clock } from '../core/clock.ts';
import type { AgentName, ChannelName } from '../core/ids.ts';
import type { Platform } from '../core/platform.ts';
import type { Store } from '../core/store.ts';
import type { ConnectionView, GatewayStatus } from '../http/admin/contract.ts';
import type { Pipeline, StaffedAgent } from '../pipeline/index.ts';
import { createHolderReader } from '../queue/holding.ts';
import { HOLDING_MS, type Sharing } from './listen.ts';

export interface StatusSources {
  readonly settings: Settings;
  readonly store: Store;
  readonly pipeline: Pipeline;
  readonly platforms: ReadonlyMap<ChannelName, Platform>;
  readonly agents: ReadonlyMap<AgentName, StaffedAgent>;
  readonly startedAt: number;
  readonly version: string;
  readonly clock: Clock;
  /** This process among those of the gateway. */
  readonly worker: string;
  readonly connectionOf: ConnectionOf;
}

type ConnectionOf = (platform: Platform) => Promise<ConnectionView | undefined>;

/** How each long connection is, as far as one process can tell: its own, or which other one holds it. */
export function connectionsTold(store: Store, sharing: Sharing | undefined): ConnectionOf {
  const readers = new Map<ChannelName, () => Promise<string | undefined>>();
  return async (platform) => {
    const { channel } = platform;
    const own = platform.connection?.();
    if (own === undefined || sharing === undefined || sharing.held.has(channel)) return own;
    const read = readers.get(channel) ?? createHolderReader({ memos: store.memos.of(channel), leaseMs: HOLDING_MS });
    readers.set(channel, read);
    const holder = await read();
    return holder === undefined || holder === sharing.worker ? own : { state: 'elsewhere', holder, attempts: 0 };
  };
}

/** The gateway as the admin API tells of it. */
export async function statusOf(sources: StatusSources): Promise<GatewayStatus> {
  const { settings, store, pipeline, platforms, agents, startedAt, version, clock, worker, connectionOf } = sources;
  const depth = await store.upkeep.depth();
  return {
    version,
    pid: process.pid,
    worker,
    startedAt,
    uptimeSeconds: Math.round((clock.now() - startedAt) / 1000),
    channels: await Promise.all(
      settings.channels.map(async ({ name, platform, agent }) => {
        const made = platforms.get(name);
        const connection = made && (await connectionOf(made));
        return { name, platform, agent, ...(connection && { connection }) };
      }),
    ),
    agents: settings.agents.map(({ name, kind }) => ({ name, kind, title: agents.get(name)?.agent.title ?? name })),
    inbox: {
      waiting: depth.inboxWaiting,
      claimed: depth.inboxClaimed,
      dead: depth.inboxDead,
      ...(depth.oldestInboxAt !== undefined && { oldestAt: depth.oldestInboxAt }),
    },
    outbox: { waiting: depth.outboxWaiting, dead: depth.outboxDead },
    activeLanes: pipeline.activeLanes,
  };
}
