import { randomUUID } from 'node:crypto';
import type { Settings } from '../config/settings.ts';
import type { Clock } from '../core/clock.ts';
import type { Fleet } from '../core/fleet.ts';
import type { Log } from '../core/log.ts';
import type { Store } from '../core/store.ts';
import { createGuards } from '../guard/guards.ts';
import { createMetrics } from '../http/metrics.ts';
import { createHttpServer } from '../http/server.ts';
import { systemClock } from '../lib/clock.ts';
import { createUrlFetcher } from '../lib/url-fetcher.ts';
import { createPipeline, type Pipeline, type PushService } from '../pipeline/index.ts';
import { openCallBudgets } from '../queue/call-budgets.ts';
import { sharedClock } from '../queue/shared-clock.ts';
import { startUpkeep } from '../queue/upkeep.ts';
import { openStore } from '../store/open.ts';
import { isPostgres } from '../store/place.ts';
import { createBudgetAlerts } from './budget-alerts.ts';
import { openFleet, sweepEveryMs } from './fleet.ts';
import { accessOf, pipelineOptions, retentionOf, rulesOf, storeOptionsOf, webhookChannels } from './from-settings.ts';
import { createLateSummaries } from './late-summaries.ts';
import { listenAll, type Sharing } from './listen.ts';
import { type Made, proxyOf } from './made.ts';
import { makeAgents, warm } from './make-agents.ts';
import { makePlatforms, trustedOrigins } from './make-platforms.ts';
import { makeRobots, pushersOf } from './make-robots.ts';
import { createPushOrders } from './push-orders.ts';
import { connectionsTold, statusOf } from './status.ts';
import { openTracing } from './tracing.ts';

export interface AppDeps {
  readonly log: Log;
  readonly version: string;
  readonly clock?: Clock;
  /** From 0 up to, not including, 1. */
  readonly random?: () => number;
}

/** A gateway that takes deliveries. */
export interface RunningApp {
  /** Where it is reached. */
  readonly url: string;
  /** Messages that nobody asked for. */
  readonly pushes: PushService;
  /** Takes no more, lets what runs finish within the drain time, hands the rest to the next start. */
  stop(): Promise<void>;
}

/**
 * Puts the gateway together and starts it.
 *
 * @throws {GatewayError} `store_locked`, `store_unavailable`, `config_invalid`; or the system's error when the port is taken.
 */
export async function startApp(settings: Settings, deps: AppDeps): Promise<RunningApp> {
  const fleet = await openFleet(settings, deps.log);
  try {
    const store = await openStore(settings.databaseUrl, storeOptionsOf(settings));
    try {
      return await startOn(store, fleet, settings, deps);
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    await fleet.close();
    throw error;
  }
}

async function startOn(store: Store, fleet: Fleet, settings: Settings, deps: AppDeps): Promise<RunningApp> {
  const { log } = deps;
  const shared = store.time && !deps.clock ? await sharedClock(store.time, log) : undefined;
  const clock = deps.clock ?? shared ?? systemClock;
  const random = deps.random ?? Math.random;
  const worker = randomUUID();
  const metrics = createMetrics();
  const { tracer, stream: traces, close: endTracing } = await openTracing(settings, worker, deps);
  const { recovered } = await store.upkeep.open(worker, clock.now());
  if (recovered > 0) log.info('work taken up from before', { recovered });

  const alerts = createBudgetAlerts(settings.alerts, log);
  const { quotaAt } = settings.alerts;
  const budgets = await openCallBudgets({
    store: store.calls,
    clock,
    log,
    tellAt: quotaAt,
    onReached: (one) => alerts.reached(one),
    isShared: isPostgres(settings.databaseUrl),
  });
  const made: Made = { settings, log, clock, random, metrics, tracer, budgets, fleet };
  const agents = makeAgents(made);
  const fetcher = createUrlFetcher(trustedOrigins(settings), proxyOf(settings));
  const guards = createGuards(settings.privacy);
  const orders = createPushOrders();
  const summaries = createLateSummaries();
  const platforms = makePlatforms(made, store, fetcher, { orders, summaries });
  const works = settings.role !== 'gateway';
  const takes = settings.role !== 'worker';
  const sharing: Sharing | undefined = isPostgres(settings.databaseUrl)
    ? { worker, takes, works, held: new Set() }
    : undefined;
  const robots = makeRobots(made, fetcher);
  const pipeline = createPipeline(
    {
      store,
      fleet,
      platforms,
      robots: pushersOf(robots),
      agents,
      rules: rulesOf(settings),
      routes: settings.routes,
      access: accessOf(settings),
      clock,
      log,
      metrics,
      tracer,
      guards,
      random,
      options: pipelineOptions(settings),
    },
    {
      worker,
      maxActive: settings.work.maxActive,
      leaseMs: settings.work.leaseSeconds * 1000,
      get sweepEveryMs() {
        return sweepEveryMs(fleet);
      },
      ...(sharing && { holds: (channel) => sharing.held.has(channel) }),
    },
  );

  let stopping = false;
  const startedAt = clock.now();
  const connectionOf = connectionsTold(store, sharing);
  const connections = () =>
    [...platforms.values()].map((platform) => {
      // One that another process holds is none of ours.
      const connection = !sharing || sharing.held.has(platform.channel) ? platform.connection?.() : undefined;
      return { channel: platform.channel, ...(connection && { connection }) };
    });
  metrics.watch({
    depth: () => store.upkeep.depth(),
    activeLanes: () => pipeline.activeLanes,
    budgets: () => budgets.states,
    connections,
  });
  const http = createHttpServer({
    channels: takes ? webhookChannels(settings) : new Map(),
    deliver: (delivery) => pipeline.accept(delivery),
    metrics,
    log,
    health: { askStore: () => store.upkeep.depth(), connections, stopping: () => stopping },
    admin: {
      token: settings.adminToken?.reveal(),
      traces,
      version: deps.version,
      api: {
        status: () =>
          statusOf({
            settings,
            store,
            pipeline,
            platforms,
            agents,
            startedAt,
            version: deps.version,
            clock,
            worker,
            connectionOf,
          }),
        deadLetters: (limit) => store.upkeep.deadLetters(limit),
        replay: (box, seq) => replay(box, seq, store, pipeline, clock),
      },
    },
  });

  // The port first: when it is taken, nothing has been begun.
  const url = await http.listen(settings.host, settings.port);
  const upkeep = works ? startUpkeep(store, retentionOf(settings), clock, log) : undefined;
  if (works) pipeline.start();
  alerts.pushBy(pipeline.pushes);
  orders.pushBy(pipeline.pushes);
  summaries.by(pipeline.summarize);
  const ended = new AbortController();
  warm(agents, ended.signal, log);
  const listening = listenAll({ platforms, pipeline, store, signal: ended.signal, log }, sharing);

  return {
    url,
    pushes: pipeline.pushes,
    async stop() {
      stopping = true;
      ended.abort(new Error('the gateway is stopping'));
      await http.close();
      await listening;
      await pipeline.stop(settings.work.drainSeconds * 1000);
      upkeep?.stop();
      await Promise.all([...platforms.values()].map(async (platform) => platform.close?.()));
      await Promise.all([...robots.values()].map((robot) => robot.close()));
      await Promise.all([...agents.values()].map(async ({ agent }) => agent.close?.()));
      await fetcher.close();
      await budgets.stop();
      await fleet.close();
      shared?.stop();
      await store.close();
      await endTracing();
    },
  };
}

async function replay(
  box: 'inbox' | 'outbox',
  seq: number,
  store: Store,
  pipeline: Pipeline,
  clock: Clock,
): Promise<boolean> {
  const lane = await store.upkeep.replay(box, seq, clock.now());
  if (lane !== undefined) pipeline.wake(lane);
  return lane !== undefined;
}
