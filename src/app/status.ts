import type { Settings } from '../config/settings.ts';
import type { Clock } from '../core/clock.ts';
import type { AgentName, ChannelName } from '../core/ids.ts';
import type { Platform } from '../core/platform.ts';
import type { Store } from '../core/store.ts';
import type { GatewayStatus } from '../http/admin/contract.ts';
import type { Pipeline, StaffedAgent } from '../pipeline/index.ts';

export interface StatusSources {
  readonly settings: Settings;
  readonly store: Store;
  readonly pipeline: Pipeline;
  readonly platforms: ReadonlyMap<ChannelName, Platform>;
  readonly agents: ReadonlyMap<AgentName, StaffedAgent>;
  readonly startedAt: number;
  readonly version: string;
  readonly clock: Clock;
}

/** The gateway as the admin API tells of it. */
export async function statusOf(sources: StatusSources): Promise<GatewayStatus> {
  const { settings, store, pipeline, platforms, agents, startedAt, version, clock } = sources;
  const depth = await store.upkeep.depth();
  return {
    version,
    pid: process.pid,
    startedAt,
    uptimeSeconds: Math.round((clock.now() - startedAt) / 1000),
    channels: settings.channels.map(({ name, platform, agent }) => {
      const connection = platforms.get(name)?.connection?.();
      return { name, platform, agent, ...(connection && { connection }) };
    }),
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
