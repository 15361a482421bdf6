import type { Settings } from '../config/settings.ts';
import { noLog } from '../core/log.ts';
import { noTracer } from '../core/tracer.ts';
import { createGuards } from '../guard/guards.ts';
import { createMetrics } from '../http/metrics.ts';
import { systemClock } from '../lib/clock.ts';
import { createUrlFetcher } from '../lib/url-fetcher.ts';
import { createPushService, type PushService } from '../pipeline/index.ts';
import { openCallBudgets } from '../queue/call-budgets.ts';
import { localFleet } from '../queue/local-fleet.ts';
import { openStore } from '../store/open.ts';
import { storeOptionsOf } from './from-settings.ts';
import { type Made, proxyOf } from './made.ts';
import { makePlatforms, trustedOrigins } from './make-platforms.ts';
import { makeRobots, pushersOf } from './make-robots.ts';

/** Pushes from outside the gateway: they are put into its store, and sent by whoever works on that. */
export interface PushDesk {
  readonly pushes: PushService;
  close(): Promise<void>;
}

export async function openPushDesk(settings: Settings): Promise<PushDesk> {
  const store = await openStore(settings.databaseUrl, storeOptionsOf(settings));
  const clock = systemClock;
  const metrics = createMetrics();
  const budgets = await openCallBudgets({ store: store.calls, clock, log: noLog });
  const made: Made = {
    settings,
    log: noLog,
    clock,
    random: Math.random,
    metrics,
    tracer: noTracer,
    budgets,
    fleet: localFleet(),
  };
  const guards = createGuards(settings.privacy);
  const fetcher = createUrlFetcher(trustedOrigins(settings), proxyOf(settings));
  const platforms = makePlatforms(made, store, fetcher);
  const robots = makeRobots(made, fetcher);
  return {
    pushes: createPushService({ store, platforms, robots: pushersOf(robots), guards, clock, log: noLog, metrics }),
    async close() {
      await Promise.all([...platforms.values()].map(async (platform) => platform.close?.()));
      await Promise.all([...robots.values()].map((robot) => robot.close()));
      await fetcher.close();
      await budgets.stop();
      await store.close();
    },
  };
}
