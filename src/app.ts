import { randomUUID } from 'node:crypto';
import { agentDefinition } from './agents/registry.ts';
import type { Settings } from './config/settings.ts';
import type { Agent } from './core/agent.ts';
import type { Clock } from './core/clock.ts';
import { GatewayError } from './core/errors.ts';
import type { Delivery } from './core/event.ts';
import type { AgentName, ChannelName } from './core/ids.ts';
import type { Log } from './core/log.ts';
import type { Platform } from './core/platform.ts';
import type { Store } from './core/store.ts';
import { noTracer } from './core/tracer.ts';
import { createGuard } from './guard/guard.ts';
import type { GatewayStatus } from './http/admin/contract.ts';
import { createMetrics, type PrometheusMetrics } from './http/metrics.ts';
import { createHttpServer } from './http/server.ts';
import { createTraceStream } from './http/traces.ts';
import { systemClock } from './lib/clock.ts';
import { createSemaphore } from './lib/semaphore.ts';
import { createUrlFetcher, FetchError, type UrlFetcher } from './lib/url-fetcher.ts';
import { type ChannelRules, createPipeline, type Pipeline, type StaffedAgent } from './pipeline/index.ts';
import { platformDefinition } from './platforms/registry.ts';
import { type CallBudgets, openCallBudgets } from './queue/call-budgets.ts';
import { startUpkeep } from './queue/upkeep.ts';
import { openStore } from './store/open.ts';

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
  /** Takes no more, lets what runs finish within the drain time, hands the rest to the next start. */
  stop(): Promise<void>;
}

const SWEEP_EVERY_MS = 5_000;

/**
 * Puts the gateway together and starts it.
 *
 * @throws {GatewayError} `store_locked`, `store_unavailable`, `config_invalid`; or the system's error when the port is taken.
 */
export async function startApp(settings: Settings, deps: AppDeps): Promise<RunningApp> {
  const store = await openStore(settings.databaseUrl);
  try {
    return await startOn(store, settings, deps);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function startOn(store: Store, settings: Settings, deps: AppDeps): Promise<RunningApp> {
  const { log } = deps;
  const clock = deps.clock ?? systemClock;
  const random = deps.random ?? Math.random;
  const worker = randomUUID();
  const metrics = createMetrics();
  const traces = settings.tracing.traces ? createTraceStream() : undefined;
  const { recovered } = await store.upkeep.open(worker, clock.now());
  if (recovered > 0) log.info('work taken up from before', { recovered });

  const budgets = await openCallBudgets(store.calls, clock, log);
  const made: Made = { settings, log, clock, random, metrics, budgets };
  const agents = makeAgents(made);
  const fetcher = createUrlFetcher(trustedOrigins(settings));
  const platforms = makePlatforms(made, fetcher);
  const pipeline = createPipeline(
    {
      store,
      platforms,
      agents,
      rules: rulesOf(settings),
      clock,
      log,
      metrics,
      tracer: traces ?? noTracer,
      guard: createGuard(settings.privacy.out ? settings.privacy : undefined),
      random,
      options: pipelineOptions(settings),
    },
    {
      worker,
      maxActive: settings.work.maxActive,
      leaseMs: settings.work.leaseSeconds * 1000,
      sweepEveryMs: SWEEP_EVERY_MS,
    },
  );

  let stopping = false;
  const startedAt = clock.now();
  const connections = () =>
    [...platforms.values()].map((platform) => {
      const connection = platform.connection?.();
      return { channel: platform.channel, ...(connection && { connection }) };
    });
  metrics.watch({
    depth: () => store.upkeep.depth(),
    activeLanes: () => pipeline.activeLanes,
    monthCalls: () => budgets.spent,
    connections,
  });
  const http = createHttpServer({
    channels: webhookChannels(settings),
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
          statusOf({ settings, store, pipeline, platforms, agents, startedAt, version: deps.version, clock }),
        deadLetters: (limit) => store.upkeep.deadLetters(limit),
        replay: (box, seq) => replay(box, seq, store, pipeline, clock),
      },
    },
  });

  // The port first: when it is taken, nothing has been begun.
  const url = await http.listen(settings.host, settings.port);
  const upkeep = startUpkeep(store, settings.retention, clock, log);
  pipeline.start();
  const ended = new AbortController();
  warm(agents, ended.signal, log);
  const listening = listenAll(platforms, pipeline, store, ended.signal, log);

  return {
    url,
    async stop() {
      stopping = true;
      ended.abort(new Error('the gateway is stopping'));
      await http.close();
      await listening;
      await pipeline.stop(settings.work.drainSeconds * 1000);
      upkeep.stop();
      await Promise.all([...platforms.values()].map(async (platform) => platform.close?.()));
      await Promise.all([...agents.values()].map(async ({ agent }) => agent.close?.()));
      await fetcher.close();
      await budgets.stop();
      await store.close();
    },
  };
}

interface Made {
  readonly settings: Settings;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: () => number;
  readonly metrics: PrometheusMetrics;
  readonly budgets: CallBudgets;
}

function proxyOf({ proxy, noProxy }: Settings): { proxy?: string; noProxy?: string } {
  return { ...(proxy !== undefined && { proxy }), ...(noProxy !== undefined && { noProxy }) };
}

function makeAgents({ settings, log, clock, random, metrics }: Made): Map<AgentName, StaffedAgent> {
  const agents = settings.agents.map(({ name, kind, config }): [AgentName, StaffedAgent] => {
    const agent: Agent = agentDefinition(kind).create(config, {
      name,
      clock,
      log,
      random,
      onCall: (api, code, ms) => metrics.agentCall(name, api, code, ms),
      ...proxyOf(settings),
    });
    return [name, { agent, line: createSemaphore(agent.maxConcurrent) }];
  });
  return new Map(agents);
}

function makePlatforms(made: Made, fetcher: UrlFetcher): Map<ChannelName, Platform> {
  const { settings, log, clock, random, metrics, budgets } = made;
  const platforms = settings.channels.map(({ name, platform, config }): [ChannelName, Platform] => [
    name,
    platformDefinition(platform).create(config, {
      channel: name,
      clock,
      log,
      random,
      fetchUrl: (url, maxBytes, signal) => fetchFor(fetcher, url, maxBytes, signal),
      onCall: ({ api, code, ms }) => metrics.vendorCall(name, api, code, ms),
      budget: budgets.of(name),
      ...proxyOf(settings),
    }),
  ]);
  return new Map(platforms);
}

async function fetchFor(fetcher: UrlFetcher, url: string, maxBytes: number, signal: AbortSignal) {
  try {
    return await fetcher.fetch(url, maxBytes, signal);
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    const code = (
      {
        forbidden: 'url_forbidden',
        gone: 'file_gone',
        'too-large': 'file_too_large',
        unavailable: 'file_gone',
      } as const
    )[error.refusal];
    throw new GatewayError(code, `file of an answer not fetched: ${error.message}`, { cause: error });
  }
}

/** The operator's own agents may stand inside the network that nobody else may point into. */
function trustedOrigins(settings: Settings): ReadonlySet<string> {
  const urls = settings.agents.map(({ config }) => (config as { readonly baseUrl?: unknown }).baseUrl);
  return new Set(
    urls.filter((url) => typeof url === 'string' && URL.canParse(url)).map((url) => new URL(String(url)).origin),
  );
}

function rulesOf(settings: Settings): ReadonlyMap<ChannelName, ChannelRules> {
  return new Map(
    settings.channels.map(({ name, agent, groups }) => [name, { agent, scope: groups.scope, answer: groups.answer }]),
  );
}

function pipelineOptions({ sessions, work }: Settings) {
  const minute = 60_000;
  return {
    sessionIdleMs: sessions.idleDays * 24 * 60 * minute,
    answerWithinMs: work.recoverMaxMinutes * minute,
    firstFrameMs: work.firstFrameMs,
    maxAttempts: work.maxAttempts,
    recoverWithinMs: Math.min(5, work.recoverMaxMinutes) * minute,
  };
}

function webhookChannels(settings: Settings): ReadonlyMap<string, readonly ChannelName[]> {
  const channels = new Map<string, ChannelName[]>();
  for (const { platform, name } of settings.channels) channels.set(platform, [...(channels.get(platform) ?? []), name]);
  return channels;
}

/** Learns the agents' names and limits before somebody asks; one that cannot be reached yet is asked again with the first question. */
function warm(agents: ReadonlyMap<AgentName, StaffedAgent>, signal: AbortSignal, log: Log): void {
  for (const { agent } of agents.values()) {
    agent.profile?.(signal).catch((error: unknown) => log.warn('agent not reached yet', { agent: agent.name, error }));
  }
}

async function listenAll(
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

interface StatusSources {
  readonly settings: Settings;
  readonly store: Store;
  readonly pipeline: Pipeline;
  readonly platforms: ReadonlyMap<ChannelName, Platform>;
  readonly agents: ReadonlyMap<AgentName, StaffedAgent>;
  readonly startedAt: number;
  readonly version: string;
  readonly clock: Clock;
}

async function statusOf(sources: StatusSources): Promise<GatewayStatus> {
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
